"""Words of slugs and of English text: spelled alike, weighed by rarity, inflection forgiven."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from align.text.names import name_similarity, romanize

# Closed classes: they tell nothing about what an article is about.
_STOPS: Final = """
a about above after again against all also am amid among an and any are as at be because
been before being below between both but by can could despite did do does doing down during
each either else even ever every few for from had has have having he her here hers him his
how i if in into is it its itself just may me might more most much must my near no nor not
now of off on once only onto or other our out over own per s shall she should since so some
still such t than that the their them then there these they this those though through till
to too toward towards under until up upon us very via was we were what when where whether
which while who whom whose why will with within without would yet you your"""
STOP_WORDS: Final = frozenset(_STOPS.split())

# Slugs say "wins", the story says "won"; "thirteen" there is "13" here.
_FORMS: Final = """
agree:agreed become:became begin:began,begun blow:blew,blown break:broke,broken
bring:brought build:built burn:burnt buy:bought catch:caught child:children
choose:chose,chosen come:came deal:dealt die:dying draw:drew,drawn drink:drank,drunk
drive:drove,driven eat:ate,eaten fall:fell,fallen feed:fed feel:felt fight:fought
find:found flee:fled free:freed guarantee:guaranteed
fly:flew,flown,flies foot:feet forget:forgot,forgotten
freeze:froze,frozen get:got,gotten give:gave,given go:went,gone grow:grew,grown
hang:hung hear:heard hide:hid,hidden hold:held keep:kept know:knew,known lay:laid
lead:led leave:left lend:lent lie:lying lose:lost make:made man:men meet:met pay:paid
person:people ride:rode,ridden rise:rose,risen run:ran say:said see:saw,seen seek:sought
sell:sold send:sent shake:shook,shaken shoot:shot show:shown sing:sang,sung
sink:sank,sunk sit:sat speak:spoke,spoken spend:spent stand:stood steal:stole,stolen
strike:struck swear:swore,sworn swim:swam,swum take:took,taken teach:taught tell:told
think:thought throw:threw,thrown wear:wore,worn wife:wives win:won woman:women
write:wrote,written
1:one 2:two 3:three 4:four 5:five 6:six 7:seven 8:eight 9:nine 10:ten 11:eleven
12:twelve 13:thirteen 14:fourteen 15:fifteen 16:sixteen 17:seventeen 18:eighteen
19:nineteen 20:twenty 30:thirty 40:forty 50:fifty 60:sixty 70:seventy 80:eighty
90:ninety"""
_IRREGULAR: Final = {
    form: base
    for base, _, forms in (entry.partition(":") for entry in _FORMS.split())
    for form in forms.split(",")
}

_APOSTROPHES: Final = re.compile("['`\u00b4\u2018\u2019\u02bc]")
_GROUPS: Final = re.compile(r"(?<=\d),(?=\d\d)")
_INITIALS: Final = re.compile(r"\b(?:[a-z]\.){2,}")
_WORD: Final = re.compile(r"[^\W_]+")
_VOWEL: Final = re.compile("[aeiouy]")
# Runs of letters that make one consonant; h, w and y may be silent or vowels.
_CONSONANT: Final = re.compile(r"(?:gh|([bcdfgjklmnpqrstvxz])\1*)h?")
_DOUBLED: Final = re.compile(r"([bdfglmnprt])\1$")

# Zipf values of the rarity table end near 4.2; what it lacks is rarer than that.
RARE: Final = 3.7
# From this similarity on, two spellings are taken for one name. Of the slug words with three
# consonants, 24 % then sound like a word of the Urdu lead (names and loans), and 1.3 % like one of
# another article's lead.
_SAME_NAME: Final = 0.85
# Stems that share so much of their beginning are taken for derivations of one word.
_SAME_BEGINNING: Final = 0.7
# The weight of a word falls by one with each factor of ten in its frequency.
_WEIGHTLESS: Final = 7.0


@lru_cache(maxsize=4096)
def prepare(text: str) -> str:
    """Spell `text` as a slug is spelled: lower case, no accents, no punctuation, single spaces.

    >>> prepare("Germany's U.S. envoy: \u201c12,000 jobs\u201d in Sao-Paulo")
    'germanys us envoy 12000 jobs in sao paulo'
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKD", text).lower())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = _INITIALS.sub(lambda match: match.group().replace(".", ""), _GROUPS.sub("", text))
    return " ".join(_WORD.findall(text))


def content_words(prepared: str) -> tuple[str, ...]:
    """Return the words of a prepared text that are not function words, in order.

    >>> content_words("why the ferry has been out of service for 7 weeks")
    ('ferry', 'service', '7', 'weeks')
    """
    return tuple(word for word in prepared.split() if word not in STOP_WORDS)


# Words in -s whose rest is another word.
_NO_PLURALS: Final = frozenset(("news", "series", "species", "means", "gas", "lens", "always"))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Take English inflection off a lower-case word; the result need not be a word.

    >>> [stem(word) for word in ("stopped", "stops", "stopping", "countries", "won", "news")]
    ['stop', 'stop', 'stop', 'countri', 'win', 'news']
    """
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isalpha() or word in _NO_PLURALS:
        return word
    word = _cut_ending(_cut_s(word))
    word = _DOUBLED.sub(r"\1", word)
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 2 and word.endswith("y") and not _VOWEL.match(word[-2]):
        word = word[:-1] + "i"
    return _IRREGULAR.get(word, word)


def _cut_s(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _cut_ending(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _VOWEL.search(rest) and not word.endswith("eed"):
            return rest
    return word


@cache
def read_rarity() -> dict[str, float]:
    """Read the table that comes with the package: Zipf value of each word that is not rare.

    The Zipf value is log10 of the occurrences in a billion words; made by
    `scripts/word_rarity.py`.
    """
    table: dict[str, float] = {}
    for line in (files("align.check") / "rarity.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            zipf, *words = line.split()
            table.update(dict.fromkeys(words, float(zipf)))
    return table


@cache
def _stem_rarity() -> dict[str, float]:
    table: dict[str, float] = {}
    for word, zipf in read_rarity().items():
        table[stem(word)] = max(zipf, table.get(stem(word), 0.0))
    return table


def weight(word: str) -> float:
    """Return how much `word` tells, from 0.5 (in every story) to 3.3 (rare).

    >>> weight("pakistan") < weight("tariffs") < weight("gulbadan")
    True
    """
    return max(0.5, _WEIGHTLESS - _stem_rarity().get(stem(word), RARE))


def matching(word: str, stems: frozenset[str]) -> frozenset[str]:
    """Return those of `stems` that are `word` in another inflection, derivation or spelling.

    >>> stems = frozenset(map(stem, "the organizer won agricultural prizes".split()))
    >>> [sorted(matching(word, stems)) for word in ("organisers", "wins", "agriculture", "price")]
    [['organizer'], ['win'], ['agricultural'], []]
    """
    wanted = stem(word)
    if wanted in stems:
        return frozenset((wanted,))
    if wanted.isdigit():
        return frozenset()
    return frozenset(other for other in stems if _alike(wanted, other))


def _alike(a: str, b: str) -> bool:
    """Tell whether two stems differ by derivation or spelling only."""
    return _begins_alike(a, b) or (
        not (a in _stem_rarity() and b in _stem_rarity()) and sounds_like(b, a)
    )


def _begins_alike(a: str, b: str) -> bool:
    if a[0] != b[0] or min(len(a), len(b)) < 6:
        return False
    from rapidfuzz.distance import Levenshtein, Prefix

    return (
        Levenshtein.distance(a, b, score_cutoff=1) <= 1
        or Prefix.normalized_similarity(a, b) >= _SAME_BEGINNING
    )


def sounds_like(name: str, word: str) -> bool:
    """Tell whether `name`, in Urdu or Latin letters, sounds like the Latin `word`.

    Two consonants meet by chance, so then the name must have four letters.

    >>> sounds_like("شہباز", "shehbaz"), sounds_like("کے", "quake"), sounds_like("لاہور", "lahore")
    (True, False, True)
    """
    consonants = _consonants(word)
    if consonants < 2 or len(name) < (4 if consonants == 2 else 3):
        return False
    # A quick look first: names with two consonants more are never that similar.
    return abs(_consonants(name) - consonants) < 2 and name_similarity(name, word) >= _SAME_NAME


@lru_cache(maxsize=65536)
def _consonants(name: str) -> int:
    return len(_CONSONANT.findall(romanize(name)))
