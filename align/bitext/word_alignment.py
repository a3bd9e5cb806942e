"""`WordAlignment`: which words of a pair translate each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class WordLink(NamedTuple):
    """Numbers of a source and a target word, from 0, and how strong the link is, 0 to 1."""

    source: int
    target: int
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class WordAlignment:
    """The words of a pair and their links, in the order of the source words."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    links: tuple[WordLink, ...]

    @property
    def pharaoh(self) -> str:
        """The links in the format that Moses, fast_align and eflomal share.

        >>> WordAlignment(("ہاں", "۔"), ("Yes", "."), (WordLink(0, 0), WordLink(1, 1))).pharaoh
        '0-0 1-1'
        """
        return " ".join(f"{link.source}-{link.target}" for link in self.links)
