"""`align evaluate`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from align.cli import streams
from align.evaluate.registry import entry_toml
from align.translate import Translator
from tests.command import records, run
from tests.fakes import RuleEngine
from tests.sacrebleu_command import DIGITS, sacrebleu

SOURCES = ("وہ 25 گیا۔", "لاہور میں بارش", "", "تین")
REFERENCES = ("He went, 25.", "Rain in Lahore <b>", "", "Three of them.")
OTHERS = ("25 he went.", "It rains in Lahore", "", "Three.")
HYPOTHESES = ("He went, 12.", "Rain in Lahaur", "", "Three of us.")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    monkeypatch.setenv("ALIGN_CONFIG", str(folder))
    for name in ("ALIGN_TESTSETS", "ALIGN_MODEL", "SACREBLEU_SEED"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options that name hypothesis, source and references."""
    names = ("hyp", "src", "ref0", "ref1")
    for name, texts in zip(names, (HYPOTHESES, SOURCES, REFERENCES, OTHERS), strict=True):
        lines(tmp_path / f"{name}.txt", texts)
    hypothesis, source, *references = (f"{tmp_path}/{name}.txt" for name in names)
    return ["--hypothesis", hypothesis, "--source", source, "--reference", *references]


def lines(path: Path, texts: Sequence[str]) -> Path:
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def evaluated(*arguments: str) -> dict[str, Any]:
    (record,) = records(run("evaluate", *arguments, "--json"))
    return record


def test_figures_are_those_of_the_command_of_sacrebleu(tmp_path: Path, files: list[str]) -> None:
    hypothesis, *references = (tmp_path / f"{name}.txt" for name in ("hyp", "ref0", "ref1"))
    for path in (hypothesis, *references, tmp_path / "src.txt"):
        path.write_bytes(path.read_bytes() * 5)
    found = evaluated(*files)
    theirs = sacrebleu(hypothesis, references, "-m", "bleu", "chrf", "ter", "-ci")
    assert [found["system"], found["testset"]] == ["hyp.txt", "src"]
    assert [found["segments"], found["references"]] == [20, 2]
    for name, expected in theirs.items():
        assert found[name]["score"] == expected["score"]
        assert round(found[name]["mean"], DIGITS) == expected["confidence_mean"]
        assert found[name]["low"] <= found[name]["mean"] <= found[name]["high"]
        assert f"bs:1000|seed:{expected['seed']}" in found[name]["signature"]


def test_what_was_lost_and_which_are_worst(files: list[str]) -> None:
    found = evaluated(*files, "--examples", "1", "--samples", "0")
    assert found["numbers"] == {"expected": 1, "lost": 1}
    assert found["names"] == {"expected": 1, "lost": 0, "respelled": 1}
    assert (found["empty_hypotheses"], found["empty_references"]) == (1, 2)
    (worst,), (best,) = found["worst"], found["best"]
    assert worst["chrf"] < best["chrf"]
    assert worst["references"] == [texts[worst["segment"] - 1] for texts in (REFERENCES, OTHERS)]
    assert found["bleu"]["low"] is None
    assert {"length", "feature"} == {one["kind"] for one in found["buckets"]}


def test_sentences(tmp_path: Path, files: list[str]) -> None:
    table, objects = tmp_path / "s.tsv", tmp_path / "s.jsonl"
    for path in (table, objects):
        run("evaluate", *files, "--samples", "0", "--sentences", str(path))
    found = [json.loads(line) for line in objects.read_text(encoding="utf-8").splitlines()]
    assert [one["hypothesis"] for one in found] == list(HYPOTHESES)
    rows = list(
        csv.DictReader(
            table.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE
        )
    )
    assert [float(row["chrf"]) for row in rows] == [one["chrf"] for one in found]
    assert [row["reference 2"] for row in rows] == list(OTHERS)
    assert rows[1]["respelled"] == "Lahore as Lahaur"


@pytest.mark.parametrize(
    ("suffix", "format"), [("md", "markdown"), ("tex", "latex"), ("html", "html"), ("txt", "table")]
)
def test_formats(tmp_path: Path, files: list[str], suffix: str, format: str) -> None:
    path = tmp_path / f"out.{suffix}"
    options = (*files, "--metrics", "bleu,chrf++", "--samples", "10")
    run("evaluate", *options, "-o", str(path))
    text = path.read_text(encoding="utf-8")
    assert run("evaluate", *options, "--format", format).stdout == text
    record = evaluated(*options)
    assert f"{record['bleu']['score']:.1f}" in text
    assert record["chrf++"]["signature"] in text
    assert "hyp.txt" in text


def test_markdown_tables_are_whole(files: list[str]) -> None:
    text = run("evaluate", *files, "--format", "markdown", "--samples", "10").stdout
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) > 10
    for above, row in pairwise(text.splitlines()):
        if above.startswith("|") and row.startswith("|"):
            assert above.count("|") == row.count("|")
    assert r"Rain in Lahore \<b\>" in text


def test_the_page_stands_alone(files: list[str]) -> None:
    text = run("evaluate", *files, "--format", "html").stdout
    page = html.document_fromstring(text)
    assert "Worst segments by chrF" in text
    assert not page.xpath("//script | //link | //img | //*[@src]")
    shown = ["".join(map(str, each.itertext())) for each in page.iter("p")]
    assert "reference" + REFERENCES[1] in [text.replace("  ", " ").strip() for text in shown]
    assert page.xpath("//p[@lang='ur' and @dir='rtl' and contains(., 'لاہور')]")
    assert page.xpath("//span[@class='added' and contains(., 'Lahaur')]")


def test_latex_escapes(tmp_path: Path, files: list[str]) -> None:
    text = run("evaluate", *files, "--system", r"a_b & 50% \x", "--format", "latex").stdout
    assert r"a\_b \& 50\% \textbackslash{}x & src & " in text
    assert text.count("\\begin{tabular}") == text.count("\\end{tabular}") == 1


def test_standard_input(files: list[str]) -> None:
    text = "".join(f"{one}\n" for one in HYPOTHESES)
    result = run("evaluate", "--hypothesis", "-", *files[2:], "--json", stdin=text)
    (found,) = records(result)
    assert found["bleu"] == evaluated(*files)["bleu"]


def test_one_segment_is_counted_as_one(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("One sentence.\n", "utf-8")
    table = run("evaluate", "--hypothesis", str(path), str(path), "--samples", "0").stdout
    assert "1 segment, 1 reference." in table


def test_references_without_a_source(files: list[str]) -> None:
    found = evaluated(*files[:2], *files[4:])
    assert found["bleu"] == evaluated(*files)["bleu"]
    assert found["worst"][0]["source"] is None


def test_the_seed_of_sacrebleu(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    seeded = evaluated(*files, "--seed", "7")
    monkeypatch.setenv("SACREBLEU_SEED", "7")
    assert evaluated(*files) == seeded
    assert seeded["seed"] == 7


def test_seen_words(tmp_path: Path, files: list[str]) -> None:
    seen = lines(tmp_path / "train.txt", ["وہ گیا، لاہور میں بارش"])
    found = evaluated(*files, "--seen", str(seen))
    names = {one["name"]: one["segments"] for one in found["buckets"]}
    assert names["with unseen words"] == 1
    assert names["no unseen words"] == 3


def test_tokens_are_warned_of_as_sacrebleu_does(tmp_path: Path) -> None:
    for count, warned in ((99, False), (100, True)):
        texts = lines(tmp_path / "h", ["He went ."] * count)
        options = ("--hypothesis", str(texts), "--reference", str(texts), "--metrics", "bleu")
        result = run("evaluate", *options, "--samples", "0")
        assert ("as if cut into tokens" in result.stderr) is warned


@pytest.fixture
def registered(tmp_path: Path) -> list[str]:
    """A test set with the name of a public one, and the options that name it."""
    source, reference = lines(tmp_path / "s.ur", SOURCES), lines(tmp_path / "s.en", REFERENCES)
    path = tmp_path / "sets.toml"
    path.write_text(entry_toml("tico19-test", source, [reference]), encoding="utf-8")
    return ["--testsets-file", str(path), "--testset", "tico19-test"]


def test_published_scores_stand_beside(files: list[str], registered: list[str]) -> None:
    found = evaluated(*files[:2], *registered)
    assert found["testset"] == "tico19-test"
    models = {one["model"]: one for one in found["published"]}
    assert models["OPUS-MT ine-eng opus4m-2020-08-12"]["bleu"] == 18.0
    assert all(one["source"] for one in models.values())
    for format in ("table", "markdown", "latex", "html"):
        text = run("evaluate", *files[:2], *registered, "--format", format).stdout
        assert "NLLB-200 distilled 600M" in text
        assert "33.7" in text


def test_a_wrong_checksum(tmp_path: Path, files: list[str], registered: list[str]) -> None:
    lines(tmp_path / "s.en", OTHERS)
    result = run("evaluate", *files[:2], *registered, code=2)
    assert "s.en: is not that of tico19-test: its SHA-256 is" in result.stderr
    assert result.stderr.count("\n") == 1


def test_registering(tmp_path: Path, files: list[str], config: Path) -> None:
    options = ("--source", f"{tmp_path}/src.txt", "--reference", f"{tmp_path}/ref0.txt")
    config.mkdir()
    for name in ("src.txt", "ref0.txt"):
        (config / name).write_bytes((tmp_path / name).read_bytes())
    run("evaluate", *options, "--register", "mine", "-o", str(config / "testsets.toml"))
    listed = {one["name"]: one for one in records(run("evaluate", "--list", "--json"))}
    assert listed["mine"]["files"] == ["src.txt", "ref0.txt"]
    assert listed["flores200-devtest"]["segments"] == 1012
    assert "flores200-devtest" in run("evaluate", "--list").stdout
    found = evaluated(*files[:2], "--testset", "mine")
    assert found["segments"] == 4


def test_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    engine = RuleEngine()
    monkeypatch.setattr("align.translate.load_translator", lambda *_, **__: Translator(engine))
    sources = [text for text in SOURCES if text]
    paths = [str(lines(tmp_path / name, sources)) for name in ("a.ur", "b.ur")]
    made = [pair.text for pair in Translator(engine).translate(sources)]
    for name in ("a.en", "b.en"):
        lines(tmp_path / name, made)
    options = ("--testset", paths[0][:-3], "--testset", paths[1][:-3], "--no-memory")
    found = records(run("evaluate", *options, "--json"))
    assert [one["testset"] for one in found] == ["a", "b"]
    for one in found:
        assert one["system"] == "rules@00000000"
        assert one["signature"].startswith("model:rules@00000000|")
        assert (one["chrf"]["score"], one["ter"]["score"]) == (pytest.approx(100), 0)
    page = run("evaluate", *options, "--format", "html").stdout
    assert page.count('<section class="evaluation">') == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no test set: give --testset NAME, or --source and --reference"),
        (("--source", "{src}"), "no reference: give --reference FILE"),
        (("--reference", "{ref0}"), "a model needs --source FILE, or give --hypothesis FILE"),
        (("--hypothesis", "{hyp}"), "no test set"),
        (("--hypothesis", "{hyp}", "--source", "{src}"), "no reference"),
        (("--hypothesis", "{hyp}", "--reference", "{none}"), "none.txt: no such file"),
        (("--hypothesis", "{short}", "--reference", "{ref0}"), "1 segments, but the test set"),
        (("--hypothesis", "{hyp}", "--reference", "{ref0}", "{short}"), "1 segments, but"),
        (("--hypothesis", "{latin}", "--reference", "{ref0}"), "latin.txt:1: not UTF-8: byte 0xe9"),
        (("--hypothesis", "{empty}", "--reference", "{ref0}"), "empty.txt: holds no text"),
        (("--hypothesis", "{hyp}", "--reference", "{empty}"), "empty.txt: holds no text"),
        (("--hypothesis", "{hyp}", "--reference", "{ref0}", "--metrics", "bleu,comet"),
         "--metrics: unknown metric 'comet'; there are bleu, chrf, chrf++, ter"),
        (("--hypothesis", "{hyp}", "--testset", "nowhere"), "no such test set; there are"),
        (("--hypothesis", "{hyp}", "--testset", "{tmp}/none"), "no such test set"),
        (("--hypothesis", "{hyp}", "--model", "ur-en", "--reference", "{ref0}"), "not both"),
        (("--testset", "x", "--reference", "{ref0}"), "--testset brings its source"),
        (("--hypothesis", "{hyp}", "--reference", "{ref0}", "--sentences", "{tmp}/s.csv"),
         "s.csv: let its name end in .tsv or .jsonl"),
        (("--hypothesis", "-", "--reference", "-"), "standard input can be read only once"),
        (("--hypothesis", "{hyp}", "--reference", "{ref0}", "--json", "--format", "html"),
         "--json means --format json"),
        (("--hypothesis", "{hyp}", "--reference", "{ref0}", "-o", "{ref0}"), "is also an input"),
        (("--hypothesis", "{hyp}", "--reference", "{ref0}", "--seen", "{none}"), "no such file"),
        (("--testset", "x", "--testsets-file", "{none}"), "none.txt: no such file"),
    ],
)  # fmt: skip
def test_what_is_refused_is_one_line(
    tmp_path: Path, files: list[str], arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "short.txt").write_text("one\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n" * 4)
    (tmp_path / "empty.txt").touch()
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    names = ("hyp", "src", "ref0", "ref1", "none", "short", "latin", "empty")
    places = {name: f"{tmp_path}/{name}.txt" for name in names} | {"tmp": str(tmp_path)}
    given = [argument.format(**places) for argument in arguments]
    if "-o" not in given:
        given += ["-o", f"{tmp_path}/out.html"]
    if "--sentences" not in given:
        given += ["--sentences", f"{tmp_path}/sentences.tsv"]
    result = run("evaluate", *given, code=2)
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert not result.stdout
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_terminal_gets_no_control_characters(
    tmp_path: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(tmp_path / "hyp.txt", ["\x1b[31mred\u202e", "x", "", "y"])
    monkeypatch.setattr(streams, "is_terminal", lambda _: False)
    text = run("evaluate", *files, "--samples", "0").stdout
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[31mred" in text
