"""`align translate` and `align check`: what they print, where, and how they exit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from tests.command import records, run
from tests.fakes import RuleEngine, romanise, say_nothing

SCRAPED = """وزیر نے بجٹ پیش کیا

Created: JANUARY 23, 2025

minister presents budget in national assembly

وزیر نے بجٹ پیش کیا


پہلا جملہ یہاں ہے۔ دوسرا جملہ بھی ہے۔

Comments(0)
"""
SENTENCE = "یہ ایک جملہ ہے۔"


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, cache: Path) -> RuleEngine:
    """Every command translates with these rules, and keeps its memory in a folder of its own."""
    rules = RuleEngine()
    monkeypatch.setattr("align.translate.engines.load_engine", lambda *_, **__: rules)
    return rules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, the current one, with an article, a plain text and a file of no use."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "budget.txt").write_text(SCRAPED, encoding="utf-8")
    (tmp_path / "news" / "empty.txt").write_text("")
    (tmp_path / "news" / "plain.txt").write_text(f"{SENTENCE}\n\n{SENTENCE}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_translate_article_to_text(folder: Path) -> None:
    out = run("translate", "news/budget.txt").stdout
    lines = SCRAPED.split("\n")
    lines[0] = lines[6] = romanise(lines[0])
    lines[9] = romanise(lines[9])
    assert out.split("\n") == lines


def test_translate_a_pipe_needs_no_path() -> None:
    assert run("translate", stdin=SENTENCE).stdout == romanise(SENTENCE) + "\n"
    assert run("translate", "-", stdin=SENTENCE).stdout == romanise(SENTENCE) + "\n"


def test_translate_folder_to_jsonl_goes_on_past_errors(folder: Path) -> None:
    result = run("translate", "news", "--json", code=1)
    budget, empty, plain = records(result)
    assert budget["id"] == "budget"
    assert empty == {"path": "news/empty.txt", "error": "empty"}
    assert [len(paragraph) for paragraph in plain["paragraphs"]] == [1, 1]
    told = "news/empty.txt: empty\n2 articles, 4 sentences; 1 input failed\n5 texts with headlines"
    assert result.stderr.startswith(told)


def test_translate_nothing_readable(folder: Path) -> None:
    for path in ("news/empty.txt", "nosuch.txt", "*.nosuch"):
        result = run("translate", path, code=2)
        assert result.stdout == ""
        assert re.fullmatch(rf"{re.escape(path)}: [^\n]+\n", result.stderr)


@pytest.mark.parametrize(
    "command",
    ["translate -o old", "translate --format tmx -o old", "translate --format html -o old",
     "check -o old", "check --json -o old", "check --html old"],
)  # fmt: skip
def test_what_nothing_could_be_read_for_stays_as_it_is(folder: Path, command: str) -> None:
    (folder / "old").write_text("of yesterday")
    run(*command.split(), "news/empty.txt", "nosuch", code=2)
    assert (folder / "old").read_text() == "of yesterday"


def test_a_name_that_is_too_long_does_not_stop_the_others(folder: Path) -> None:
    result = run("translate", "x" * 5000, "news/plain.txt", "--json", code=1)
    assert [record["path"][:5] for record in records(result)] == ["xxxxx", "news/"]


def test_translate_files_for_a_folder(folder: Path) -> None:
    assert run("translate", "news/*.txt", "-o", "english", code=1).stdout == ""
    names = sorted(path.name for path in (folder / "english").iterdir())
    assert names == ["budget.en.txt", "plain.en.txt"]
    plain = (folder / "english" / "plain.en.txt").read_text(encoding="utf-8")
    assert plain == f"{romanise(SENTENCE)}\n\n{romanise(SENTENCE)}\n"


def test_translate_files_for_a_folder_keep_its_folders(folder: Path) -> None:
    for name in ("may/1.txt", "june/1.txt"):
        (folder / "all" / name).parent.mkdir(parents=True)
        (folder / "all" / name).write_text(SENTENCE, encoding="utf-8")
    run("translate", "all", "-o", "english")
    written = sorted(str(path.relative_to(folder)) for path in folder.glob("english/*/*"))
    assert written == ["english/june/1.en.txt", "english/may/1.en.txt"]


def test_own_outputs_in_the_folder_are_no_articles(folder: Path) -> None:
    run("check", "news", "--html", "news/report.html", code=1)
    run("translate", "news", "--json", "-o", "news/english.jsonl", code=1)
    result = run("check", "news", "--json", code=1)
    errors = {r["path"]: r["error"] for r in records(result) if "error" in r}
    assert "a report by align" in errors["news/report.html"]
    assert "a result of align" in errors["news/english.jsonl"]


@pytest.mark.parametrize(
    "command",
    [
        ("translate", "news/budget.txt", "-o", "news/budget.txt"),
        ("translate", "news", "--format", "tsv", "-o", "news/budget.txt"),
        ("check", "news", "--html", "news/budget.txt"),
        ("check", "news", "--html", "x.html", "-o", "./x.html"),
        ("normalize", "news/budget.txt", "-o", "news/../news/budget.txt"),
        ("split", "news", "-o", "news/budget.txt"),
    ],
)
def test_inputs_are_never_written_over(folder: Path, command: tuple[str, ...]) -> None:
    before = (folder / "news" / "budget.txt").read_bytes()
    assert run(*command, code=2).stderr.count("\n") == 1
    assert (folder / "news" / "budget.txt").read_bytes() == before


def test_lines_of_several_files_are_line_for_line(folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"{SENTENCE}\n\n{SENTENCE}\n", encoding="utf-8")
    result = run("translate", "--lines", "a.txt", "b.txt")
    assert result.stdout == f"{romanise(SENTENCE)}\n\n{romanise(SENTENCE)}\n" * 2


def test_translate_names_of_records_cannot_leave_the_folder(folder: Path) -> None:
    ids = ["../../evil", "/etc/passwd", "a", "A", "a", "..", "x" * 300, "خبر ایک"]
    lines = [json.dumps({"id": id, "text": SENTENCE}) for id in ids]
    (folder / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    before = {path for path in folder.rglob("*") if "english" not in path.parts}
    run("translate", "all.jsonl", "-o", "english/")
    assert {path for path in folder.rglob("*") if "english" not in path.parts} == before
    written = list((folder / "english").iterdir())
    assert len(written) == len(ids)
    assert all(path.name.endswith(".en.txt") for path in written)


def test_translate_output_is_whole_or_not_there(folder: Path, engine: RuleEngine) -> None:
    (folder / "out.tsv").write_text("old")

    def fail(*_: object) -> list[str]:
        raise KeyboardInterrupt

    engine.faults = {"یہ": fail}
    result = run("translate", "news", "--format", "tsv", "-o", "out.tsv", code=130)
    assert result.stderr.count("\n") == 1
    assert "interrupted" in result.stderr
    assert (folder / "out.tsv").read_text() == "old"
    assert not list(folder.glob(".*"))

    engine.faults = {}
    run("translate", "news", "--format", "tsv", "-o", "out.tsv", code=1)
    assert (folder / "out.tsv").read_text(encoding="utf-8").count("\n") == 5


def test_translate_memory_spares_work_and_no_memory_does_not(
    folder: Path, engine: RuleEngine
) -> None:
    run("translate", "news/budget.txt")
    done = len(engine.calls)
    assert done
    run("translate", "news/budget.txt")
    assert len(engine.calls) == done
    run("translate", "news/budget.txt", "--no-memory")
    assert len(engine.calls) == 2 * done


def test_translate_beam_is_passed_on(engine: RuleEngine) -> None:
    run("translate", "--beam", "2", stdin=SENTENCE)
    assert {decoding.beam for _, decoding in engine.calls} == {2}


@pytest.mark.parametrize(
    "text",
    [
        "ایک\n\nدو۔ تین۔\n",
        "ایک",
        "\n\n\n",
        "",
        "\n  ایک  \r\n\r\nBBC\n۔۔۔\n",
        "BBC\tNews  24\u00a0\n۲۵  \u00a0۲۶\n",
        "ایک\u2028دو\rBBC\x0b\x0cNews\x85\n\x0c\n",
    ],
)
def test_translate_lines_are_kept_line_by_line(text: str) -> None:
    expected = romanise(text)
    ended = expected + "\n" * bool(expected and not expected.endswith("\n"))
    assert run("translate", "--lines", stdin=text).stdout_bytes.decode() == ended


def test_translate_lines_as_jsonl_are_paragraphs_of_one_sentence() -> None:
    text = "ایک۔ دو۔\n\nتین"
    (record,) = records(run("translate", "--lines", "--json", stdin=text))
    assert [len(paragraph) for paragraph in record["paragraphs"]] == [1, 1]
    for (sentence,) in record["paragraphs"]:
        assert text[sentence["start"] : sentence["end"]] == sentence["source"]


def test_translate_tmx_and_html_are_whole_documents(folder: Path) -> None:
    tmx = run("translate", "news", "--format", "tmx", code=1).stdout
    assert len(etree.fromstring(tmx.encode()).findall(".//tu")) == 5
    page = run("translate", "news", "--format", "html", code=1).stdout
    assert page.startswith("<!doctype html>")
    assert "news/empty.txt" in page


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.html", "html"), ("a.TMX", "tmx"), ("a.tsv", "tsv"), ("a.jsonl", "jsonl"),
     ("a.txt", "text"), ("a.json", "text"), ("a.text.gz", "text")],
)  # fmt: skip
def test_the_name_of_the_output_tells_the_format(folder: Path, name: str, format: str) -> None:
    one = ("translate", "news/budget.txt")
    run(*one, "-o", name)
    assert (folder / name).read_text("utf-8") == run(*one, "--format", format).stdout
    run(*one, "-o", name, "--format", "text")  # --format counts more
    assert (folder / name).read_text("utf-8") == run(*one).stdout


def test_a_folder_tells_no_format(folder: Path) -> None:
    run("translate", "news/budget.txt", "-o", "a.html/")
    run("translate", "news/budget.txt", "-o", "a.html")
    assert [path.name for path in (folder / "a.html").iterdir()] == ["budget.en.txt"]


def test_translate_named_fields(folder: Path) -> None:
    record = {"t": "سرخی یہ ہے", "story": {"body": SENTENCE}}
    (folder / "r.jsonl").write_text(json.dumps(record), encoding="utf-8")
    fields = ["--fields", "title=t, paragraphs=story.body"]
    (found,) = records(run("translate", "r.jsonl", "--json", *fields))
    assert found["title"] == "سرخی یہ ہے"
    assert found["paragraphs"][0][0]["source"] == SENTENCE


@pytest.mark.parametrize(
    "arguments",
    [
        ["--json", "--format", "tmx"],
        ["--format", "docx"],
        ["--fields", "nonsense"],
        ["--fields", "author=by"],
        ["--beam", "0"],
        ["--engine", "magic"],
    ],
)
def test_translate_bad_usage(arguments: list[str]) -> None:
    result = run("translate", *arguments, stdin=SENTENCE, code=2)
    assert result.stdout == ""
    assert result.stderr


def test_say_nothing_is_marked(engine: RuleEngine) -> None:
    engine.faults = {"یہ": say_nothing}
    (record,) = records(run("translate", "--json", stdin=SENTENCE))
    assert record["paragraphs"][0][0]["notes"] == ["empty"]


def test_check_json_has_the_fields_that_others_rely_on(folder: Path) -> None:
    result = run("check", "news/budget.txt", "--json", "--fail-under", "0")
    (record,) = records(result)
    assert set(record) >= {
        "path", "id", "title", "slug", "headline", "headline_translation", "paragraphs",
        "sentences", "chrf_signature",
        "slug_bleu", "slug_chrf", "slug_recall", "headline_bleu", "score", "verdict",
        "reasons", "model", "signature",
    }  # fmt: skip
    assert record["slug"] == "minister presents budget in national assembly"
    assert (record["paragraphs"], record["sentences"]) == (1, 2)
    assert 0 <= record["score"] <= 1
    assert record["signature"] != record["chrf_signature"]
    last = result.stderr.splitlines()[-1]
    assert last.startswith("1 article: ")
    assert re.search(r"corpus BLEU \d+\.\d \(nrefs:1\|case:lc\|.*version:", last)


def test_title_and_headline_are_as_read_in_both_commands(folder: Path) -> None:
    once = SCRAPED.replace("\n\nوزیر نے بجٹ پیش کیا\n", "\n")
    (folder / "news" / "once.txt").write_text(once, encoding="utf-8")
    for name, is_repeated in (("budget", True), ("once", False)):
        (translated,) = records(run("translate", f"news/{name}.txt", "--json"))
        (checked,) = records(run("check", f"news/{name}.txt", "--json", "--fail-under", "0"))
        for field in ("title", "headline", "headline_translation"):
            assert checked[field] == translated[field]
        assert checked["title"] == "وزیر نے بجٹ پیش کیا"
        assert checked["headline"] == ("وزیر نے بجٹ پیش کیا" if is_repeated else None)
        assert checked["headline_translation"] == romanise("وزیر نے بجٹ پیش کیا")


def test_check_corpus_scores_take_slugs_as_the_scores_of_articles_do(folder: Path) -> None:
    slug = "minister presents budget in national assembly"
    numbered = SCRAPED.replace(slug, f"{slug} 2512345")
    (folder / "news" / "numbered.txt").write_text(numbered, encoding="utf-8")
    last = [run("check", f"news/{name}.txt", code=1).stderr for name in ("budget", "numbered")]
    assert last[0] == last[1]


def test_check_errors_are_lines_too(folder: Path) -> None:
    result = run("check", "news", "--json", "--fail-under", "0", code=1)
    assert [record.get("error") for record in records(result)] == [None, "empty", None]
    assert result.stderr.splitlines()[0] == "news/empty.txt: empty"
    assert "1 input failed" in result.stderr


def test_check_exit_code_follows_the_check(folder: Path) -> None:
    (record,) = records(run("check", "news/budget.txt", "--json", "--fail-under", "0"))
    assert record["verdict"] == "mismatch"  # these rules speak no English
    run("check", "news/budget.txt", code=1)
    run("check", "news/budget.txt", "--fail-under", "1", code=1)
    run("check", "news/plain.txt", "--fail-under", "1")  # unchecked: nothing to fail
    run("check", "news/empty.txt", code=2)
    run("check", "news/budget.txt", "--fail-under", "2", code=2)


def test_check_translations_of_an_earlier_run(folder: Path, engine: RuleEngine) -> None:
    slug = "minister presents budget in national assembly"
    run("translate", "news/budget.txt", "--json", "-o", "t.jsonl")
    record = json.loads((folder / "t.jsonl").read_text(encoding="utf-8"))
    record["headline_translation"] = slug
    (folder / "t.jsonl").write_text(json.dumps(record), encoding="utf-8")
    engine.calls.clear()
    result = run("check", "news/budget.txt", "--json", "--translation", "t.jsonl")
    (checked,) = records(result)
    assert engine.calls == []
    assert checked["headline_translation"] == slug
    assert checked["slug_bleu"] == pytest.approx(100)
    assert checked["slug_recall"] == 1
    assert checked["verdict"] == "match"
    result = run("check", "news/plain.txt", "--translation", "t.jsonl", code=2)
    assert "t.jsonl holds no translation" in result.stderr
    run("check", "news/budget.txt", "--translation", "nosuch.jsonl", code=2)


def test_check_table_and_view_are_plain_text_in_a_pipe(folder: Path) -> None:
    many = run("check", "news/budget.txt", "news/plain.txt", "--fail-under", "0").stdout
    assert "\x1b" not in many
    assert re.search(r"^budget +✗ mismatch +\d+% +\d+% +\d+\.\d +1/2", many, re.MULTILINE)
    assert re.search(r"^plain +– unchecked", many, re.MULTILINE)
    assert "no slug" in many
    one = run("check", "news/budget.txt", "--fail-under", "0").stdout
    assert "minister" in one
    assert "verdict" in one


def test_check_page(folder: Path) -> None:
    run("check", "news", "--json", "--html", "page.html", code=1)
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert page.count("<article") == 2
    assert "news/empty.txt" in page
    assert "corpus BLEU" in page


def test_check_output_holds_what_would_be_printed(folder: Path) -> None:
    printed = run("check", "news/budget.txt", "--json", code=1).stdout
    run("check", "news/budget.txt", "--json", "-o", "c.jsonl", code=1)
    assert (folder / "c.jsonl").read_text(encoding="utf-8") == printed
    view = run("check", "news/budget.txt", code=1).stdout
    run("check", "news/budget.txt", "-o", "c.txt", code=1)
    assert (folder / "c.txt").read_text(encoding="utf-8") == view
