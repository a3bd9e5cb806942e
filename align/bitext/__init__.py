"""Bitexts: which documents, sentences and words translate each other."""

from align.bitext.bead import Bead
from align.bitext.pair import Pair

__all__ = ["Bead", "Pair"]
