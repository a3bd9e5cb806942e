"""Lines of text as they lie in files, packed or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final

from align.articles.packed import DAMAGE
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.packed import damage, read_packed

MAX_LINE: Final = 2**20  # bytes; a line beyond holds no sentence, and is not kept in memory
_BOM: Final = "\ufeff"
_BATCH: Final = 1024  # lines that are encoded and packed at once


def read_lines(
    path: str, faults: Faults, *, longest: int = MAX_LINE, tell_long: bool = True
) -> Iterator[tuple[int, str | None]]:
    """Yield number (from 1) and text of each line without its end.

    None stands for a line that is undecodable or of over `longest` bytes, after it was told;
    where a packed file is cut off or damaged, that is told and the lines end. A byte-order mark
    is taken off.

    Args:
        path: A file, packed or not, or `-`.
        faults: Is told what is wrong.
        longest: Bytes of a line that is kept in memory; MB where longer ones are told.
        tell_long: Whether they are.

    Raises:
        InputError: The file is not there; or, by `faults`, it is damaged.
    """
    number = 0
    with read_packed(path) as stream:
        try:
            while data := stream.readline(longest):
                number += 1
                if len(data) == longest and not data.endswith(b"\n"):
                    _skip_line(stream)
                    if tell_long:
                        faults.add(f"a line of over {longest // 2**20} MB", line=number)
                    yield number, None
                    continue
                yield number, _decode(data, number, faults)
        except DAMAGE as error:
            reason = damage(error, path, begun=number > 0)
            faults.add(reason, line=number + 1)


def _skip_line(stream: IO[bytes]) -> None:
    while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
        pass


def _decode(data: bytes, number: int, faults: Faults) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        faults.add(f"not UTF-8: byte 0x{data[error.start]:02x}; save it as UTF-8", line=number)
        return None
    if number == 1:
        text = text.removeprefix(_BOM)
    return text.removesuffix("\n").removesuffix("\r")


class LineWriter:
    """Writes lines, which hold no line end, to a stream of bytes, many at once."""

    def __init__(self, stream: IO[bytes], changes: Changes) -> None:
        """Write to `stream`; what cannot be encoded is replaced and counted in `changes`."""
        self._stream, self._changes = stream, changes
        self._batch: list[str] = []
        self.count = 0

    def add(self, line: str) -> None:
        """Write a line, now or later."""
        if not self.count and line.startswith(_BOM):
            line = _BOM + line  # the reader takes one off
        self._batch.append(line)
        self.count += 1
        if len(self._batch) == _BATCH:
            self.flush()

    def flush(self) -> None:
        """Hand to the stream what was not yet."""
        if not self._batch:
            return
        text = "\n".join(self._batch) + "\n"
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError:
            for number, line in enumerate(self._batch, self.count - len(self._batch) + 1):
                if line != encodable(line):
                    self._changes.add(HALVES, number)
            data = encodable(text).encode("utf-8")
        self._stream.write(data)
        self._batch.clear()


def write_lines(stream: IO[bytes], lines: Iterable[str], changes: Changes) -> int:
    """Write all `lines` and return how many."""
    writer = LineWriter(stream, changes)
    for line in lines:
        writer.add(line)
    writer.flush()
    return writer.count


HALVES: Final = "half surrogate pairs became U+FFFD"
BREAKS: Final = "tabs and line ends became spaces"


def encodable(text: str) -> str:
    r"""Return `text` with U+FFFD for each half of a surrogate pair, which UTF-8 cannot hold.

    >>> encodable("a\ud800")
    'a\ufffd'
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def on_one_line(text: str, number: int, changes: Changes) -> str:
    """Return `text` with a space for each tab or line end."""
    if "\t" in text or "\n" in text or "\r" in text:
        changes.add(BREAKS, number)
        return text.replace("\r\n", " ").translate(_SPACES)
    return text


_SPACES: Final = str.maketrans("\t\n\r", "   ")
