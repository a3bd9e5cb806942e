"""Hostile text in everything that reaches a page or a terminal: shown, and no more than shown."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import html

from tests.fuzz import hostile
from tests.fuzz.hostile import HIDDEN, MARK, MARKUP, STEERING, URDU
from tests.fuzz.sandbox import Sandbox

BAD: Final = MARKUP[2]
_ELEMENTS: Final = frozenset(
    ("html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section",
     "article", "nav", "aside", "details", "summary", "h1", "h2", "h3", "h4", "p", "ul", "ol", "li",
     "dl", "dt", "dd", "div", "span", "table", "caption", "thead", "tbody", "tfoot", "tr", "th",
     "td", "colgroup", "col", "a", "b", "i", "em", "strong", "small", "mark", "del", "ins", "code",
     "pre", "q", "blockquote", "figure", "figcaption", "br", "hr", "bdi", "bdo", "time", "sub",
     "sup", "abbr", "meter", "progress", "svg", "g", "rect", "path", "line", "text", "circle",
     "polyline", "polygon", "tspan", "desc", "label", "s", "u")
)  # fmt: skip
_ATTRIBUTES: Final = re.compile(
    r"class|id|lang|dir|title|href|style|charset|name|content|http-equiv|role|scope|open|colspan"
    r"|rowspan|span|aria-[a-z]+|width|height|viewbox|xmlns|x|y|x1|x2|y1|y2|dx|dy|r|cx|cy|d|points"
    r"|transform|fill|stroke|text-anchor|preserveaspectratio|value|min|max|datetime|data-[a-z-]+|tabindex"
)


def _translate(folder: Path) -> list[object]:
    records = hostile.write_records(folder / "a.jsonl", hostile.articles())
    (folder / "x<img src=x onerror=a>.txt").write_bytes(b"\xff")
    (folder / "x\u202e<b>.txt").write_text(f"{URDU}۔\n", encoding="utf-8")
    return ["translate", records, str(folder / "x*.txt"), "--format", "html", "-o", "page.html"]


def _check(folder: Path) -> list[object]:
    records = hostile.write_records(folder / "a.jsonl", hostile.articles())
    return ["check", records, "no<script>.txt", "--html", "page.html"]


def _given(folder: Path) -> list[object]:
    """Translations that were changed since."""
    record: dict[str, Any] = json.loads((folder / "translations.jsonl").read_text("utf-8"))
    record |= {"model": BAD, "signature": BAD, "headline_translation": BAD}
    record["headline_notes"] = list(MARKUP)
    for paragraph in record["paragraphs"]:
        for number, sentence in enumerate(paragraph):
            sentence["translation"] = (*MARKUP, *STEERING)[number % 21]
            sentence["notes"] = [BAD, STEERING[0]]
    hostile.write_records(folder / "t.jsonl", [record])
    return ["check", "article.txt", "--translation", "t.jsonl", "--html", "page.html"]


def _evaluate(folder: Path) -> list[object]:
    records = hostile.write_records(folder / "p.jsonl", hostile.pairs())
    return ["evaluate", "--hypothesis", records, "--source", records, "--system", BAD,
            "--samples", "10", "-o", "page.html"]  # fmt: skip


def _testset(folder: Path) -> list[object]:
    """A registered test set whose every text is bad."""
    quoted = json.dumps(BAD)
    text = (folder / "testsets.toml").read_text("utf-8").replace("[mine", f"[{quoted}")
    more = f'title = {quoted}\nterms = {quoted}\nhome = "javascript:{MARK}"\nsource'
    (folder / "own.toml").write_text(text.replace("source", more, 1), encoding="utf-8")
    return ["evaluate", "--testsets-file", "own.toml", "--testset", BAD, "--samples", "0",
            "--hypothesis", "moses.en", "-o", "page.html"]  # fmt: skip


def _compare(folder: Path) -> list[object]:
    records = hostile.write_records(folder / "p.jsonl", hostile.pairs())
    others = [{**pair, "translation": f"Snow {pair['origin']} fell"} for pair in hostile.pairs()]
    hostile.write_records(folder / "q.jsonl", others)
    (folder / "x<script>.en").write_text("Rain\n" * len(others), encoding="utf-8")
    return ["compare", "</script><script>a()</script>=p.jsonl", "x<script>.en",
            "\u202eb=q.jsonl", "--source", records, "--samples", "10", "--trials", "10", "-o",
            "page.html"]  # fmt: skip


def _words(folder: Path) -> list[object]:
    records = hostile.write_records(folder / "p.jsonl", hostile.pairs())
    return ["words", records, "--format", "html", "-o", "page.html"]


def _card(folder: Path) -> list[object]:
    records = hostile.write_records(folder / "p.jsonl", hostile.pairs())
    return ["corpus", "stats", records, "--card", "page.html", "--title", BAD,
            "--fact", f"{MARKUP[0]}={BAD}", "--fact", f"home=javascript:{MARK}"]  # fmt: skip


def _build(folder: Path) -> list[object]:
    records = [
        {"id": bad, "origin": bad, "ur": [f"{URDU} {bad}۔"], "en": [f"Rain fell in Lahore {bad}."]}
        for bad in MARKUP
    ]
    hostile.write_records(folder / "b.jsonl", records)
    return ["corpus", "build", "b.jsonl", "-o", "c", "--origin", BAD, "--title", BAD,
            "--fact", f"terms={BAD}", "--only", "probability", "--dev", "0",
            "--test", "0"]  # fmt: skip


PAGES: Final[dict[str, Callable[[Path], list[object]]]] = {
    "translate": _translate, "check": _check, "given": _given, "evaluate": _evaluate,
    "compare": _compare, "testset": _testset, "words": _words, "card": _card, "build": _build,
}  # fmt: skip


def written(sandbox: Sandbox, folder: Path, kind: str) -> str:
    """Return the page that a command makes of hostile input."""
    arguments = PAGES[kind](folder)
    sandbox.run(*arguments, folder=folder, cache=folder / "cache").check(0, 1)
    page = folder / ("c/card.html" if kind == "build" else "page.html")
    return page.read_text("utf-8")


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_shows_hostile_text_as_text(sandbox: Sandbox, folder: Path, kind: str) -> None:
    text = written(sandbox, folder, kind)
    page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for element in page.iter():
        assert element.tag in _ELEMENTS, html.tostring(element)[:300]
        for name, value in map(_texts, element.attrib.items()):
            assert _ATTRIBUTES.fullmatch(name.lower()), (element.tag, name, value)
            if name == "href":
                assert value.startswith("#"), value
            if name == "style":
                assert "url" not in value
                assert MARK not in value
    equivalents = [meta.get("content") for meta in page.iterfind(".//meta[@http-equiv]")]
    assert equivalents == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert not any(MARK in (style.text or "") for style in page.iter("style"))
    assert not HIDDEN.intersection(text)
    shown = "".join(map(str, page.itertext()))
    assert MARK in shown  # as text
    assert "49" not in shown.split("{{ 7*7 }}")[-1][:4]


def _texts(attribute: tuple[object, object]) -> tuple[str, str]:
    return str(attribute[0]), str(attribute[1])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium here")
def test_no_script_runs_in_a_browser(sandbox: Sandbox, folder: Path, tmp_path: Path) -> None:
    """Without the content security policy, which would hide what is not escaped."""
    pages = {kind: written(sandbox, folder, kind) for kind in ("check", "evaluate", "card")}
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    assert all(policy.search(text) for text in pages.values())
    # All in one, as each start of a browser takes seconds; the last shows that scripts do run.
    joined = "".join(policy.sub("", text) for text in pages.values())
    assert _title(tmp_path, joined) != MARK
    assert _title(tmp_path, joined + MARKUP[0]) == MARK


def _title(folder: Path, text: str) -> str:
    page = folder / "browsed.html"
    page.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
         f"--user-data-dir={folder}/profile", "--dump-dom", page.as_uri()],
        capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    dom = html.document_fromstring(done.stdout.decode("utf-8"))
    return str(dom.xpath("string(//title)"))


SHOWN: Final = (
    ("translate", "a.jsonl"), ("translate", "a.jsonl", "--format", "tsv"),
    ("translate", "a.jsonl", "--json"), ("check", "a.jsonl"), ("check", "a.jsonl", "--json"),
    ("check", "one.jsonl"), ("split", "hostile.txt"), ("normalize", "hostile.txt"),
    ("translate", "--lines", "hostile.txt"), ("pair", "hostile.txt", "side.en.txt", "--explain"),
    ("words", "p.jsonl", "--format", "tokens"), ("words", "p.jsonl", "--format", "tsv"),
    ("evaluate", "--source", "p.jsonl", "--hypothesis", "p.jsonl", "--samples", "0"),
    ("compare", "\x1b[2Jp=p.jsonl", "q=p.jsonl", "--source", "p.jsonl", "--samples", "0"),
    ("corpus", "export", "p.jsonl"), ("corpus", "stats", "p.jsonl"),
    ("corpus", "filter", "p.jsonl", "--dry-run"), ("corpus", "deduplicate", "p.jsonl"),
    ("memory", "import", "p.jsonl"), ("memory", "export", "-"), ("memory", "stats"),
    ("evaluate", "--testsets-file", "own.toml", "--list"), ("models", "info", "m\x1b[2J"),
)  # fmt: skip


@pytest.mark.parametrize("arguments", SHOWN, ids=lambda a: ascii(" ".join(a)))
def test_nothing_steers_a_terminal(
    sandbox: Sandbox, folder: Path, arguments: tuple[str, ...]
) -> None:
    hostile.write_records(folder / "a.jsonl", hostile.articles())
    hostile.write_records(folder / "one.jsonl", [{**hostile.articles()[13], "id": STEERING[0]}])
    hostile.write_records(folder / "p.jsonl", hostile.pairs())
    lines = [f"{URDU} {bad}۔" for bad in (*STEERING, *MARKUP)]
    (folder / "hostile.txt").write_text("\n".join(lines), encoding="utf-8")
    _testset(folder)
    own = (folder / "own.toml").read_text("utf-8").replace("title = ", 'title = "\\u001b[2J" #')
    (folder / "own.toml").write_text(own, encoding="utf-8")
    cache = folder / "cache"
    if arguments[:2] == ("memory", "export"):
        sandbox.run("memory", "import", "p.jsonl", folder=folder, cache=cache).check(0)
    ran = sandbox.run(*arguments, folder=folder, cache=cache, terminal=True).check()
    own_colours = re.sub(r"\x1b\[[0-9;]*m", "", ran.said)
    assert not HIDDEN.intersection(own_colours), ascii(own_colours)
    assert not HIDDEN.intersection(ran.told), ascii(ran.told)
