"""`align memory`: what it shows, writes, takes and forgets; and what corrections do to outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs
from align.text.normalize import normalize
from align.translate import Memory
from tests.command import records, run
from tests.fakes import RuleEngine, romanise

FIRST, SECOND = "یہ پہلا جملہ ہے۔", "یہ دوسرا جملہ ہے۔"


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, cache: Path) -> RuleEngine:
    rules = RuleEngine()
    monkeypatch.setattr("align.translate.engines.load_engine", lambda *_, **__: rules)
    return rules


@pytest.fixture
def filled() -> None:
    run("translate", stdin=f"{FIRST} {SECOND}\n")


def corrected(path: Path, *pairs: tuple[str, str]) -> str:
    write_pairs(str(path), [Pair(*pair) for pair in pairs])
    return str(path)


@pytest.mark.parametrize("command", ["stats", "export -", "prune --unused 1"])
def test_without_a_memory(command: str, cache: Path) -> None:
    assert "no translation memory yet" in run("memory", *command.split(), code=2).stderr
    assert not list(cache.iterdir())


@pytest.mark.usefixtures("filled")
def test_stats(cache: Path) -> None:
    shown = run("memory", "stats").stdout
    assert str(cache / "memory.sqlite3") in shown
    assert "2 translations, 0 corrections of yours" in shown
    assert "rules@00000000" in shown
    (record,) = records(run("memory", "stats", "--json"))
    assert (record["rows"], record["corrections"]) == (2, 0)
    assert record["scopes"][0]["model"] == "rules@00000000"
    assert record["oldest"] <= record["newest"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", ["c.tmx", "c.tsv", "c.jsonl.gz"])
def test_the_users_translations_win_and_are_marked(
    tmp_path: Path, name: str, engine: RuleEngine
) -> None:
    file = corrected(tmp_path / name, (FIRST, "This is the first."))
    assert run("memory", "import", file).stderr == "1 correction kept\n"
    text = f"{FIRST} {SECOND}\n"
    assert run("translate", stdin=text).stdout == f"This is the first. {romanise(SECOND)}\n"
    assert run("translate", "--beam", "2", stdin=text).stdout.startswith("This is the first. ")
    (record,) = records(run("translate", "--json", stdin=text))
    one, two = record["paragraphs"][0]
    assert (one["translation"], one["notes"], one["score"]) == (
        "This is the first.", ["corrected"], 0.0
    )  # fmt: skip
    assert two["notes"] == []
    assert "|corrections:1@" in record["signature"]
    assert "corrected" in run("translate", "--format", "tsv", stdin=text).stdout
    page = run("translate", "--format", "html", stdin=text).stdout
    assert '<small class="corrected">corrected</small>' in page
    assert 'class="doubt"' not in page
    assert "doubtful" not in run("translate", "--json", stdin=text).stderr
    # Without the memory it is the model's again.
    assert run("translate", "--no-memory", stdin=text).stdout == f"{romanise(text)}"
    run("memory", "prune", "--corrections")
    assert run("translate", stdin=text).stdout == romanise(text)


@pytest.mark.usefixtures("filled")
def test_a_model_is_scored_by_what_it_made_itself(tmp_path: Path, engine: RuleEngine) -> None:
    run("memory", "import", corrected(tmp_path / "c.tsv", (FIRST, "Mine."), (SECOND, "Too.")))
    source, reference = tmp_path / "my.ur", tmp_path / "my.en"
    source.write_text(f"{FIRST}\n{SECOND}\n", "utf-8")
    reference.write_text("Mine.\nToo.\n", "utf-8")
    test = ("--source", str(source), "--reference", str(reference), "--samples", "0", "--json")
    calls = list(engine.calls)
    (alone,) = records(run("evaluate", *test))
    (system,) = records(run("compare", str(reference), "new=model:ur-en", *test))[0]["systems"][1:]
    for found in (alone, system):
        assert found["chrf"]["score"] < 50
        assert "corrections" not in found["signature"]
    assert engine.calls == calls  # but what it made before is remembered


def test_the_machine_translation_of_a_pair_is_the_models(tmp_path: Path) -> None:
    run("memory", "import", corrected(tmp_path / "c.tsv", (FIRST, "Mine.")))
    sides = {"ur": f"{FIRST} {SECOND}", "en": romanise(f"{FIRST} {SECOND}").replace("۔", ".")}
    for code, text in sides.items():
        (tmp_path / f"a.{code}").write_text(text, "utf-8")
    (tmp_path / "both.jsonl").write_text(json.dumps(sides), "utf-8")
    found = records(run("pair", str(tmp_path / "a.ur"), str(tmp_path / "a.en"), "--json"))
    out = tmp_path / "corpus"
    run("corpus", "build", str(tmp_path / "both.jsonl"), "-o", str(out), "--format", "jsonl",
        "--only", "ratio", "--dev", "0", "--test", "0", "--min-parallelism", "0")  # fmt: skip
    built = [pair.translation for pair in read_pairs(str(out / "train.jsonl"))]
    assert [one["translation"] for one in found] == built == [romanise(sides["ur"])]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", ["m.tmx", "m.jsonl", "m.tsv"])
def test_what_is_exported_is_what_is_there(tmp_path: Path, name: str) -> None:
    run("memory", "import", corrected(tmp_path / "c.tsv", (FIRST, "Mine.")))
    out = tmp_path / name
    assert f"3 pairs written to {out}" in run("memory", "export", str(out)).stderr
    pairs = list(read_pairs(str(out)))
    assert [(pair.source, pair.target, pair.origin) for pair in pairs] == [
        (FIRST, "Mine.", "user"),
        *sorted((s, romanise(s), "rules@00000000") for s in (FIRST, SECOND)),
    ]
    run("memory", "export", "--corrections", str(out))
    assert [pair.target for pair in read_pairs(str(out))] == ["Mine."]
    assert run("memory", "export", "--model", "rules", "-").stdout.count("\n") == 2


def test_an_export_has_the_sources_that_the_model_saw(tmp_path: Path) -> None:
    source, other, out = "كراچي ۲۵", "لاهور ۲۵", tmp_path / "m.jsonl"
    run("translate", "--lines", stdin=source)
    run("memory", "import", corrected(tmp_path / "c.tsv", (other, "Lahore 25")))
    run("memory", "export", str(out))
    assert [pair.source for pair in read_pairs(str(out))] == [other, normalize(source)]
    assert "as the model saw it" in " ".join(run("memory", "export", "--help").stdout.split())


@pytest.mark.usefixtures("filled")
def test_only_what_was_changed_in_an_export_is_a_correction(tmp_path: Path) -> None:
    out = tmp_path / "m.tmx"
    run("memory", "export", str(out))
    assert run("memory", "import", str(out)).stderr == (
        "0 corrections kept; 2 left as the model has them; nothing was edited\n"
    )
    segment = f"<seg>{romanise(FIRST)}</seg>"
    out.write_text(out.read_text("utf-8").replace(segment, "<seg>Edited.</seg>"), "utf-8")
    assert run("memory", "import", str(out)).stderr == (
        "1 correction kept; 1 left as the model has them\n"
    )
    assert run("translate", stdin=FIRST).stdout == "Edited.\n"


@pytest.mark.parametrize("format", ["tmx", "tsv"])
def test_only_what_was_edited_in_translations_is_a_correction(tmp_path: Path, format: str) -> None:
    run("memory", "import", corrected(tmp_path / "c.tsv", (SECOND, "Mine.")))
    text, out = f"{FIRST} {SECOND} یہ تیسرا جملہ ہے۔ BBC 7.\n", tmp_path / f"all.{format}"
    run("translate", "--format", format, "-o", str(out), stdin=text)
    for pair in read_pairs(str(out)):
        assert (pair.score, pair.document) == (None, "-")
        assert pair.translation == (None if pair.source == SECOND else pair.target)
    run("corpus", "stats", str(out))
    content, before = out.read_text("utf-8"), "<seg>" if format == "tmx" else "\t"
    edited = content.replace(f"{before}{romanise(FIRST)}", f"{before}Edited.", 1)
    out.write_text(edited, "utf-8")
    said = run("memory", "import", str(out)).stderr
    assert said.startswith("2 corrections kept; 1 left as the model has them")
    assert run("translate", stdin=text).stdout.startswith("Edited. Mine. ")


@pytest.mark.usefixtures("filled")
def test_what_is_left_out_of_an_import_is_told(tmp_path: Path) -> None:
    file = tmp_path / "c.tsv"
    file.write_text(
        f"{FIRST}\tOne.\n{SECOND}\t{romanise(SECOND)}\nBBC\tBBC\nیہ\t\nbroken\n"
        f"{FIRST} {SECOND}\tBoth.\n{FIRST}\tLast.\n",
        "utf-8",
    )
    result = run("memory", "import", "--changed", str(file), code=1)
    assert f"{file}:5: one column" in result.stderr
    assert result.stderr.splitlines()[-1] == (
        "3 corrections kept; 1 left as the model has them; 1 with an empty side; 1 without Urdu; "
        "1 of them in place of an earlier one; "
        "1 of several sentences, which only headlines and --lines can match"
    )
    assert run("translate", stdin=FIRST).stdout == "Last.\n"
    both = f"{FIRST} {SECOND}\n"
    assert run("translate", "--lines", stdin=both).stdout == "Both.\n"


def test_what_an_import_kept_adds_up(tmp_path: Path) -> None:
    """A source that the model sees as another one has its place."""
    file = corrected(tmp_path / "c.tsv", (FIRST, "One."), (f" {FIRST}", "Two."), (SECOND, "Three."))
    said = "3 corrections kept; {} of them in place of an earlier one\n"
    assert run("memory", "import", file).stderr == said.format(1)
    assert run("memory", "import", file).stderr == said.format(3)
    (record,) = records(run("memory", "stats", "--json"))
    assert record["corrections"] == 2


def test_an_import_needs_no_memory_before(tmp_path: Path, cache: Path) -> None:
    run("memory", "import", corrected(tmp_path / "c.tsv", (FIRST, "One.")))
    assert (cache / "memory.sqlite3").is_file()
    run("memory", "import", str(tmp_path / "none.tsv"), code=2)


@pytest.mark.usefixtures("filled")
def test_prune(engine: RuleEngine) -> None:
    engine.model = "other@11111111"
    run("translate", stdin=FIRST)
    assert run("memory", "prune", "--unused", "1").stderr == "0 translations forgotten\n"
    result = run("memory", "prune", "--orphaned", "--dry-run")
    assert result.stderr == "3 translations would be forgotten\n"  # no such models are here
    assert run("memory", "prune", "--model", "rules").stderr == "2 translations forgotten\n"
    (record,) = records(run("memory", "stats", "--json"))
    assert [scope["model"] for scope in record["scopes"]] == ["other@11111111"]
    assert run("memory", "prune", "--size", "1k").stderr == "1 translation forgotten\n"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "arguments",
    [
        ["prune"],
        ["prune", "--model", "nosuch"],
        ["prune", "--size", "large"],
        ["prune", "--corrections", "--unused", "1"],
        ["export", "a.txt"],
        ["export", "--corrections", "--model", "rules", "-"],
    ],
)
def test_bad_usage(arguments: list[str]) -> None:
    before = run("memory", "export", "-").stdout
    result = run("memory", *arguments, code=2)
    assert result.stderr.count("\n") == 1
    assert run("memory", "export", "-").stdout == before


@pytest.mark.usefixtures("filled")
def test_corrections_come_back_from_what_was_written(tmp_path: Path, cache: Path) -> None:
    """A check of translations in a file knows what was corrected, and does not call it a doubt."""
    article = tmp_path / "a.txt"
    article.write_text(f"{FIRST} {SECOND}\n", "utf-8")
    with Memory() as memory:
        memory.correct({FIRST: "This is the first."})
    run("translate", str(article), "--json", "-o", str(tmp_path / "t.jsonl"))
    result = run("check", str(article), "--translation", str(tmp_path / "t.jsonl"), "--json")
    (record,) = records(result)
    assert not [reason for reason in record["reasons"] if "marked" in reason]
    told = json.loads((tmp_path / "t.jsonl").read_text("utf-8"))
    assert told["paragraphs"][0][0]["notes"] == ["corrected"]
