"""The scraped layout and its variations."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.articles import Article, LeftoverKind
from align.articles.scraped import parse_scraped
from align.check.slug import unusable
from align.errors import InputError

TITLE = "ملتان میں نہر پر نئے پل کا افتتاح، ہزاروں شہریوں کو سہولت ملے گی"
OTHER = "نہر کے دونوں کنارے مل گئے، شہریوں کا دیرینہ مطالبہ پورا"
CREATED = "Created: MARCH 12, 2025"
SLUG = "new canal bridge opens in multan"
HYPHENS = "New-Canal-Bridge-Opens-in-Multan-2345678"
STORY = [
    "ملتان: شہر کے مشرقی حصے میں نہر پر تعمیر ہونے والا نیا پل بدھ کو ٹریفک کے لیے کھول دیا گیا۔",
    "یہ پل دو سال میں مکمل ہوا ہے۔ اس سے پہلے لوگوں کو دس کلومیٹر کا راستہ طے کرنا پڑتا تھا۔",
    "حکام کے مطابق دوسرے مرحلے میں سڑک چوڑی کی جائے گی۔",
]


def parse(*lines: str) -> Article:
    return parse_scraped("\n\n".join(lines), path="bridge.txt")


def outline(article: Article) -> tuple[str | None, str | None, str | None, list[str]]:
    """Title, slug, headline and paragraphs as text."""
    title, slug, headline = (
        line.text if line else None for line in (article.title, article.slug, article.headline)
    )
    return title, slug, headline, [line.text for line in article.paragraphs]


def test_the_whole_layout() -> None:
    article = parse(
        TITLE, CREATED, SLUG, TITLE, *STORY, "Comments(0)", "Top Comments", "Comment Form"
    )
    assert outline(article) == (TITLE, SLUG, TITLE, STORY)
    assert article.created == date(2025, 3, 12)
    assert article.created_line
    assert article.created_line.text == CREATED
    assert [line.kind for line in article.leftovers] == ["comment"] * 3
    assert (article.id, article.path) == ("bridge", "bridge.txt")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([TITLE, CREATED, SLUG, OTHER, *STORY], (TITLE, SLUG, OTHER, STORY)),
        ([TITLE, CREATED, SLUG, *STORY], (TITLE, SLUG, None, STORY)),
        ([TITLE, CREATED, TITLE, *STORY], (TITLE, None, TITLE, STORY)),
        ([TITLE, CREATED, *STORY], (TITLE, None, None, STORY)),
        ([TITLE, SLUG, TITLE, *STORY], (TITLE, SLUG, TITLE, STORY)),
        ([TITLE, SLUG, *STORY], (TITLE, SLUG, None, STORY)),
        ([TITLE, TITLE, *STORY], (TITLE, None, TITLE, STORY)),
        ([CREATED, SLUG, TITLE, *STORY], (None, SLUG, TITLE, STORY)),
        ([SLUG, TITLE, *STORY], (None, SLUG, TITLE, STORY)),
        ([TITLE, SLUG, CREATED, TITLE, *STORY], (TITLE, SLUG, TITLE, STORY)),
        ([TITLE, "ویب ڈیسک", CREATED, SLUG, TITLE, *STORY], (TITLE, SLUG, TITLE, STORY)),
        # a cut title, its headline whole
        ([TITLE[:45], CREATED, SLUG, TITLE, *STORY], (TITLE[:45], SLUG, TITLE, STORY)),
        # a first paragraph that begins like the title is no headline
        (
            [TITLE, CREATED, SLUG, TITLE + " اور سفر کا وقت کم ہو جائے گا۔", *STORY],
            (TITLE, SLUG, None, [TITLE + " اور سفر کا وقت کم ہو جائے گا۔", *STORY]),
        ),
        # the slug below the headline, or at the end
        ([TITLE, CREATED, TITLE, SLUG, *STORY], (TITLE, SLUG, TITLE, STORY)),
        ([TITLE, CREATED, OTHER, HYPHENS, *STORY], (TITLE, SLUG, OTHER, STORY)),
        ([TITLE, TITLE, SLUG, *STORY], (TITLE, SLUG, TITLE, STORY)),
        ([CREATED, TITLE, HYPHENS, *STORY], (None, SLUG, TITLE, STORY)),
        ([TITLE, CREATED, *STORY, SLUG], (TITLE, SLUG, None, STORY)),
        ([TITLE, CREATED, TITLE, *STORY, HYPHENS], (TITLE, SLUG, TITLE, STORY)),
        ([TITLE, CREATED, TITLE, *STORY, SLUG, "Comments(0)"], (TITLE, SLUG, TITLE, STORY)),
        ([TITLE, CREATED, TITLE, *STORY, SLUG + "…"], (TITLE, SLUG + "...", TITLE, STORY)),
        ([TITLE, CREATED, *STORY, SLUG, TITLE], (TITLE, SLUG, None, STORY)),
        ([TITLE, CREATED, *STORY, TITLE, SLUG], (TITLE, SLUG, None, STORY)),
        ([TITLE, "Pakistan", CREATED, TITLE, *STORY, SLUG], (TITLE, SLUG, TITLE, STORY)),
        ([TITLE, CREATED, SLUG, TITLE, *STORY, SLUG], (TITLE, SLUG, TITLE, STORY)),
        # plain text
        ([*STORY, SLUG], (None, None, None, [*STORY, SLUG])),
        (STORY, (None, None, None, STORY)),
        ([TITLE, *STORY], (None, None, None, [TITLE, *STORY])),
        (["Hello, world", *STORY], (None, None, None, ["Hello, world", *STORY])),
        (STORY[:1], (None, None, None, STORY[:1])),
        # English between paragraphs
        (
            [TITLE, CREATED, SLUG, TITLE, STORY[0], "“We are happy,” he said.", *STORY[1:]],
            (TITLE, SLUG, TITLE, [STORY[0], "“We are happy,” he said.", *STORY[1:]]),
        ),
    ],
)
def test_what_may_be_missing_or_elsewhere(
    lines: list[str], expected: tuple[str | None, str | None, str | None, list[str]]
) -> None:
    assert outline(parse(*lines)) == expected


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ("2345678", "2345678"),
        ("NEW CANAL BRIDGE OPENS IN MULTAN", SLUG),
        ("new-canal-bridge-opens-in-multan", SLUG),
        ("New-Canal-Bridge-Opens-In-Multan-2345678", SLUG),
        ("2345678/new-canal-bridge-opens-in-multan", SLUG),
        ("https://news.example.com/story/2345678/new-canal-bridge-opens-in-multan", SLUG),
        ("https://news.example.com/new-canal-bridge-opens-in-multan.html?ref=x#top", SLUG),
        ("https://news.example.com/2025/03/12/new-canal-bridge-opens-in-multan/", SLUG),
        ("https://news.example.com/story/2345678", "2345678"),
        ("www.example.com/new-canal-bridge-opens-in-multan", SLUG),
        ("new canal bridge opens in mul", "new canal bridge opens in mul"),
        ("new canal bridge opens in mul…", "new canal bridge opens in mul..."),
        ("new canal bridge opens in mul...", "new canal bridge opens in mul..."),
        ("new canal bridge opens in mul ...", "new canal bridge opens in mul ..."),
        ("new-canal-bridge-opens-in-mul…", "new canal bridge opens in mul..."),
        ("\u200enew canal\u200b bridge\u00a0opens in multan\u202c", SLUG),
        ("by elections held in three cities", "by elections held in three cities"),
        ("budget-2025 raises taxes on sugar", "budget-2025 raises taxes on sugar"),
        ("goals-for-2025", "goals for 2025"),
        ("watch-tower-rises-in-multan", "watch tower rises in multan"),
        ("copyright-law-changes-in-may", "copyright law changes in may"),
    ],
)  # fmt: skip
def test_slugs(line: str, slug: str) -> None:
    article = parse(TITLE, CREATED, line, TITLE, *STORY)
    assert outline(article) == (TITLE, slug, TITLE, STORY)
    assert article.slug
    assert article.text[article.slug.start : article.slug.end] == line.strip()


@pytest.mark.parametrize("end", ["…", "...", " ..."])
def test_a_slug_that_is_cut_off_says_so_to_the_check(end: str) -> None:
    article = parse(TITLE, "wheat harvest begins early in punjab" + end, TITLE, *STORY)
    assert article.slug
    assert unusable(article.slug.text) == 'slug is cut off after "punjab"'
    assert unusable(article.slug.text.rstrip(" .")) is None
    assert outline(article)[2:] == (TITLE, STORY)


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("line", ["Slug: new-canal-bridge-opens-in-multan", f"SLUG : {SLUG}"])
def test_a_slug_that_says_so_is_one_wherever_it_stands(line: str, place: int) -> None:
    lines = [TITLE, CREATED, TITLE, *STORY]
    article = parse(*lines[:place], line, *lines[place:])
    assert outline(article)[1] == SLUG
    assert outline(article)[3] == STORY


QUOTED = f"{STORY[0][:-1]}:"


@pytest.mark.parametrize(
    "story",
    [
        [STORY[0], "we shall build it again", *STORY[1:]],
        [STORY[0], "state-of-the-art", *STORY[1:]],
        [*STORY, QUOTED, "we shall build it again"],
        [*STORY, "we shall build it again", "and we shall not stop"],
        [*STORY, "we shall build it again, he said"],
        [*STORY, "We shall build it again"],
        [*STORY, "“we shall build it again”"],
        [*STORY, "we shall build it again."],
        [*STORY, "thank you"],
        [*STORY, "0300-1234-567"],
        [TITLE, "We shall build it again", *STORY],
    ],
)
def test_english_in_the_story_is_no_slug(story: list[str]) -> None:
    for line in (CREATED, TITLE):
        article = parse(TITLE, line, *story)
        assert article.slug is None
        found = [*article.paragraphs, *filter(None, [article.headline])]
        assert {each.text for each in found} >= set(story)


def test_a_line_of_english_is_no_slug_where_there_is_one() -> None:
    article = parse(TITLE, CREATED, SLUG, TITLE, *STORY, "we shall build it again")
    assert outline(article) == (TITLE, SLUG, TITLE, [*STORY, "we shall build it again"])


def test_a_section_above_the_slug_is_no_slug() -> None:
    article = parse(TITLE, "Pakistan", CREATED, SLUG, TITLE, *STORY)
    assert outline(article) == (TITLE, SLUG, TITLE, STORY)
    assert [(line.text, line.kind) for line in article.leftovers] == [("Pakistan", "label")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("رپورٹ: اسپورٹس ڈیسک", "byline"),
        ("ویب ڈیسک", "byline"),
        ("کراچی (اسٹاف رپورٹر)", "byline"),
        ("By Our Correspondent", "byline"),
        ("By Sana Khan", "byline"),
        ("فوٹو: اسکول انتظامیہ", "caption"),
        ("تصویر: پل کا ایک منظر", "caption"),
        ("Photo: Handout", "caption"),
        ("— فائل فوٹو", "caption"),
        ("مزید پڑھیں: ضلع بھر کے اسکولوں میں کھیلوں کا ہفتہ شروع", "link"),
        ("یہ بھی پڑھیں", "link"),
        ("مزيد پڑھیں: بارش کا امکان", "link"),
        ("\u200fمزید\u200b پڑھیں: بارش کا امکان", "link"),
        ("Read more: Bridge closed for repairs", "link"),
        ("https://news.example.com/more", "link"),
        ("Facebook Twitter WhatsApp", "share"),
        ("فیس بک | ٹوئٹر | واٹس ایپ", "share"),
        ("شیئر کریں", "share"),
        ("Share this article", "share"),
        ("Tags: Multan, bridges", "tag"),
        ("ٹیگز: ملتان، پل", "tag"),
        ("#ملتان #پل", "tag"),
        ("© 2025 نمونہ نیوز", "copyright"),
        ("جملہ حقوق محفوظ ہیں", "copyright"),
        ("All rights reserved.", "copyright"),
        ("Advertisement", "advert"),
        ("* * *", "ornament"),
        ("\u200f", "ornament"),
        ("Updated: MARCH 13, 2025", "date"),
        (TITLE, "repeat"),
    ],
)
def test_debris_in_the_story(line: str, kind: str) -> None:
    article = parse(TITLE, CREATED, SLUG, TITLE, STORY[0], line, *STORY[1:])
    assert outline(article) == (TITLE, SLUG, TITLE, STORY)
    assert [(left.text, left.kind) for left in article.leftovers] == [(line, kind)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Recommended Stories", "link"),
        ("RELATED ARTICLES", "link"),
        ("Related Articles:", "link"),
        ("Read more", "link"),
        ("Most Read", "link"),
        ("YOU MAY ALSO LIKE", "link"),
        ("you may also like", "link"),
        ("Trending Now", "link"),
        ("Latest News", "link"),
        ("Share this", "share"),
        ("SHARE THIS STORY NOW", "share"),
        ("follow us on facebook", "share"),
        ("Advertisement", "advert"),
        ("sign up for our newsletter", "advert"),
    ],
)
def test_debris_below_the_story_is_neither_paragraph_nor_slug(line: str, kind: str) -> None:
    for slug in ([], [SLUG]):
        article = parse(TITLE, CREATED, TITLE, *STORY, *slug, line)
        assert outline(article) == (TITLE, slug[0] if slug else None, TITLE, STORY)
        assert [(left.text, left.kind) for left in article.leftovers] == [(line, kind)]
    assert [each.text for each in parse(*STORY, line).paragraphs] == STORY


@pytest.mark.parametrize(
    "line",
    [
        "کراچی (اسٹاف رپورٹر) شہر میں بارش کے بعد کئی سڑکیں زیر آب آ گئیں اور ٹریفک متاثر ہوئی۔",
        "رپورٹ میں کہا گیا ہے کہ پل کی تعمیر پر دو سال لگے۔",
        "تصویر میں پل کا ایک منظر دکھائی دے رہا ہے۔",
        "تبصرہ کرتے ہوئے انہوں نے کہا کہ یہ خوش آئند ہے۔",
        "مزید پڑھنے کے شوقین طلبہ کے لیے کتب خانہ بھی بنے گا۔",
        "By Friday, traffic had doubled.",
        "Share prices fell sharply, the bank said.",
        "share this burden with us",
        "Most read newspapers in their youth.",
        "نہیں۔",
        "12 مارچ 2025",
        "تاریخ",
        "عوام کا نمائندہ",
    ],
)
def test_lines_of_the_story_that_only_begin_like_debris(line: str) -> None:
    article = parse(TITLE, CREATED, SLUG, TITLE, STORY[0], line, *STORY[1:])
    assert [p.text for p in article.paragraphs] == [STORY[0], line, *STORY[1:]]


def test_all_below_the_comments_is_left_over() -> None:
    comments = ["Comments(12)", "بہت اچھی خبر ہے۔", "Ahmed", "2 hours ago", "شکریہ"]
    article = parse(TITLE, CREATED, SLUG, TITLE, *STORY, *comments)
    assert outline(article) == (TITLE, SLUG, TITLE, STORY)
    assert [line.text for line in article.leftovers] == comments


def test_a_counter_above_the_story_leaves_the_story() -> None:
    article = parse(TITLE, CREATED, "Comments(3)", SLUG, TITLE, *STORY)
    assert outline(article) == (TITLE, SLUG, TITLE, STORY)
    assert [line.text for line in article.leftovers] == ["Comments(3)"]


def test_an_unreadable_date_keeps_its_line() -> None:
    article = parse(TITLE, "Created: 45 SMARCH 2025", SLUG, TITLE, *STORY)
    assert article.created is None
    assert article.created_line
    assert article.created_line.text == "Created: 45 SMARCH 2025"
    assert outline(article) == (TITLE, SLUG, TITLE, STORY)


def test_the_date_of_publication_goes_before_that_of_an_update() -> None:
    article = parse(TITLE, "Updated: MARCH 14, 2025", "Published: MARCH 12, 2025", SLUG, *STORY)
    assert article.created == date(2025, 3, 12)
    assert [line.kind for line in article.leftovers] == ["date"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\n\nonly english here\nand here", 3, "no Urdu text"),
        ("??? ???? ??\n????", 1, "letters were"),
        (" \r\n\t", None, "empty"),
        ("\n" + "أعلنت وزارة الصحة اليوم أن عدد المصابين قد ارتفع في المدينة بعد هطول الأمطار "
         "التي استمرت ثلاثة أيام، وقالت إن الفرق الطبية تعمل على مدار الساعة من أجل تقديم "
         "العلاج إلى جميع المرضى في المستشفيات، وذلك خلال هذا الأسبوع الذي شهد أمطارا غزيرة. " * 2,
         2, "Arabic"),
    ],
)  # fmt: skip
def test_what_is_no_urdu_article(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        parse_scraped(text, path="a.txt")
    assert (caught.value.path, caught.value.line) == ("a.txt", line)


LINES = st.sampled_from(
    [
        TITLE, OTHER, CREATED, SLUG, *STORY, "Comments(0)", "Comments(12)", "مزید پڑھیں: پل",
        "ویب ڈیسک", "Updated: 2025-01-01", "https://e.com/a-b-c", "https://e.com/", "2345678",
        "Facebook Twitter", "***", "\u200f", "", " ", "He said so.", "23 جنوری 2025",
        "Slug: " + SLUG, "Slug:", HYPHENS, "فوٹو: اے", "\u200f" + TITLE, "ا\x1fب\x85پ",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(LINES | st.text(max_size=30), max_size=25),
    st.sampled_from(["\n", "\r\n", "\n\n", "\r", "\u2029"]),
)
def test_every_line_ends_up_in_exactly_one_field(lines: list[str], end: str) -> None:
    text = end.join([*lines, STORY[0]])
    try:
        article = parse_scraped(text, path="x")
    except InputError as error:  # random letters can be another language's
        if "not Urdu but" not in error.reason:
            raise
        return
    heads = [article.title, article.created_line, article.slug, article.headline]
    parts = [*filter(None, heads), *article.paragraphs, *article.leftovers]
    covered = [False] * len(text)
    for part in parts:
        assert not any(covered[part.start : part.end])
        covered[part.start : part.end] = [True] * (part.end - part.start)
        if part is not article.slug:
            assert text[part.start : part.end] == part.text
        assert "\n" not in part.text
    assert all(covered[i] or c.isspace() for i, c in enumerate(text))
    for row in (article.paragraphs, article.leftovers):
        assert [p.start for p in row] == sorted(p.start for p in row)
    assert {left.kind for left in article.leftovers} <= set(get_args(LeftoverKind))
