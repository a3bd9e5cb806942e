"""A training run from outside: what it learns, what it writes, what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import UsageError
from align.train.__main__ import main, recipe_of
from align.train.checkpoints import Checkpoint, best_of, rotate, seal, whole_checkpoints
from align.train.log import Log
from align.train.presets import PRESETS, preset_table
from align.train.recipe import Recipe
from align.train.schedule import Length, rate_factor
from tests.marian import build_marian
from tests.training import TINY, environment, train_here, word_for_word, write_tsv


@given(
    st.integers(1, 500), st.integers(0, 300), st.floats(0, 1), st.integers(0, 499)
)  # fmt: skip
def test_rate_rises_stays_and_falls_to_zero(
    steps: int, warm_up: int, constant: float, step: int
) -> None:
    def factor(at: int) -> float:
        return rate_factor(at, at / steps, warm_up=warm_up, constant=constant)

    factors = [factor(at) for at in range(steps + 1)]
    assert all(0 <= one <= 1 for one in factors)
    top = factors.index(max(factors))
    assert factors[: top + 1] == sorted(factors[: top + 1])
    last_top = steps - factors[::-1].index(max(factors))
    assert factors[last_top:] == sorted(factors[last_top:], reverse=True)
    if constant < 1:
        assert factors[-1] == 0


class Epochs:
    """Draws batches whose pairs tell where they are from; epochs of unequal length."""

    def __init__(self, sizes: list[int]) -> None:
        self.sizes = sizes

    def epoch(self, number: int, progress: float) -> list[list[tuple[list[int], list[int]]]]:
        assert 0 <= progress <= 1
        size = self.sizes[number % len(self.sizes)]
        return [[([number, index], [round(progress * 1000)])] for index in range(size)]


@settings(deadline=None)  # the first example imports torch
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(0, 25), st.integers(0, 3),
    st.sampled_from([Length(30, "steps"), Length(5, "epochs")]),
)  # fmt: skip
def test_a_stream_goes_on_from_any_place_with_the_batches_that_would_have_come(
    sizes: list[int], stop: int, ahead: int, length: Length
) -> None:
    pytest.importorskip("torch")
    from align.train.stream import Stream

    def stream() -> Any:
        return Stream(Epochs(sizes), length, pad=9999, elapsed=lambda: 0.0)

    def take(one: Any, count: int) -> list[Any]:
        batches = iter(one)
        return [
            [next(batch["input_ids"].tolist() for batch in [next(batches)])] for _ in range(count)
        ]

    whole, first, second = stream(), stream(), stream()
    expected = take(whole, 40)
    # Batches taken ahead of the steps are no part of the place.
    assert take(first, stop + ahead) == expected[: stop + ahead]
    second.start_at(first.place(stop), stop, first.epochs(stop))
    assert second.progress(stop) == first.progress(stop)
    assert take(second, 40 - stop) == expected[stop:]
    assert [second.progress(step) for step in (stop + 1, 40)] == [
        whole.progress(step) for step in (stop + 1, 40)
    ]


def test_several_processes_share_each_epoch_evenly() -> None:
    pytest.importorskip("torch")
    from align.train.stream import Stream

    seen = []
    for rank in range(2):
        batches = iter(
            Stream(
                Epochs([5, 4]), Length(9, "steps"), pad=0, elapsed=lambda: 0.0, rank=rank, ranks=2
            )
        )
        seen.append([tuple(next(batches)["input_ids"][0].tolist()) for _ in range(4)])
    assert seen == [[(0, 0), (0, 2), (1, 0), (1, 2)], [(0, 1), (0, 3), (1, 1), (1, 3)]]


def make_checkpoint(parent: Path, step: int, chrf: float | None, *, regular: bool) -> Checkpoint:
    folder = parent / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    for name in ("model.safetensors", "optimizer.pt"):
        (folder / name).write_text(f"{name} {step}")
    return seal(folder, step=step, regular=regular, chrf=chrf, state={"at": step})


def test_rotation_keeps_two_to_go_on_from_and_the_weights_to_average_and_the_best(
    tmp_path: Path,
) -> None:
    kept: list[Checkpoint] = []
    scores = {10: 5.0, 20: 9.0, 30: 7.0, 40: 8.0, 50: 9.0, 60: 1.0}
    for step in (10, 15, 20, 30, 35, 40, 50, 55, 60, 61):
        regular = step in scores
        kept.append(make_checkpoint(tmp_path, step, scores.get(step), regular=regular))
        kept = rotate(kept, last=2)
    assert [(one.step, one.resumable) for one in kept] == [
        (20, False), (50, False), (60, True), (61, True),
    ]  # fmt: skip
    best = best_of(kept)
    assert best is not None
    assert best.step == 20
    assert whole_checkpoints(tmp_path) == (kept, [])
    assert sorted(path.name for path in (tmp_path / "checkpoint-50").iterdir()) == [
        "checkpoint.json", "model.safetensors",
    ]  # fmt: skip


@pytest.mark.parametrize("damage", ["cut", "gone", "unsealed", "record"])
def test_what_is_not_whole_is_no_checkpoint(tmp_path: Path, damage: str) -> None:
    good = make_checkpoint(tmp_path, 1, None, regular=True)
    folder = make_checkpoint(tmp_path, 2, None, regular=True).folder
    if damage == "cut":
        (folder / "optimizer.pt").write_text("opt")
    elif damage == "gone":
        (folder / "model.safetensors").unlink()
    elif damage == "unsealed":
        (folder / "checkpoint.json").rename(folder / "checkpoint.json.part")
    else:
        (folder / "checkpoint.json").write_text('{"step": 2}')
    whole, reasons = whole_checkpoints(tmp_path)
    assert whole == [good]
    assert len(reasons) == 1
    assert str(folder) in reasons[0]


def test_a_log_is_cut_back_to_where_a_checkpoint_was(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.cut(0)
    log.write({"step": 1, "loss": 1 / 3})
    size = log.size
    log.write({"step": 2, "loss": 2.0})
    log.cut(size)
    log.cut(size + 1)
    assert log.read() == [{"step": 1, "loss": 0.333333}]


def test_presets_are_of_the_sizes_that_they_say() -> None:
    pytest.importorskip("torch")
    from align.train.network import new_network

    for preset in PRESETS.values():
        network = new_network(
            preset.vocabulary, width=preset.width, heads=preset.heads,
            feed_forward=preset.feed_forward, dropout=0.1, seed=1,
            layers=(preset.encoder_layers, preset.decoder_layers),
        )  # fmt: skip
        trained = sum(one.numel() for one in network.parameters() if one.requires_grad)
        assert trained == preset.parameters
        assert preset.megabytes < 48
        assert preset.name in preset_table()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--steps=0", "--steps 0: must be at least 1"),
        ("--steps=-5", "--steps -5: must be at least 1"),
        ("--minutes=0", "--minutes 0: must be above 0"),
        ("--epochs=nan", "--epochs nan: must be"),
        ("--rate=2", "--rate 2: must be at least 0 and at most 1"),
        ("--dropout=1", "--dropout 1: must be below 1"),
        ("--width=50 --heads=4", "--width 50 --heads 4: every head needs"),
        ("--preset=huge", "--preset 'huge': give one of tiny, small, base"),
        ("--optimizer=sgd", "--optimizer 'sgd': give one of"),
        ("--from=ur-en --width=64", "--width: --from has its size and vocabulary already"),
        ("--average=0", "--average 0: must be at least 1"),
        ("--target=ur", "--source and --target are both 'ur'"),
        ("--source=../ur", "--source '../ur': is no code of a language"),
        ("--dev=", "--dev: is empty"),
        ("--second-test=b.tsv", "--second-test: shows what --from forgets"),
        ("--noise=2", "--noise 2: must be at least 0 and at most 1"),
        ("--sampling=nan", "--sampling nan: must be at least 0 and at most 1"),
        ("--names=0.1", "--names: needs --lexicon"),
        (f"--steps={'9' * 400}", "--steps 99999999999999999...: must be at least 1 and at most"),
    ],
)
def test_settings_that_make_no_sense_are_one_line(
    options: str, words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["a.tsv", "-o", str(tmp_path / "model"), *options.split()]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"align train: {words}")
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_holds_other_files_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    corpus = write_tsv(tmp_path / "a.tsv", word_for_word(3, 1))
    for output in (tmp_path, corpus, corpus / "below"):
        assert main([str(corpus), "-o", str(output)]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert str(output) in said or str(corpus) in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.tsv"]


def test_a_lexicon_is_read_before_the_corpora(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    corpus = write_tsv(tmp_path / "a.tsv", word_for_word(3, 1))
    arguments = [str(corpus), "-o", str(tmp_path / "model"), "--names=0.1"]
    assert main([*arguments, f"--lexicon={tmp_path}/none.tsv"]) == 2
    assert capsys.readouterr().err == f"align train: {tmp_path}/none.tsv: no such file\n"


def test_a_recipe_survives_json_and_tells_its_differences() -> None:
    recipe = recipe_of(
        ["a.tsv=2..1", "b.tsv", "-o", "m", "--rate=0.001", "--noise=0.1", "--lower-case=0.2"]
    )
    assert recipe.variations == {"noise": 0.1, "lower_case": 0.2}
    assert Recipe.from_json(recipe.to_json()) == recipe
    other = recipe_of(["a.tsv=2..1", "b.tsv", "-o", "m", "--rate=0.002", "--threads=7"])
    assert recipe.differences(other) == [
        "--rate (0.001, now 0.002)",
        "--variations ({'lower_case': 0.2, 'noise': 0.1}, now {})",
    ]
    for text in ("", "[]", '{"corpora": ["a"]}', '{"corpora": ["a"], "output": "m", "x": 1}'):
        with pytest.raises(UsageError, match="no recipe"):
            Recipe.from_json(text)


def test_options_are_read_without_torch() -> None:
    code = (
        "import sys; from align.train.__main__ import recipe_of; recipe_of(['a.tsv', '-o', 'm']); "
        "bad = {'torch', 'transformers', 'numpy', 'typer', 'rich', 'lxml', 'platformdirs'}; "
        "sys.exit(str(bad & set(sys.modules)) if bad & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=environment())


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_a_run_learns_and_fine_tuning_tells_what_it_changed(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    corpus = write_tsv(tmp_path / "words.tsv", word_for_word(500, 1))
    dev = write_tsv(tmp_path / "dev.tsv", word_for_word(30, 2))
    options = [a for a in TINY if "vocabulary" not in a and "batch" not in a and "log" not in a]
    said = train_here(
        corpus, *options, "--vocabulary=390", "--dev", dev, "--dev-sentences=20", "--steps=90",
        "--rate=0.01", "--batch-tokens=500", "--log-every=30", "--every=30",
        "-o", tmp_path / "model",
    )  # fmt: skip
    facts = json.loads((tmp_path / "model" / "model.json").read_text())["training"]
    assert facts["steps"] == 90
    assert facts["dev"]["dev"]["segments"] == 20
    assert "million parameters" in said
    log = Log(tmp_path / "model.work" / "log.jsonl").read()
    assert [line["step"] for line in log if "loss" in line] == [30, 60, 90]
    assert [line["step"] for line in log if "chrf" in line] == [30, 60, 90]
    losses = [line["loss"] for line in log if "loss" in line]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.85 * losses[0]
    # What was exported is no worse than any checkpoint.
    best = max(line["chrf"] for line in log if "chrf" in line)
    assert log[-1]["chosen_chrf"] >= best
    said = train_here(
        corpus, "--from", tmp_path / "model", "--dev", dev, "--second-test", corpus,
        "--steps=4", "--threads=1", "--device=cpu", "--optimizer=adam", "-o", tmp_path / "tuned",
    )  # fmt: skip
    assert "before: dev BLEU" in said
    facts = json.loads((tmp_path / "tuned" / "model.json").read_text())["training"]
    assert facts["base"].startswith("model@")
    assert [one["testset"] for one in facts["forgetting"]] == ["dev", "words"]
    for name in ("source.spm", "vocab.json"):
        assert (tmp_path / "tuned" / name).read_bytes() == (tmp_path / "model" / name).read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_fine_tuning_that_makes_it_worse_says_so(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from align.train.network import open_network
    from align.train.tokenizer import open_tokenizer
    from align.train.validation import generate

    base = build_marian(tmp_path / "base")
    tokenizer = open_tokenizer(base)
    sources = [source for source, _ in word_for_word(20, 2)]
    targets = generate(open_network(base, tokenizer), tokenizer, sources)
    # A development set that is much like what the model gives as it comes.
    pairs = [
        (s, f"{t} as it is said to have been in those days of old")
        for s, t in zip(sources, targets, strict=True)
    ]
    dev = write_tsv(tmp_path / "dev.tsv", pairs)
    said = train_here(
        write_tsv(tmp_path / "words.tsv", word_for_word(60, 1)), "--from", base, "--dev", dev,
        "--steps=4", "--every=2", "--max-tokens=6", "--threads=1", "--device=cpu",
        "--optimizer=adam", "--rate=0.1", "-o", tmp_path / "ruined",
    )  # fmt: skip
    assert "before: dev BLEU" in said
    assert "step 2: dev BLEU" in said
    assert "the best so far" not in said
    assert said.splitlines()[-1].startswith("on dev it is worse than base@")
    assert (tmp_path / "ruined" / "model.safetensors").is_file()
    first = Log(tmp_path / "ruined.work" / "log.jsonl").read()[0]
    assert (first["step"], first["limit"]) == (0, 6)
    assert said.count(f"{first['left_out']:,} pairs of an epoch are over 6 pieces") == 1
