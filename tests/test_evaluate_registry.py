"""Registered test sets and published scores."""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import pytest

from align.errors import InputError, UsageError
from align.evaluate import TestSet
from align.evaluate.published import read_published
from align.evaluate.registry import entry_toml, read_registered, read_registry

SOURCE, TARGET = "ایک\nدو\n", "one\ntwo\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a test set and its registration, which is also the user's."""
    monkeypatch.setenv("ALIGN_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("ALIGN_TESTSETS", raising=False)
    (tmp_path / "mine.ur").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "mine.en").write_text(TARGET, encoding="utf-8")
    entry = entry_toml("mine", tmp_path / "mine.ur", [tmp_path / "mine.en"])
    (tmp_path / "sets.toml").write_text(entry, encoding="utf-8")
    return tmp_path


MINE = TestSet("mine", ("ایک", "دو"), (("one", "two"),))


def test_what_is_registered_is_found_beside_its_file(folder: Path) -> None:
    registry = read_registry([folder / "sets.toml"])
    assert read_registered("mine", registry) == MINE
    assert registry["mine"].sha256["mine.en"] == hashlib.sha256(TARGET.encode()).hexdigest()


def test_the_users_own(folder: Path) -> None:
    (folder / "config").mkdir()
    (folder / "sets.toml").rename(folder / "config" / "testsets.toml")
    for name in ("mine.ur", "mine.en"):
        (folder / name).rename(folder / "config" / name)
    assert read_registered("mine", read_registry()) == MINE


def test_packed_files_have_the_checksum_of_what_is_packed(folder: Path) -> None:
    path = folder / "mine.en"
    (folder / "mine.en.xz").write_bytes(lzma.compress(path.read_bytes()))
    path.unlink()
    assert read_registered("mine", read_registry([folder / "sets.toml"])) == MINE


@pytest.mark.parametrize("elsewhere", ["config/testsets", "sets"])
def test_our_own_are_looked_for_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    registry = read_registry()
    with pytest.raises(InputError, match=r"flores200-devtest\.ur: not there; .*set ALIGN_TESTSETS"):
        read_registered("flores200-devtest", registry)
    place = folder / elsewhere
    place.mkdir(parents=True)
    (place / "flores200-devtest.ur").write_text(SOURCE, encoding="utf-8")
    (place / "flores200-devtest.en").write_text(TARGET, encoding="utf-8")
    if elsewhere == "sets":
        monkeypatch.setenv("ALIGN_TESTSETS", str(place))
    with pytest.raises(InputError, match=r"is not that of flores200-devtest: its SHA-256 is"):
        read_registered("flores200-devtest", registry)


def test_another_text_is_refused_in_any_folder(folder: Path) -> None:
    registry = read_registry([folder / "sets.toml"])
    (folder / "mine.en").write_text("one\nTwo\n", encoding="utf-8")
    for name in ("mine", f"{folder}/mine"):
        with pytest.raises(InputError, match=r"mine\.en: is not that of mine") as caught:
            read_registered(name, registry)
        assert "\n" not in str(caught.value)


def test_what_is_not_registered_is_read_as_it_stands(folder: Path) -> None:
    assert read_registered(f"{folder}/mine", read_registry()) == MINE
    (folder / "pairs.tsv").write_text("ایک\tone\n", encoding="utf-8")
    found = read_registered(f"{folder}/pairs.tsv", read_registry())
    assert found == TestSet("pairs", ("ایک",), (("one",),))


def test_an_unknown_name(folder: Path) -> None:
    with pytest.raises(UsageError, match="no such test set; there are flores200-devtest, "):
        read_registered("flores", read_registry())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[x\n", "no TOML"),
        (f"x = {'9' * 5000}\n", "no TOML"),
        (f"x = {'[' * 100_000}\n", "no TOML that can be read: too deep"),
        ("x = 1\n", "x: a test set is a table"),
        ("[x]\nsegments = true\n", "x: segments is to be a number"),
        ('[x]\nsource = "a"\n', "x: needs source and, unless that holds pairs, references"),
        ('[x]\nsource = "a.tsv"\n', "x: sha256 has no checksum of a.tsv"),
        ('[x]\nsource = "a.tsv"\nsha256 = {"a.tsv" = "12"}\n', "64 hexadecimal digits"),
        ('[x]\nsource = 1\nreferences = ["b"]\n', "x: source is to be text"),
        ('[x]\nsource = "a"\nreferences = "b"\n', "x: references is to be a list"),
        ('[x]\nsource = "a"\nreferences = ["b"]\nurl = ""\n', "x: unknown url; there are home"),
        ('[x]\nsource = "a.tsv"\nlanguages = ["ur"]\n', "x: languages are to be two codes"),
    ],
)
def test_a_bad_file(folder: Path, text: str, says: str) -> None:
    path = folder / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as caught:
        read_registry([path])
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    path = folder / "sets.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "mine" in read_registry([path])


def test_what_is_registered_can_be_read(folder: Path) -> None:
    source, reference = folder / "mine.ur", folder / "mine.en"
    for name in ("a/b", "a\nb", ""):
        with pytest.raises(UsageError, match="the name of a test set"):
            entry_toml(name, source, [reference])
    with pytest.raises(UsageError, match="no reference"):
        entry_toml("mine", source, [])
    entry = entry_toml("hindi", source, [reference], languages=("hi", "en"))
    (folder / "hindi.toml").write_text(entry, encoding="utf-8")
    assert read_registry([folder / "hindi.toml"])["hindi"].languages == ("hi", "en")


def test_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_registry([folder / "none.toml"])


def test_published_scores_are_those_of_their_sources() -> None:
    # models/ur-en/README.md and the leaderboards of OPUS-MT
    found = {one.model: one for one in read_published("flores200-devtest")}
    marian = found["Helsinki-NLP/opus-mt-ur-en (opus-2021-02-18)"]
    assert marian.scores == {"bleu": 10.2, "chrf": 34.7}
    assert "leaderboard" in marian.source
    assert found["OPUS-MT ine-eng opus4m-2020-08-12"].scores == {"bleu": 17.4, "chrf": 44.3}
    tico = {one.model: one.scores for one in read_published("tico19-test")}
    assert tico["OPUS-MT ine-eng opus4m-2020-08-12"] == {"bleu": 18.0}
    assert read_published("mine") == []
    registered = read_registry()
    assert all(read_published(name) for name in ("tatoeba-v2021-08-07", "tico19-test"))
    assert {"flores200-devtest", "tico19-test", "tatoeba-v2021-08-07"} <= set(registered)
