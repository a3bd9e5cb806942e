"""Which script and which language a text is in.

`identify` weighs letters that only some languages write and the commonest function words of
each. It tells Urdu and English from their neighbours in a corpus of news; it is no general
identifier: a language that is not in `LANGUAGES` is taken for its nearest one, or for none
("und"), and those of `align.text.latin_words` are told from English better than from each other.

Not handled: texts of two languages (the larger part wins), single words, names.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from align.text.latin_words import LATIN_LETTERS, LATIN_WORDS
from align.text.letters import KEYBOARD

LANGUAGES: Final = ("ur", "ar", "fa", "ps", "sd", "pnb", "ur-Latn", "en", *LATIN_WORDS)
UNKNOWN: Final = "und"

_ARABIC_LETTER: Final = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u08a0-\u08c9\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdf9\ufe70-\ufefc]"
)
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0610-\u061a\u064b-\u065f\u0670\u200c'’])*")


def arabic_letters(text: str) -> int:
    """Return how many letters of the Arabic script, of whatever language, `text` has.

    >>> arabic_letters("Urdu (اردو), 25٪")
    4
    """
    return len(_ARABIC_LETTER.findall(text))


def has_urdu(text: str) -> bool:
    """Tell whether `text` has a letter of the script that Urdu is written in.

    >>> has_urdu("BBC اردو"), has_urdu("۔ 25 ،")
    (True, False)
    """
    return _ARABIC_LETTER.search(text) is not None


def has_letters(text: str) -> bool:
    """Tell whether `text` has a letter of any script.

    >>> has_letters("25% ۔"), has_letters("۲۵ ہ")
    (False, True)
    """
    return any(map(str.isalpha, text))


def is_latin(text: str) -> bool:
    """Tell whether `text` has letters and all of them are Latin.

    >>> is_latin("G20, São Paulo"), is_latin("G20 اجلاس"), is_latin("20")
    (True, False, False)
    """
    if text.isascii():
        return has_letters(text)
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all(map(_is_latin_letter, letters))


@lru_cache(maxsize=4096)
def _is_latin_letter(letter: str) -> bool:
    return letter in "ªº" or "LATIN" in unicodedata.name(letter, "")


def urdu_share(text: str) -> float:
    """Return the share of the letters of `text` that are of the Arabic script; 0.0 for none.

    >>> urdu_share("BBC اردو")
    0.5714285714285714
    """
    letters = sum(map(str.isalpha, text))
    return arabic_letters(text) / letters if letters else 0.0


@dataclass(frozen=True, slots=True)
class Guess:
    """A language (one of `LANGUAGES`, or "und") and the confidence in it, from 0 to 1."""

    language: str
    confidence: float


# Letters and what one word with them says for the language; they are typical of it, or (below
# zero) foreign to it. "und" stands for Kurdish and Uyghur.
_SINDHI: Final = "ٻڀڄڃڇڊڌڏڙڦڳڱڻ۽۾ٽٺٿڪ"
_PASHTO: Final = "ټډړښږېۍځڅڼګ"
_LETTERS: Final[dict[str, dict[str, float]]] = {
    "ur": {"ٹڈڑے": 1.0, "ںھ": 0.8, "ہئۓ": 0.5, "ۂۃ": 1.0, _SINDHI + _PASHTO: -2.0},
    "pnb": {"ٹڈڑے": 1.0, "ںھ": 0.8, "ہئ": 0.4, "\u0768\u08c7": 2.0, _SINDHI + _PASHTO: -2.0},
    "sd": {_SINDHI: 2.0, _PASHTO: -2.0, "ےںٹڈڑ": -1.0},
    "ps": {_PASHTO: 2.0, "ۀئ": 0.5, _SINDHI: -2.0, "ٹڈڑےھ": -1.0},
    "fa": {"پچژگ": 0.4, "ۀ\u200c": 0.4, "ةىأإك": -0.7, "ٹڈڑےںھہ" + _SINDHI + _PASHTO: -2.0},
    "ar": {"ةأإ": 1.0, "ىكي": 0.4, "ؤئ": 0.2, "پچژگ": -1.0, "ٹڈڑےںھہ" + _SINDHI + _PASHTO: -2.0},
    "und": {"ۆێڕڵەۋۈڭېۇ": 1.5},
    **LATIN_LETTERS,
}
# Function words; one of several languages speaks less for each of them.
_WORDS: Final[dict[str, str]] = {
    "ur": "کے کی کا میں ہے ہیں نے اور سے کو پر یہ وہ کہ تھا تھی تھے کر نہیں گیا گئی گئے ہو کیا بھی "
    "جو تو ہی اس ان ایک لیے لئے ہوا ہوئی رہا رہی رہے ہوں لیکن کوئی جس تک ساتھ بعد آپ ہم میرے اپنے",
    "pnb": "دا دے دی دیاں نوں وچ وچوں تے اے نیں سی سن ہن توں ایہ اوہ کیتا کیتی گیا ہویا ہوئی ایس "
    "اوس اوہناں ایہناں نال لئی ہور کوئی جیہڑے جیہڑا جہڑے نہیں وی ای کردے کردا جاندا جاندے اک نے "
    "اوتھے رہیا پئی پیا تاں تہاڈا تہاڈے تہاڈی ساڈا ساڈے ساڈی میرا کدی کیہ ہے بہت",
    "sd": "جي جو جا جون کي کان ۾ ۽ آهي آهن تي سان هو هئي هئا نه اهو ان هن هي به ته پر لاءِ لاء ڪيو "
    "ڪري ٿو ٿي ٿا ويو وئي ڪندي ڪرڻ سندس هڪ پنهنجي پنهنجو وارو وڌيڪ اها",
    "ps": "د په او چې کې دی ده دي یې به له سره ته نه هم دا دې پر څخه شي شو شوی کړی کړ وي وو لپاره "
    "تر چي کښې هغه هغوی خپل خپله کوي کړي کولو ول وړاندې باندې زه موږ کېږي",
    "fa": "است که از را این به می در با آن برای شد شده بود خود یک و هم نیز تا کرد کرده بر هر اما "
    "ها های نمی باید شود کند کنند دارد دارند هست هستند شدند بودند ما من او آنها اند گفت دیگر پس چه",
    "ar": "في من على إلى أن هذا التي الذي هذه عن مع كان كانت ما لا قد ذلك بعد أو و لم كل بين إن "
    "هو هي عند حيث ثم أنه أنها قال قبل لكن يكون منذ خلال حول تم غير",
    "ur-Latn": "ke ki ka mein main hai hain aur ne se ko nahi nahin kya yeh ye woh wo bhi kar raha "
    "rahi rahe tha thi gaya gayi gaye ho hua hui par pe jo to hi koi mere mera meri aap ap hum "
    "kuch ek liye apne apna apni un us is iss sab kab jab tum karna karte karta lekin magar abhi "
    "baat hota hoti hun hoon diya dia kiya kia nay kay hay mai wala wali wale phir jaldi",
    "en": "the of and to in a is that for it as was with be by on not he his but at are this have "
    "from or had an they which you were their has will its we been more who would there about "
    "said after when what i she her my do your how where why can over into than if no all",
}
# Common endings of English, for headlines without function words.
_ENGLISH_SHAPE: Final = re.compile(
    r"[a-z]+(?:ing|ed|tion|tions|ment|ly|ers|ies|ght|ness)|th[a-z]{2,}"
)
_FOLD: Final = str.maketrans(KEYBOARD)
_TYPED_ON_IT: Final = ("ur", "fa", "pnb")
_MARKS: Final = re.compile("[\u064b-\u0650\u0652\u0640]+")


def _tables() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Return what each letter and each function word says for each language."""
    letters: dict[str, dict[str, float]] = {}
    for language, classes in _LETTERS.items():
        for members, weight in classes.items():
            for letter in members:
                letters.setdefault(letter, {})[language] = weight
    words: dict[str, dict[str, float]] = {}
    for language, row in _WORDS.items():
        for word in row.split():
            words.setdefault(word, {})[language] = 1.0
    for word, owners in list(words.items()):
        folded = word.translate(_FOLD)
        typists = {language: 1.0 for language in owners if language in _TYPED_ON_IT}
        if folded != word and typists:
            words[folded] = words.get(folded, {}) | typists
    weights = {
        word: dict.fromkeys(owners, _WORD_WEIGHT / len(owners)) for word, owners in words.items()
    }
    return letters, weights


def _latin_weights() -> dict[str, dict[str, float]]:
    """Return the same of `LATIN_WORDS`: that it is none of the others matters more than which."""
    owners: dict[str, list[str]] = {}
    for language, row in LATIN_WORDS.items():
        for word in row.split():
            owners.setdefault(word, []).append(language)
    return {
        word: dict.fromkeys(names, _WORD_WEIGHT / math.sqrt(len(names)))
        for word, names in owners.items()
    }


_WORD_WEIGHT: Final = 2.5
_LETTER_WEIGHTS, _FUNCTION_WEIGHTS = _tables()
_LATIN_WEIGHTS: Final = _latin_weights()
_NOTHING: Final[dict[str, float]] = {}


def _latin_scores(word: str) -> dict[str, float]:
    """Return what a word, or what stands in it before an apostrophe, says as `LATIN_WORDS`."""
    before, apostrophe, _ = word.replace("’", "'").partition("'")
    return _LATIN_WEIGHTS.get(before + apostrophe, _NOTHING)


@lru_cache(maxsize=8192)
def _word_scores(word: str) -> dict[str, float]:
    """Return what a word says for each language, as summands of a log-odds."""
    scores: dict[str, float] = {}
    plain = _MARKS.sub("", word).lower()
    function = _FUNCTION_WEIGHTS.get(plain) or _NOTHING
    typed = plain.translate(_FOLD)
    if not function and typed != plain:
        found = _FUNCTION_WEIGHTS.get(typed) or _NOTHING
        function = {name: found[name] for name in found if name in _TYPED_ON_IT}
    for letter in dict.fromkeys(plain):  # in order: a set would add up in a random one
        for language, weight in _LETTER_WEIGHTS.get(letter, _NOTHING).items():
            scores[language] = max(-3.0, min(2.0, scores.get(language, 0.0) + weight))
    for language, weight in function.items():
        scores[language] = scores.get(language, 0.0) + weight
    if not word[0].isupper():  # Los Angeles, Le Monde: parts of names, in English too
        for language, weight in _latin_scores(plain).items():
            scores[language] = scores.get(language, 0.0) + weight
    if plain.startswith("ال") and len(plain) > 4:
        scores["ar"] = scores.get("ar", 0.0) + 0.5  # the article
    if not function and _ENGLISH_SHAPE.fullmatch(plain):
        scores["en"] = 0.8
    return scores


def identify(text: str) -> Guess:
    """Return the language of `text` and the confidence in it, at most n/(n+1) for n words.

    >>> identify("وزیراعظم نے کہا ہے کہ یہ منصوبہ جلد مکمل کیا جائے گا").language
    'ur'
    >>> identify("25 ...")
    Guess(language='und', confidence=0.0)
    """
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    if not words:
        return Guess(UNKNOWN, 0.0)
    words[0] = words[0].lower()
    # Something in none of the languages has a few of their words by chance.
    totals = dict.fromkeys(LANGUAGES, 0.0) | {UNKNOWN: 0.8 + 0.15 * len(words)}
    for word in words:
        for language, weight in _word_scores(word).items():
            totals[language] += weight
    best = max(totals, key=totals.__getitem__)
    chance = 1.0 / sum(math.exp(max(total - totals[best], -700.0)) for total in totals.values())
    return Guess(best, chance * len(words) / (len(words) + 1))
