"""Characters of Urdu text that several rules treat alike."""

from __future__ import annotations

from typing import Final

# What an Arabic keyboard types for the Urdu letters that look like it.
KEYBOARD: Final = {
    "\u064a": "\u06cc",  # ARABIC YEH; Urdu writes FARSI YEH
    "\u0649": "\u06cc",  # ALEF MAKSURA, typed for a final yeh
    "\u0643": "\u06a9",  # ARABIC KAF; Urdu writes KEHEH
    "\u0647": "\u06c1",  # ARABIC HEH; Urdu writes HEH GOAL
}
# Members of character classes: joiners, direction marks and others that nobody sees;
INVISIBLE: Final = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
# marks of vowels and recitation, which stand on or under a letter.
VOWEL_MARKS: Final = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
