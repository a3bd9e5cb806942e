"""From articles in two languages to a published corpus: every stage once, and no more than once."""

from align.building.build import Built, build
from align.building.inputs import Sources
from align.building.settings import Settings
from align.building.work import Work

__all__ = ["Built", "Settings", "Sources", "Work", "build"]
