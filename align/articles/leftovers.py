"""Lines around a story that are not part of it, told by their wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from align.articles.article import LeftoverKind
from align.articles.slugs import is_address

_NETWORK: Final = (
    "(?:facebook|twitter|x|whatsapp|linkedin|e-?mail|print|telegram|pinterest|reddit|messenger"
    "|instagram|youtube|tiktok|threads|share|tweet|pin it|copy link|save|listen"
    "|فیس بک|ٹویٹر|ٹوئٹر|ایکس|واٹس ایپ|لنکڈ ان|ٹیلی گرام|انسٹاگرام|یوٹیوب|ای میل|پرنٹ|شیئر)"
)
_DESK: Final = (
    "(?:(?:ویب|نیوز|مانیٹرنگ|اسپورٹس|سپورٹس|انٹرٹینمنٹ|بزنس|کامرس|انٹرنیشنل) ڈیسک"
    "|(?:اسٹاف|سٹاف|خصوصی|نیوز|کامرس|کورٹ|اسپورٹس|سپورٹس|کرائم) رپورٹر"
    "|نامہ نگار(?: خصوصی)?|نمائندہ(?: خصوصی)?|بیورو رپورٹ|خبر نگار(?: خصوصی)?|ایجنسیاں"
    "|(?:our |staff |special |web |news |sports )*(?:reporter|correspondent|desk))"
)
_DO: Final = "(?:کریں|کیجیے|کیجئے)"
_READ: Final = "(?:پڑھیں|پڑھیے|پڑھئے|پڑھیئے|دیکھیں|دیکھیے|دیکھئے|جانیں)"
_PICTURE: Final = "(?:فوٹوز?|تصویر|تصاویر|photos?|images?|pictures?|caption)"

# Each pattern must fit the whole of `key(line)`, which is normalised and in lower case.
# The first kind that fits counts. No two neighbouring repeats overlap, so matching stays linear.
_PATTERNS: Final[Mapping[LeftoverKind, tuple[str, ...]]] = {
    "ornament": (r"[\W_]{0,300}",),
    "comment": (
        r"comments?\s*(?:\(\s*\d*\s*\)|:?\s*\d*)",
        r"\(?\d+\)?\s*comments?",
        r"(?:no|top|all) comments?",
        r"comment form",
        r"(?:leave|post|write|add) (?:a|your) (?:comment|reply).{0,40}",
        r"تبصر[ےہ]\s*(?:\(\s*\d*\s*\)|:?\s*\d*)",
        r"\(?\d+\)?\s*تبصر[ےہ]",
        r"(?:اپنا )?تبصرہ (?:کریں|لکھیں)",
        r"اپنی رائے (?:دیں|کا اظہار کریں)",
    ),
    "copyright": (
        r".{0,40}(?:©|\(c\) ?\d{4}).{0,160}",
        r"copyrights?\b.{0,160}",
        r".{0,120}all rights reserved.{0,80}",
        r"(?:.{0,60} )?(?:جملہ|تمام) حقوق (?:بحق .{0,60} )?محفوظ(?: ہیں)?\W{0,3}",
    ),
    "share": (
        rf"(?:{_NETWORK}(?:\W+(?:on|via|پر|{_DO}))?(?:\W+|$))+",
        r"share (?:this|on|via|with)\b.{0,60}",
        rf"(?:یہ|اس) (?:خبر|مضمون) (?:کو )?شیئر {_DO}\W*",
        r"follow us\b.{0,80}",
        rf"(?:ہمیں )?(?:{_NETWORK} پر )?فالو {_DO}\W*",
    ),
    "advert": (
        r"advertisements?",
        r"sponsored(?: content)?",
        r"اشتہار(?:ات)?",
        r"subscribe\b.{0,100}",
        r"sign up (?:for|to)\b.{0,100}",
        rf".{{0,80}}(?:چینل|نیوز لیٹر) (?:جوائن|سبسکرائب) {_DO}\W*",
    ),
    "link": (
        rf"(?:مزید|یہ بھی|اسے بھی|مزید یہ بھی) {_READ}(?:\W.*)?",
        r"(?:متعلقہ|مزید|مقبول|تازہ ترین) خبریں\W*",
        r"متعلقہ (?:خبر|مضامین)\b.{0,120}",
        r"(?:read|watch|see also|related)\s*(?:[:|>»].*|-(?!\w).*)?",
        r"(?:related|recommended|trending|popular|latest|more|top|other|featured)"
        r" (?:news|stories|articles|posts|videos)\s*(?:[:|>»-].*)?",
        r"(?:recommended(?: for you)?|trending(?: now)?|most (?:read|popular|viewed|shared)"
        r"|you (?:may|might) also like|read next|editor'?s picks?)\W*",
        r"(?:read more|also read|read also|more from)\b[^.]{0,200}",
    ),
    "byline": (
        rf"\W?{_DESK}\W{{0,2}}",
        rf"(?:[^\s.۔:]+ ){{1,3}}\({_DESK}\)\W{{0,2}}",
        r"(?:رپورٹ|رپورٹر|تحریر|مصنف|از|نامہ نگار|ترجمہ)\s*[:|-][^۔]{1,80}",
        r"by:? (?!the |a )[^.!?\d]{2,60}",
        r"(?:reported|written|edited) by\b[^!?]{2,60}",
    ),
    "caption": (
        r"\W{0,3}(?:فائل فوٹو|فوٹو فائل|file photo)\W{0,3}",
        rf"\W{{0,3}}{_PICTURE}(?: (?:کریڈٹ|بشکریہ|credit|courtesy))?\s*[:|/-].*",
        rf"{_PICTURE} (?:بشکریہ|courtesy)\b.{{0,60}}",
    ),
    "label": (r"slug\s*:",),
    "tag": (
        r"(?:tags?|keywords?|topics?|categor(?:y|ies))\s*(?:[:|].*)?",
        r"(?:ٹیگز?|موضوعات|کی ورڈز|زمرہ|زمرے)\s*(?:[:|].*)?",
        r"(?:#[^\s#,،]+[\s,،]*)+",
    ),
}
_RULES: Final = tuple((kind, re.compile("|".join(rows))) for kind, rows in _PATTERNS.items())


def leftover_kind(key: str) -> LeftoverKind | None:
    """Name the kind of a leftover from its key; None for a line of the story.

    >>> leftover_kind("comments(0)"), leftover_kind("مزید پڑھیں: بارش"), leftover_kind("بارش ہوئی۔")
    ('comment', 'link', None)
    """
    if is_address(key):
        return "link"
    return next((kind for kind, pattern in _RULES if pattern.fullmatch(key)), None)
