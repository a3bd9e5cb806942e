"""`align pair` from outside: what it prints, writes, refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from tests.command import records, run

GOLD = Path(__file__).parent / "gold"
NAME = "west-12-3"
GERMAN = ["Der Hund schläft.", "Die Katze trinkt 12 Liter Milch.", "Anna lacht laut."]
FRENCH = ["Le chien dort.", "Le chat boit 12 litres de lait.", "Anna rit fort."]
IN_FRENCH = ["Le chien dort.", "Le chat boit 12 litres de lait.", "Anna rit bruyamment."]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """German and French, a sentence a line, and the German translated."""
    made = {}
    for name, lines in (("de", GERMAN), ("fr", FRENCH), ("translation", IN_FRENCH)):
        path = tmp_path / f"text.{name}"
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        made[name] = str(path)
    return made


def german(files: dict[str, str], *options: str, code: int = 0) -> str:
    languages = ("--source-language", "de", "--target-language", "fr", "--lines")
    arguments = (files["de"], files["fr"], "--translation", files["translation"])
    return run("pair", *arguments, *languages, *options, code=code).stdout


def gold(*options: str) -> tuple[str, ...]:
    names = (str(GOLD / f"{NAME}.{suffix}") for suffix in ("ur", "en", "translation"))
    source, target, translation = names
    return ("pair", source, target, "--lines", "--translation", translation, *options)


def test_beads_of_any_two_languages(files: dict[str, str]) -> None:
    lines = german(files).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["0:0", "1:1", "2:2"]
    assert all(re.fullmatch(r"[\d,]*:[\d,]*\t[01]\.\d\d", line) for line in lines)


def test_the_other_direction_serves_too(files: dict[str, str], tmp_path: Path) -> None:
    back = tmp_path / "back"
    back.write_text("Der Hund schläft.\nEine Katze trinkt 12 Liter.\nAnna lacht.\n", "utf-8")
    result = run(
        "pair", files["de"], files["fr"], "--lines", "--source-language", "de",
        "--target-language", "fr", "--reverse-translation", str(back),
    )  # fmt: skip
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["0:0", "1:1", "2:2"]


def test_gold_is_scored_on_standard_error() -> None:
    result = run(*gold("--gold", str(GOLD / f"{NAME}.beads")))
    found = re.findall(r"(strict|lax) F1 (\d\.\d+) \(precision", result.stderr)
    assert len(found) == 4  # with null beads as vecalign has them, and without
    assert all(float(figure) > 0.5 for _, figure in found)
    assert "F1" not in result.stdout


def test_a_ladder_has_a_rung_more_than_beads() -> None:
    beads = run(*gold()).stdout.splitlines()
    rungs = run(*gold("--format", "ladder")).stdout.splitlines()
    assert len(rungs) == len(beads) + 1
    assert rungs[0].split("\t")[:2] == ["0", "0"]
    assert rungs[-1].split("\t")[:2] == ["23", "24"]


def test_formats_hold_the_same_pairs() -> None:
    objects = records(run(*gold("--json")))
    table = [line.split("\t") for line in run(*gold("--format", "tsv")).stdout.splitlines()]
    assert [row[:2] for row in table] == [[each["source"], each["target"]] for each in objects]
    assert [row[6] for row in table] == [each["bead"] for each in objects]
    tree = etree.fromstring(run(*gold("--format", "tmx")).stdout.encode())
    segments = [[seg.text for seg in unit.iter("seg")] for unit in tree.iter("tu")]
    assert segments == [row[:2] for row in table]
    assert all(each["document"] == NAME and each["translation"] for each in objects)


@pytest.mark.parametrize("format", ["tsv", "tmx", "jsonl", "beads"])
def test_the_name_of_the_output_tells_the_format(files: dict[str, str], format: str) -> None:
    out = Path(files["de"]).with_suffix(f".{format}")
    german(files, "-o", str(out))
    assert out.read_text("utf-8") == german(files, "--format", format)


def test_the_languages_stand_in_the_tmx(files: dict[str, str]) -> None:
    tree = etree.fromstring(german(files, "--format", "tmx").encode())
    header = tree.find("header")
    assert header is not None
    assert header.get("srclang") == "de"
    name = "{http://www.w3.org/XML/1998/namespace}lang"
    assert {each.get(name) for each in tree.iter("tuv")} == {"de", "fr"}


def test_less_probable_beads_are_left_out() -> None:
    every = run(*gold("--json"))
    least = sorted(each["score"] for each in records(every))[3]
    kept = records(run(*gold("--json", "--min-score", str(least))))
    assert [each for each in records(every) if each["score"] >= least] == kept


def test_reasons_to_read_and_as_json() -> None:
    shown = run(*gold("--explain")).stdout
    assert "Shankill" in shown
    assert re.search(r"^ +words: ", shown, re.M)
    for each in records(run(*gold("--explain", "--json"))):
        assert {"words", "numbers", "names", "overlap", "runner_up", "margin"} <= set(each)


def test_an_output_file_is_whole(tmp_path: Path) -> None:
    output = tmp_path / "out.beads"
    result = run(*gold("-o", str(output)))
    assert result.stdout == ""
    assert output.read_text(encoding="utf-8") == run(*gold()).stdout


def test_presets_are_told() -> None:
    for preset in ("clean", "comparable"):
        assert f"preset {preset}" in run(*gold("--preset", preset)).stderr


# Articles, with the embedded model


@pytest.mark.usefixtures("cache")
def test_an_article_and_its_english(tmp_path: Path) -> None:
    article = tmp_path / "hub.txt"
    article.write_text(
        "حب میں پانی واپس آ گیا\nCreated: 2024-05-10\nwater comes back to hub\n"
        "حب میں پانی واپس آ گیا\n\n"
        "وزیر اعظم نے کہا کہ حکومت 25 لاکھ روپے دے گی۔ لوگ بہت خوش ہیں۔\n",
        encoding="utf-8",
    )
    english = tmp_path / "hub.en.txt"
    english.write_text(
        "Water comes back to Hub\n\nThe prime minister said the government would give Rs2.5"
        " million. People are very happy.\n",
        encoding="utf-8",
    )
    found = records(run("pair", str(article), str(english), "--json", "--threads", "1"))
    assert [each["bead"] for each in found] == ["0:0", "1:1", "2:2"]
    assert {each["created"] for each in found} == {"2024-05-10"}
    piped = run("pair", str(article), "-", "--threads", "1", stdin=english.read_text("utf-8"))
    assert [line.split("\t")[0] for line in piped.stdout.splitlines()] == ["0:0", "1:1", "2:2"]


@pytest.mark.usefixtures("cache")
def test_what_align_translate_wrote_is_a_translation(tmp_path: Path) -> None:
    """And English may be a page or a record, as Urdu may."""
    article = tmp_path / "hub.txt"
    article.write_text(
        "حب میں پانی واپس آ گیا\nCreated: 2024-05-10\nwater comes back to hub\n\n"
        "وزیر اعظم نے کہا کہ حکومت 25 لاکھ روپے دے گی۔ لوگ بہت خوش ہیں۔\n",
        encoding="utf-8",
    )
    texts = ["Prime minister promises Rs2.5 million to Hub.", "People are very happy."]
    record, page = tmp_path / "hub.jsonl", tmp_path / "hub.html"
    told = {"headline": "Water comes back to Hub", "story": texts}
    record.write_text(json.dumps(told) + "\n", encoding="utf-8")
    body = "".join(f"<p>{text}</p>" for text in texts)
    page.write_text(
        "<html><head><title>Water comes back to Hub</title></head><body><article>"
        f"<h1>Water comes back to Hub</h1>{body}</article></body></html>",
        encoding="utf-8",
    )
    translation = tmp_path / "translation.jsonl"
    run("translate", str(article), "--format", "jsonl", "-o", str(translation), "--threads", "1")
    for english, *fields in ([record, "--english-fields", "paragraphs=story"], [page]):
        command = ("pair", str(article), str(english), *map(str, fields))
        given = run(*command, "--translation", str(translation), "--json")
        assert given.stdout == run(*command, "--threads", "1", "--json").stdout
        assert [each["bead"] for each in records(given)] == ["0:0", "1:1", "2:2"]
    translation.write_text(json.dumps({"ur": "لوگ بہت خوش ہیں۔", "en": "x"}), encoding="utf-8")
    line = refused(str(article), str(page), "--translation", str(translation))
    assert "no translation of 2 of 3 segments" in line


# What is refused


def refused(*arguments: str, code: int = 2) -> str:
    """Run `align pair`; return its one line of complaint."""
    result = run("pair", *arguments, code=code)
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_unequal_line_counts(files: dict[str, str], tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("Un.\n", encoding="utf-8")
    line = refused(
        files["de"], files["fr"], "--lines", "--source-language", "de", "--target-language", "fr",
        "--translation", str(short),
    )  # fmt: skip
    assert line == f"{short}: 1 lines for the 3 sentences of {files['de']}: one for each is needed"


def test_lines_for_an_article_that_are_too_many_and_what_is_taken_instead(tmp_path: Path) -> None:
    """What `align translate` writes as text has the page's own lines too; as JSON Lines it fits."""
    urdu, english = tmp_path / "hub.ur.txt", tmp_path / "hub.en.txt"
    urdu.write_text(
        "حب میں پانی\nCreated: 2024-05-10\nwater in hub again\n\nلوگ بہت خوش ہیں۔\n", "utf-8"
    )
    english.write_text("Water in Hub\n\nPeople are very happy.\n", "utf-8")
    lines, records_ = tmp_path / "lines.txt", tmp_path / "all.jsonl"
    lines.write_text("Water in Hub\nCreated\nwater in hub again\nPeople are happy.\n", "utf-8")
    line = refused(str(urdu), str(english), "--translation", str(lines))
    assert "4 lines for the 2 sentences" in line
    assert line.endswith("pairs such as `align translate --format jsonl` writes")
    error = json.dumps({"path": "empty.txt", "error": "not UTF-8", "line": 3}) + "\n"
    article = {
        "headline": "حب میں پانی", "headline_translation": "Water in Hub",
        "paragraphs": [[{"source": "لوگ بہت خوش ہیں۔", "translation": "People are happy."}]],
    }  # fmt: skip
    for each in ([article], [{"source": "حب میں پانی", "target": "a"},
                             {"source": "لوگ بہت خوش ہیں۔", "target": "b"}]):  # fmt: skip
        body = error.join(json.dumps(record) + "\n" for record in each)
        records_.write_text(error + body + error, "utf-8")
        run("pair", str(urdu), str(english), "--translation", str(records_))
    records_.write_text(error, "utf-8")
    line = refused(str(urdu), str(english), "--translation", str(records_))
    assert "holds no pair of ur and en" in line


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("empty", ["de", "fr", "translation"])
def test_an_empty_side(files: dict[str, str], empty: str, content: bytes) -> None:
    Path(files[empty]).write_bytes(content)
    line = refused(
        files["de"], files["fr"], "--lines", "--source-language", "de", "--target-language", "fr",
        "--translation", files["translation"],
    )  # fmt: skip
    assert line.startswith(files[empty])


def test_undecodable_bytes_name_the_line(files: dict[str, str]) -> None:
    Path(files["fr"]).write_bytes(b"Bien.\nd\xe9j\xe0 vu\n")
    line = refused(files["de"], files["fr"], "--lines", "--translation", files["translation"])
    assert line.startswith(f"{files['fr']}:2: not UTF-8")


def test_the_same_file_twice(files: dict[str, str], tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(files["de"])
    assert "same file" in refused(files["de"], str(link), "--lines")


def test_standard_input_twice() -> None:
    assert "standard input" in refused("-", "-", "--lines")


def test_a_folder_and_a_missing_file(files: dict[str, str], tmp_path: Path) -> None:
    assert "a folder" in refused(str(tmp_path), files["fr"])
    assert "no such file" in refused(str(tmp_path / "none"), files["fr"], "--lines")


def test_a_language_that_cannot_be_split_or_translated(files: dict[str, str]) -> None:
    german = ("--source-language", "de", "--target-language", "fr")
    assert "--lines" in refused(files["de"], files["fr"], *german)
    assert "--translation" in refused(files["de"], files["fr"], *german, "--lines")
    assert "not a language code" in refused(files["de"], files["fr"], "--source-language", "a b")


def test_options_that_do_not_fit(files: dict[str, str]) -> None:
    assert "--json" in refused(files["de"], files["fr"], "--json", "--format", "tmx")
    assert "--explain" in refused(files["de"], files["fr"], "--explain", "--format", "tsv")
    line = refused(files["de"], files["fr"], "-o", files["fr"])
    assert "also an input" in line


def test_gold_of_another_document(tmp_path: Path) -> None:
    for text, words in (
        ("0:0\n99:1\n", "names source sentence 99, but .* has 23"),
        ("0:0\nnonsense\n", ":2: not a bead"),
    ):
        other = tmp_path / "other.beads"
        other.write_text(text, encoding="utf-8")
        line = refused(*gold("--gold", str(other))[1:])
        assert re.search(words, line)


def test_a_wrong_language_is_a_warning_and_no_end(tmp_path: Path) -> None:
    source, target = (GOLD / f"{NAME}.{suffix}" for suffix in ("en", "ur"))
    result = run("pair", str(source), str(target), "--lines", "--translation", str(source), code=0)
    warnings = [line for line in result.stderr.splitlines() if line.startswith("warning")]
    assert len(warnings) == 2


def test_several_articles(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    line = json.dumps({"title": "پانی آ گیا", "paragraphs": ["لوگ خوش ہیں۔"]})
    many.write_text(f"{line}\n{line}\n", encoding="utf-8")
    english = tmp_path / "a.txt"
    english.write_text("People are happy.\n", encoding="utf-8")
    assert "several articles" in refused(str(many), str(english))
