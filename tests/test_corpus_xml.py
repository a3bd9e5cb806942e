"""TMX and XLIFF: held against the DTD and another program, and what hostile files may not do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs
from align.errors import InputError
from tests.corpus_pairs import ANY, NEWS, some_pairs

DTD = Path(__file__).parent / "data" / "tmx14.dtd"
FRAME = '<?xml version="1.0" encoding="UTF-8"?>{}<tmx version="1.4"><header/><body>{}</body></tmx>'
UNIT = '<tu><tuv xml:lang="ur"><seg>{}</seg></tuv><tuv xml:lang="en"><seg>b</seg></tuv></tu>'


def read(path: Path, text: str, told: list[str] | None = None) -> list[Pair]:
    path.write_text(text, encoding="utf-8")
    return list(read_pairs(str(path), skipped=None if told is None else told.append))


@settings(deadline=None)
@given(pairs=some_pairs(ANY))
def test_tmx_is_valid_and_comes_back_but_for_what_xml_cannot_hold(pairs: list[Pair]) -> None:
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/c.tmx"
        write_pairs(path, pairs, changed=told.append, facts={"terms": "\x07 CC0"})
        document = etree.parse(path)
        dtd = etree.DTD(str(DTD))
        assert dtd.validate(document), dtd.error_log
        found = list(read_pairs(path))
    assert found == [legal(pair) for pair in pairs]
    changed = sum(legal(pair) != pair for pair in pairs)
    assert [line.partition("U+FFFD: ")[2].partition(" pair")[0] for line in told] == (
        [str(changed)] if changed else []
    )
    props = document.findall(".//prop[@type='x-replaced']")
    assert len(props) == changed


def legal(pair: Pair) -> Pair:
    """A pair with U+FFFD for what XML 1.0 has no room for (its section 2.2)."""

    def text(value: str) -> str:
        return "".join(c if is_character(ord(c)) else "\ufffd" for c in value)

    return Pair(
        text(pair.source),
        text(pair.target),
        pair.score,
        None if pair.translation is None else text(pair.translation),
        *map(text, (pair.origin, pair.document, pair.created, pair.bead)),
    )


def is_character(code: int) -> bool:
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def test_the_date_and_the_facts_stand_where_other_programs_look(tmp_path: Path) -> None:
    write_pairs(str(tmp_path / "c.tmx"), NEWS, facts={"terms": "CC0"})
    document = etree.parse(str(tmp_path / "c.tmx"))
    assert document.findtext("header/prop[@type='x-terms']") == "CC0"
    assert [unit.get("creationdate") for unit in document.iter("tu")] == [
        "20250123T000000Z",
        None,
        None,
    ]


READER = """
import json, sys
from translate.storage.tmx import tmxfile
with open(sys.argv[1], "rb") as file:
    units = tmxfile(file, sourcelanguage="ur", targetlanguage="en").units
print(json.dumps([(unit.source, unit.target) for unit in units]))
"""


def test_another_program_reads_our_tmx(tmp_path: Path) -> None:
    path = tmp_path / "c.tmx"
    pairs = [*NEWS, Pair("لائن\nدوسری", "tab\tand “quotes” & <tags>")]
    write_pairs(str(path), pairs)
    # Translate Toolkit is under the GPL: a program of its own, never imported here.
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
    result = subprocess.run(
        [sys.executable, "-c", READER, str(path)],
        capture_output=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert json.loads(result.stdout) == [[pair.source, pair.target] for pair in pairs]


WRITER = """
import sys
from translate.storage.tmx import tmxfile
store = tmxfile(sourcelanguage="ur", targetlanguage="en")
store.addtranslation("\\u0627\\u06cc\\u06a9 & <b>", "ur", "one &amp; <i>", "en")
with open(sys.argv[1], "wb") as file:
    store.serialize(file)
"""


def test_we_read_the_tmx_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "c.tmx"
    subprocess.run([sys.executable, "-c", WRITER, str(path)], check=True, cwd=tmp_path)
    assert list(read_pairs(str(path))) == [Pair("ایک & <b>", "one &amp; <i>")]


def test_variants_old_attributes_and_namespaces(tmp_path: Path) -> None:
    units = (
        '<tu><tuv xml:lang="ur-PK"><seg>1</seg></tuv><tuv lang="EN_us"><seg>one</seg></tuv></tu>'
        '<tu><tuv xml:lang="urk"><seg>x</seg></tuv><tuv xml:lang="en"><seg>y</seg></tuv></tu>'
        '<tu><tuv xml:lang="en"><seg>two</seg></tuv><tuv xml:lang="de"><seg>zwei</seg></tuv>'
        '<tuv xml:lang="ur"><seg>2</seg></tuv><tuv xml:lang="en-GB"><seg>two</seg></tuv>'
        '<tuv xml:lang="en-AU"><seg>2</seg></tuv></tu>'
    )
    expected = [Pair("1", "one"), Pair("2", "two"), Pair("2", "2")]
    assert read(tmp_path / "c.tmx", FRAME.format("", units)) == expected
    framed = FRAME.format("", units).replace("<tmx ", '<tmx xmlns="http://www.lisa.org/tmx14" ')
    assert read(tmp_path / "c.tmx", framed) == expected


def test_a_unit_with_very_many_variants_is_told(tmp_path: Path) -> None:
    variant = '<tuv xml:lang="{}"><seg>{}</seg></tuv>'
    many = "".join(variant.format(code, n) for n in range(300) for code in ("ur", "en"))
    told: list[str] = []
    assert not read(tmp_path / "c.tmx", FRAME.format("", f"<tu>{many}</tu>"), told)
    assert "300 variants of one language, 300 of the other (tu 1)" in told[0]


def test_inline_tags_give_their_text_and_codes_do_not(tmp_path: Path) -> None:
    seg = (
        'a<bpt i="1">&lt;b title="<sub>t</sub>"></bpt>b<hi>c<ph>{0}</ph></hi>'
        '<ept i="1">&lt;/b></ept><!-- no --><?pi?>d<it pos="begin">&lt;i></it>'
    )
    (pair,) = read(tmp_path / "c.tmx", FRAME.format("", UNIT.format(seg)))
    assert pair.source == "abcd"


def test_props_of_others_are_passed_over(tmp_path: Path) -> None:
    props = (
        '<prop type="x-score">-0.25</prop><prop type="origin">news</prop><prop type="client"/>'
        "<note>n</note>"
    )
    unit = UNIT.format("a").replace("<tu>", f"<tu>{props}")
    assert read(tmp_path / "c.tmx", FRAME.format("", unit)) == [Pair("a", "b", origin="news")]


LAUGHS = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12)
)  # a hundred billion
PARAMETERS = "<!ENTITY % a0 'xx'>" + "".join(
    f"<!ENTITY % a{n} '{f'&#37;a{n - 1};' * 10}'>" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (LAUGHS, "&a11;"),
        (LAUGHS, "harmless"),
        ('<!ENTITY x SYSTEM "{secret}">', "&x;"),
        ('<!ENTITY % x SYSTEM "{secret}"> %x;', "x"),
        (f"{PARAMETERS}%a11;", "x"),
        ('<!ENTITY x "expanded">', "&x;"),
    ],
)
def test_entities_are_refused(tmp_path: Path, doctype: str, text: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<!ENTITY password 'hunter2'>", encoding="utf-8")
    doctype = f"<!DOCTYPE tmx [{doctype.replace('{secret}', secret.as_uri())}]>"
    with pytest.raises(InputError, match=r"declares entities|internal subset") as caught:
        read(tmp_path / "c.tmx", FRAME.format(doctype, UNIT.format(text)))
    assert "hunter2" not in str(caught.value)


def test_a_doctype_without_entities_is_fine_and_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "tmx14.dtd").write_text("<!ENTITY nbsp 'fetched'>", encoding="utf-8")
    doctype = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    told: list[str] = []
    text = FRAME.format(doctype, UNIT.format("a") + UNIT.format("&nbsp;") + UNIT.format("c"))
    assert read(tmp_path / "c.tmx", text, told) == [Pair("a", "b"), Pair("c", "b")]
    assert told == [f"{tmp_path}/c.tmx:1: the entity &nbsp; is not defined (tu 2)"]


def test_an_undefined_entity_ends_the_document(tmp_path: Path) -> None:
    told: list[str] = []
    text = FRAME.format("", UNIT.format("a") + "\n" + UNIT.format("&nbsp;") + UNIT.format("c"))
    assert read(tmp_path / "c.tmx", text, told) == [Pair("a", "b")]
    (line,) = told
    assert "c.tmx:2: is no XML from here on: Entity 'nbsp' not defined (after 1 whole" in line


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("<html/>", "has no <tmx>"),
        ("<html><tmx/></html>", "begins with <html>, not <tmx>"),
        ("not XML", "Start tag expected"),
        (FRAME.format("", UNIT.format("<hi>" * 5000 + "</hi>" * 5000)), "Excessive depth"),
        (FRAME.format("", UNIT.format("a").replace('"ur"', '"de"')), "no tu has ur and en"),
    ],
)
def test_what_is_no_tmx(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(tmp_path / "c.tmx", text)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "c.tmx"
    write_pairs(str(path), [replace(NEWS[0], bead=f"{n}:{n}") for n in range(40)])
    return path.read_bytes()


@settings(deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_wherever_a_document_is_cut_what_came_before_is_kept(whole: bytes, share: float) -> None:
    data = whole[: int(share * len(whole.rstrip()))]
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "c.tmx")
        path.write_bytes(data)
        if not data:
            with pytest.raises(InputError, match="empty"):
                list(read_pairs(str(path), skipped=told.append))
            return
        found = list(read_pairs(str(path), skipped=told.append))
    assert len(found) == data.count(b"</tu>")
    assert [pair.bead for pair in found] == [f"{n}:{n}" for n in range(len(found))]
    (line,) = told
    assert "breaks off" in line or "is no XML" in line
    if found:
        breaks = data.count(b"\n")
        assert f"c.tmx:{breaks + 1}: " in line
        assert f"after {len(found)} whole records" in line


def test_bytes_that_are_no_utf_8_are_named_with_their_line(tmp_path: Path, whole: bytes) -> None:
    lines = whole.split(b"\n")
    lines[10] = lines[10].replace(b"The", b"\xff")
    (tmp_path / "c.tmx").write_bytes(b"\n".join(lines))
    told: list[str] = []
    found = list(read_pairs(str(tmp_path / "c.tmx"), skipped=told.append))
    assert len(found) == sum(b"</tu>" in line for line in lines[:10])
    assert "c.tmx:11: " in told[0]


def test_utf_16_is_read(tmp_path: Path) -> None:
    text = FRAME.format("", UNIT.format("ایک")).replace("UTF-8", "UTF-16")
    (tmp_path / "c.tmx").write_bytes(text.encode("utf-16"))
    assert list(read_pairs(str(tmp_path / "c.tmx"))) == [Pair("ایک", "b")]


MEASURE = """
import sys
from pathlib import Path
from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024

path, count = sys.argv[1], int(sys.argv[2])
pair = Pair("\\u0627" * 60, "a" * 100, 0.5, None, "o", "d", "2025-01-01")
write_pairs(path, (pair for _ in range(2000)))
assert sum(1 for _ in read_pairs(path)) == 2000
before = peak()
assert write_pairs(path, (pair for _ in range(count))) == count
assert sum(1 for _ in read_pairs(path)) == count
print(peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory as Linux tells it")
@pytest.mark.parametrize("name", ["tmx", "tsv.gz"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-c", MEASURE, str(tmp_path / f"c.{name}"), "60000"]
    result = subprocess.run(command, capture_output=True, check=True, text=True)
    assert float(result.stdout) < 4  # MB; the TMX has 30


XLIFF_1 = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="story.html" source-language="en-US" target-language="ur" datatype="html">
<header><note>n</note></header>
<body>
<trans-unit id="1"><source>The <g id="1">first</g><x id="2"/> one<ph id="3">&lt;br/></ph></source>
<target>پہلا <g id="1">ایک</g></target>
<alt-trans><source>no</source><target>نہیں</target></alt-trans></trans-unit>
<group><trans-unit id="2"><source>untranslated</source></trans-unit>
<trans-unit id="3"><source>empty</source><target> </target></trans-unit>
<trans-unit id="4"><source>second</source><target>دوسرا</target></trans-unit></group>
</body></file>
<file original="other" source-language="ur-PK" target-language="en"><body>
<trans-unit id="1"><source>تیسرا</source><target>third</target></trans-unit>
</body></file></xliff>
"""
XLIFF_2 = """<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="ur" trgLang="en-GB">
<file id="f1"><unit id="1"><notes><note>n</note></notes>
<segment><source>پہلا <pc id="1">جملہ</pc><ph id="2"/>۔</source>
<target>First <mrk id="m" type="term">sentence</mrk><cp hex="0007"/>.</target></segment>
<ignorable><source> </source><target> </target></ignorable>
<segment><source>دوسرا۔</source></segment>
<segment><source>تیسرا۔</source><target>Third.</target></segment></unit></file></xliff>
"""


def test_xliff_1_2(tmp_path: Path) -> None:
    path = tmp_path / "c.xlf"
    path.write_text(XLIFF_1, encoding="utf-8")
    assert list(read_pairs(str(path))) == [
        Pair("پہلا ایک", "The first one", document="story.html"),
        Pair("دوسرا", "second", document="story.html"),
        Pair("تیسرا", "third", document="other"),
    ]


def test_xliff_2(tmp_path: Path) -> None:
    path = tmp_path / "c.xliff"
    path.write_text(XLIFF_2, encoding="utf-8")
    assert list(read_pairs(str(path))) == [
        Pair("پہلا جملہ۔", "First sentence\x07.", document="f1"),
        Pair("تیسرا۔", "Third.", document="f1"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (XLIFF_1.replace('"en-US"', '"fr"'), "is from fr to ur, not ur and en"),
        (XLIFF_2.replace("0007", "zz"), "cp hex='zz' is no character"),
        (XLIFF_2[:-200], "breaks off"),
        ("<tmx/>", "has no <xliff>"),
    ],
)
def test_what_is_wrong_with_xliff(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "c.xlf"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        list(read_pairs(str(path)))


def test_our_program_reads_what_another_converts(tmp_path: Path) -> None:
    po = tmp_path / "c.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "one"\nmsgstr "ایک"\n\nmsgid "two"\nmsgstr ""\n',
        encoding="utf-8",
    )
    for program, end, options in (("po2xliff", "xlf", ()), ("po2tmx", "tmx", ("-l", "ur"))):
        out = tmp_path / f"c.{end}"
        module = f"translate.convert.{program}"
        command = [sys.executable, "-m", module, "--progress=none", *options, str(po), str(out)]
        subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
        found = list(read_pairs(str(out)))
        # The first unit of the XLIFF is the head of the PO file.
        assert [(pair.source, pair.target) for pair in found][-1:] == [("ایک", "one")]
