"""`XzReader`: xz data unpacked as a stream, in bounded memory.

The header of an xz file names the memory that its unpacking takes, up to 4 GiB, and the reader
of the standard library takes whatever it asks for.
"""

from __future__ import annotations

import io
import lzma
from typing import IO, Any, Final

MOST_MEMORY: Final = 2**28  # bytes; what the best preset of xz, -9, packs takes 65 MiB
_BLOCK: Final = 2**16  # bytes read at once


class XzReader(io.RawIOBase):
    """Unpacks the xz file `stream`: one xz stream, or several behind each other.

    Reading raises LZMAError where data are damaged, are no xz, or ask for more than
    `MOST_MEMORY` bytes, and EOFError where they are cut off.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Begin; `stream` is closed with this."""
        super().__init__()
        self._stream = stream
        self._unpacker = _unpacker()

    def readable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Close the packed stream too."""
        self._stream.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """Put some unpacked bytes into `buffer` and return how many; 0 at the end."""
        view = memoryview(buffer).cast("B")
        while view and (packed := self._packed()) is not None:
            if data := self._unpacker.decompress(packed, len(view)):
                view[: len(data)] = data
                return len(data)
        return 0

    def _packed(self) -> bytes | None:
        """Return what the unpacker is to get next, maybe nothing; None at the end."""
        if not self._unpacker.eof:
            if not self._unpacker.needs_input:
                return b""
            if packed := self._stream.read(_BLOCK):
                return packed
            raise EOFError("the data end before the xz stream does")
        packed = self._unpacker.unused_data.lstrip(b"\0")  # which may pad streams
        while not packed and (block := self._stream.read(_BLOCK)):
            packed = block.lstrip(b"\0")
        if not packed:
            return None
        self._unpacker = _unpacker()
        return packed


def open_xz(stream: IO[bytes]) -> io.BufferedReader:
    """Return `stream` unpacked, to be read by lines; see `XzReader`."""
    return io.BufferedReader(XzReader(stream))


def _unpacker() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=MOST_MEMORY)
