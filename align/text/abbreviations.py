"""Words that decide whether a stop ends a sentence: the tables of the splitter.

Urdu spells Latin letters by their names (`سی۔آئی۔اے`, CIA), and some of those names are words
too (`آئی`, "came"), which is why they stand in a table of their own.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- Urdu ---

LETTER_NAMES: Final = _words(
    "اے بی سی ڈی ای ایف جی ایچ آئی جے کے ایل ایم این او پی کیو آر ایس ٹی یو وی ڈبلیو"
    " ایکس وائی زیڈ زی ا ب پ ت ٹ ث ج چ ح خ د ڈ ذ ر ڑ ز ژ س ش ص ض ط ظ ع غ ف ق ک گ ل م ن ی الف"
)
# "O!", "came", "drank", "yes", "of", "like": a sentence may end in them.
LETTER_NAMES_AND_WORDS: Final = _words("اے آئی پی جی کے او سی بی")

# What follows the last stop of a degree: بی۔ایڈ۔, ایم۔فل۔
DEGREES: Final = _words("ایڈ فل کام ٹیک فارم آرک لٹ")

# Before a name, so that a sentence ends in them only if another clearly begins.
TITLES: Final = _words(
    "ڈاکٹر پروفیسر مسٹر مسز مس جسٹس انجینئر انجینیئر ایڈووکیٹ بیرسٹر سینیٹر جنرل کرنل میجر"
    " کیپٹن بریگیڈیئر لیفٹیننٹ علامہ مولانا مفتی حافظ حضرت سید میاں"
)
# Before a number: page, volume, number.
BEFORE_NUMBER: Final = _words("نمبر صفحہ ص ج جلد شمارہ آیت فون")

# They lean on the word before: no sentence begins with them.
LEANING: Final = _words(
    "نے کا کی کے کو میں سے پر تک ہے ہیں تھا تھی تھے گا گے گی والا والی والے والوں ہی بھی نامی"
    " جیسے جیسی جیسا سمیت کہہ کہتے کہتا کہتی کہلاتا"
)
# After a question or a cry in quotation marks, these go on with the sentence around it.
JOINING: Final = LEANING | _words("اور تو یا مگر لیکن جس جو جبکہ جب بلکہ پھر جن جنہوں جنہیں")
# A sentence that begins with one of these is a new one.
URDU_STARTERS: Final = _words(
    "اس ان انہوں انھوں انہیں انھیں یہ وہ تاہم ادھر اُدھر دوسری مزید واضح یاد اب بعد دریں"
    " علاوہ جب اگر لیکن مگر ہم میرے میرا میری ہمارے ہماری کیا"
)
# Sentences end in these; after another word, dots are a pause.
FINITE: Final = _words(
    "ہے ہیں ہوں ہو تھا تھی تھے تھیں گا گے گی گیا گئی گئے گئیں دیا دی دیے لیا لی لیے کیا کی کیے"
    " ہوا ہوئی ہوئے رہا رہی رہے سکا سکی سکے چکا چکی چکے"
)
# Reporting words, as patterns: verbs, nouns, and the verbs that make a report of a noun
# ("question" with "did" is "asked").
URDU_VERBS: Final = (
    "کہا|کہی|کہتے|کہتی|کہتا|کہنا|کہنے|کہہ|بتایا|بتاتے|بتاتی|بتاتا|بتانا|پوچھا|پوچھتے|پوچھتی|پوچھتا"
    "|بولا|بولے|بولی|بولیں|لکھا|لکھتے|لکھتی|پکارا|پکارے|پکاری|چلایا|چلائے|چلائی|سنایا|دہرایا"
)
URDU_NOUNS: Final = (
    "دریافت|استفسار|سوال|جواب|مداخلت|اصرار|وضاحت|اعلان|تبصرہ|شکوہ|شکایت|اعتراض|یاد|نعرہ|نعرے"
    "|بقول|الفاظ|پیغام|بیان"
)
URDU_SUPPORT: Final = "کیا|کی|اٹھایا|اٹھائے|کرتے|کرتی|دیا|دیتے|دیتی|لگایا|لگائے|تھے|ہیں"

# --- English; without the last stop, lower case unless a capital is needed ---

# Before a name.
ENGLISH_TITLES: Final = _words(
    "dr mr mrs ms messrs prof gen lt col maj sgt capt cpl cmdr cdr v adm brig rev hon sen rep gov"
    " pres supt insp ft mt vs e.g i.e cf viz"
)
# Before a number; "no" and "art" are words as well.
ENGLISH_BEFORE_NUMBER: Final = _words(
    "no nos rs re art fig figs sec vol ch pp p para approx ca c jan feb mar apr jun jul aug sep"
    " sept oct nov dec tel ext est"
)
# They may end a sentence; what comes next decides.
ENGLISH_AMBIGUOUS: Final = _words(
    "st inc ltd co corp jr sr bros dept govt pvt al ph.d m.phil b.ed a.m p.m u.s u.k u.n u.s.a"
)
ENGLISH_STARTERS: Final = _words(
    "The He She It They We You I In On At But And This That These Those A An His Her Their Its Our"
    " My However Meanwhile After Before When While As For There According If Some Many Most"
    " Earlier Later Last No Not What Who Why How Where Then Now So Yet Still Both Another Since"
    " Although Despite With From To By Under Officials Police"
)
# After a time of day, a capital does not mean a new sentence: "9 a.m. Monday", "5 p.m. PST".
AFTER_TIME: Final = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May"
    " June July August September October November December PST PKT GMT EST EDT UTC IST Eastern"
    " Pakistan"
)
ENGLISH_SPEECH: Final = (
    "said|says|asked|asks|replied|replies|added|adds|told|wrote|writes|shouted|cried|inquired"
    "|enquired|wondered|exclaimed|answered|demanded|remarked|quipped|declared|recalled|exhorted"
)
