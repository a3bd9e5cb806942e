"""`align compare`: what it prints, writes and refuses."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from align.translate import Translator
from tests.command import records, run
from tests.fakes import RuleEngine
from tests.sacrebleu_command import paired_test

WORDS = ("the", "court", "in", "Lahore", "ordered", "250", "schools", "to", "report", "failed")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CONFIG", str(tmp_path / "config"))
    for name in ("ALIGN_TESTSETS", "ALIGN_MODEL", "SACREBLEU_SEED"):
        monkeypatch.delenv(name, raising=False)


def write(path: Path, texts: Sequence[str]) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(path)


def damaged(texts: Sequence[str], share: float, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(w if rng.random() > share else "<b>" for w in t.split()) for t in texts]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A good system, a bad one, and the options that name source and reference."""
    rng = random.Random(1)
    reference = [" ".join(rng.choices(WORDS, k=rng.randrange(4, 12))) for _ in range(24)]
    write(tmp_path / "good.txt", damaged(reference, 0.1))
    write(tmp_path / "bad.txt", damaged(reference, 0.6))
    write(tmp_path / "src.txt", [f"جملہ {number}" for number in range(24)])
    write(tmp_path / "ref.txt", reference)
    names = [f"{tmp_path}/{name}.txt" for name in ("good", "bad", "src", "ref")]
    return [*names[:2], "--source", names[2], "--reference", names[3]]


def compared(*arguments: str) -> dict[str, Any]:
    (record,) = records(run("compare", *arguments, "--json"))
    return record


def test_figures_are_those_of_the_command_of_sacrebleu(tmp_path: Path, files: list[str]) -> None:
    found = compared(*files, "--samples", "99", "--trials", "99", "--seed", "7")
    good, bad, reference = (tmp_path / f"{name}.txt" for name in ("good", "bad", "ref"))
    assert [found["baseline"], found["testset"]] == ["good.txt", "src"]
    for test, key in (("bs", "p_bootstrap"), ("ar", "p_randomisation")):
        theirs = paired_test([good, bad], reference, test, 99, seed=7)
        for name, scores in theirs.items():
            for system, (score, p) in zip(found["systems"], scores, strict=True):
                assert system[name]["score"] == pytest.approx(score, abs=1e-9)
                assert system[name].get(key) == p
    second = found["systems"][1]
    assert second["chrf"]["difference"] < 0
    assert second["chrf"]["outcome"] == "worse"
    assert found["winners"] == dict.fromkeys(("bleu", "chrf", "ter"), "good.txt")


def test_a_significant_loss_fails_and_says_which(files: list[str]) -> None:
    options = (*files, "--samples", "100", "--trials", "0", "--fail-if-worse")
    result = run("compare", *options, code=1)
    assert result.stderr.startswith("significantly worse than good.txt: bad.txt on src (chrF −")
    assert result.stderr.count("\n") == 1
    assert "bad.txt" in result.stdout
    by_both = run("compare", *options, "--by", "ter,bleu", code=1).stderr
    assert "(TER +" in by_both
    assert "(BLEU −" in by_both
    good, bad, *test = files
    assert run("compare", bad, good, *test, "--fail-if-worse").stderr == ""
    assert run("compare", f"a={good}", f"b={good}", *test, "--fail-if-worse").stderr == ""
    run("compare", *options, "--alpha", "0.0001")


def test_what_is_said_of_segments_and_words(files: list[str]) -> None:
    found = compared(*files, "--samples", "50", "--trials", "0", "--examples", "2")
    system = found["systems"][1]
    assert sum(system[f"{name}_segments"] for name in ("better", "tied", "worse")) == 24
    assert len(system["worst"]) == 2
    assert system["worst"][0]["difference"] <= system["worst"][1]["difference"] < 0
    assert system["worst"][0]["source"] == f"جملہ {system['worst'][0]['segment'] - 1}"
    words = system["words"]["baseline_gets"]
    assert all(one["baseline"] > one["system"] for one in words)
    assert {one["kind"] for one in found["buckets"]} == {"length", "feature"}
    for bucket in found["buckets"]:
        if bucket["segments"] < 6:
            assert set(bucket["winners"].values()) == {None}


def test_what_is_compared_on_is_the_test_set_whatever_the_baseline(
    tmp_path: Path, files: list[str]
) -> None:
    lines = Path(files[0]).read_text("utf-8").splitlines()
    empty = write(tmp_path / "empty.txt", ["", *lines[1:]])
    shown = run("compare", empty, *files[1:], "--samples", "0", "--trials", "0").stdout
    assert "\n24 segments, 1 reference.\n" in shown


@pytest.mark.parametrize(
    ("suffix", "format"), [("md", "markdown"), ("tex", "latex"), ("html", "html"), ("txt", "table")]
)
def test_formats(tmp_path: Path, files: list[str], suffix: str, format: str) -> None:
    path = tmp_path / f"out.{suffix}"
    options = (*files, "--metrics", "bleu,chrf++", "--samples", "20", "--trials", "20")
    run("compare", *options, "-o", str(path))
    text = path.read_text(encoding="utf-8")
    assert run("compare", *options, "--format", format).stdout == text
    record = compared(*options)
    for system in record["systems"]:
        assert f"{system['chrf++']['score']:.1f}" in text
    assert record["systems"][0]["bleu"]["signature"] in text
    assert "bad.txt" in text
    for above, row in pairwise(text.splitlines()):
        if format == "markdown" and above.startswith("|") and row.startswith("|"):
            assert above.count("|") == row.count("|")


def test_the_page_stands_alone(files: list[str]) -> None:
    text = run("compare", *files, "--format", "html", "--samples", "20").stdout
    page = html.document_fromstring(text)
    assert not page.xpath("//script | //link | //img | //*[@src]")
    assert page.xpath("//p[@lang='ur' and @dir='rtl' and contains(., 'جملہ')]")
    assert page.xpath("//span[@class='wrong' and contains(., '<b>')]")
    assert page.xpath("//svg//rect[@class='s1']")
    assert page.xpath("//td[contains(@class, 'worse')]")


def test_several_test_sets_are_a_matrix(tmp_path: Path, files: list[str]) -> None:
    reference = (tmp_path / "ref.txt").read_text("utf-8").splitlines()
    for name, part in (("one", reference[:12]), ("two", reference[12:])):
        write(tmp_path / f"{name}.ur", ["جملہ"] * 12)
        write(tmp_path / f"{name}.en", part)
        write(tmp_path / "a" / f"{name}.out", damaged(part, 0.2, 1))
        write(tmp_path / "b" / f"{name}.out", damaged(part, 0.7, 2))
    options = [f"a={tmp_path}/a/{{testset}}.out", f"b={tmp_path}/b/{{testset}}.out"]
    options += ["--testset", f"{tmp_path}/one", "--testset", f"{tmp_path}/two", "--samples", "50"]
    found = records(run("compare", *options, "--json"))
    assert [one["testset"] for one in found] == ["one", "two"]
    alone = compared(*(one.replace("{testset}", "two") for one in options[:2]), *options[4:])
    assert alone["systems"][1]["bleu"] == found[1]["systems"][1]["bleu"]
    table = run("compare", *options).stdout.splitlines()
    (at,) = (number for number, line in enumerate(table) if line.split()[:1] == ["chrF"]
             and "one" in line)  # fmt: skip
    scores = [f"{one['systems'][1]['chrf']['score']:.1f}" for one in found]
    assert [cell for cell in table[at + 2].split() if cell in scores] == scores
    message = run("compare", *options, "--fail-if-worse", code=1).stderr
    assert "b on one (chrF" in message
    assert "b on two (chrF" in message


def test_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    asked = []

    def load(model: str, **_: object) -> Translator:
        asked.append(model)
        return Translator(RuleEngine())

    monkeypatch.setattr("align.translate.load_translator", load)
    sources = ["وہ گیا۔", "لاہور میں بارش"]
    test = write(tmp_path / "a.ur", sources)[:-3]
    made = [pair.text for pair in Translator(RuleEngine()).translate(sources)]
    output = write(tmp_path / "a.en", made)
    options = (output, "model:one", "x=model:two", "--testset", test, "--no-memory")
    found = compared(*options)
    assert asked == ["one", "two"]
    assert [one["name"] for one in found["systems"]] == ["a.en", "one", "x"]
    assert [one["chrf"]["score"] for one in found["systems"]] == [pytest.approx(100)] * 3
    assert found["systems"][2]["signature"].startswith("model:rules@00000000|")


def test_a_name_with_an_equals_sign_is_a_file_where_there_is_one(
    tmp_path: Path, files: list[str]
) -> None:
    path = write(tmp_path / "a=b.txt", Path(files[0]).read_text("utf-8").splitlines())
    found = compared(files[1], path, *files[2:], "--samples", "0", "--trials", "0")
    assert [one["name"] for one in found["systems"]] == ["bad.txt", "a=b.txt"]
    assert found["systems"][1]["chrf"]["outcome"] is None
    assert found["systems"][1]["chrf"]["p_bootstrap"] is None


@pytest.mark.parametrize("lines", [["one sentence ."], ["", "a b", ""]])
def test_odd_inputs(tmp_path: Path, lines: list[str]) -> None:
    first, second = (write(tmp_path / name, lines) for name in ("a", "b"))
    other = write(tmp_path / "c", ["x"] * len(lines))
    test = ("--reference", first, "--reference", second, "--samples", "9", "--trials", "9")
    for options in ((first, second), (first, other), (other, first)):
        for format in ("table", "json", "markdown", "latex", "html"):
            run("compare", *options, *test, "--format", format, "--fail-if-worse")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("{good}", "{bad}"), "no test set: give --testset NAME, or --source and --reference"),
        (("{good}", "--reference", "{ref}"), "give 2 to 26 systems: FILE, NAME=FILE, model:"),
        (("{good}", "{good}", "--reference", "{ref}"), "two systems are called good.txt"),
        (("x={good}", "x={bad}", "--reference", "{ref}"), "two systems are called x"),
        (("{good}", "={bad}", "--reference", "{ref}"), "is no system: give FILE, NAME=FILE"),
        (("{good}", "x=model:", "--reference", "{ref}"), "is no system: give FILE, NAME=FILE"),
        (("{good}", "{none}", "--reference", "{ref}"), "none.txt: no such file"),
        (("{good}", "x={none}", "--reference", "{ref}"), "none.txt: no such file"),
        (("{good}", "{short}", "--reference", "{ref}"), "short.txt: 1 segments, but the test set"),
        (("{good}", "{bad}", "--reference", "{short}", "--source", "{src}"), "1 segments, but"),
        (("{good}", "{bad}", "--source", "{src}"), "no reference: give --reference FILE"),
        (("{good}", "{latin}", "--reference", "{ref}"), "latin.txt:1: not UTF-8: byte 0xe9"),
        (("{good}", "{empty}", "--reference", "{ref}"), "empty.txt: holds no text"),
        (("{good}", "{bad}", "--reference", "{ref}", "--metrics", "comet"),
         "--metrics: unknown metric 'comet'; there are bleu, chrf, chrf++, ter"),
        (("{good}", "{bad}", "--reference", "{ref}", "--metrics", "bleu", "--by", "chrf"),
         "--by: unknown metric 'chrf'; there are bleu"),
        (("{good}", "model:ur-en", "--reference", "{ref}"), "a model needs --source FILE"),
        (("{good}", "{bad}", "--testset", "nowhere"), "no such test set; there are"),
        (("{good}", "{bad}", "--testset", "x", "--testset", "y"), "good.txt: which test set"),
        (("-", "x=-", "--reference", "{ref}"), "standard input can be read only once"),
        (("{good}", "{bad}", "--reference", "{ref}", "-o", "{bad}"), "is also an input"),
        (("{good}", "{bad}", "--reference", "{ref}", "--samples", "0", "--trials", "0",
          "--fail-if-worse"), "--fail-if-worse needs --samples or --trials"),
        (("{good}", "{bad}", "--reference", "{ref}", "--json", "--format", "html"),
         "--json means --format json"),
    ],
)  # fmt: skip
def test_what_is_refused_is_one_line(
    tmp_path: Path, files: list[str], arguments: tuple[str, ...], says: str
) -> None:
    write(tmp_path / "short.txt", ["one"])
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n" * 24)
    (tmp_path / "empty.txt").touch()
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    names = ("good", "bad", "src", "ref", "none", "short", "latin", "empty")
    places = {name: f"{tmp_path}/{name}.txt" for name in names}
    given = [argument.format(**places) for argument in arguments]
    if "-o" not in given:
        given += ["-o", f"{tmp_path}/out.html"]
    result = run("compare", *given, code=2)
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert not result.stdout
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_json_is_plain(files: list[str]) -> None:
    line = run("compare", *files, "--samples", "9", "--trials", "9", "--json").stdout
    assert line.count("\n") == 1
    assert "NaN" not in line
    json.loads(line)
