"""`System`: what one way to translate made of the stories, undamaged or damaged on purpose."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from articles import Story
from noise import write_noisy

from align.translate import Memory, Translation, load_translator
from align.translate.doubts import doubts

SEED = 3
NOISE = (0.25, 0.35)  # standard deviations of the weights
DROPPED = (0.05, 0.15, 0.3)  # shares of the words


@dataclass(frozen=True, slots=True)
class System:
    """`outputs` holds a tuple for each story: its headline's translation, then its sentences'."""

    name: str
    model: str  # "" for what no model made
    outputs: tuple[tuple[Translation, ...], ...]

    @property
    def is_damaged(self) -> bool:
        """Whether it was made bad on purpose."""
        return "noise" in self.name or "dropped" in self.name


def systems(
    stories: Sequence[Story], models: dict[str, Path], work: Path, *, noise: Sequence[float] = NOISE
) -> Iterator[System]:
    """Yield the systems: each of `models`, and of the first one also greedy and damaged ones.

    Translations are remembered (`ALIGN_CACHE`), noisy copies of the first model kept in `work`.
    """
    first, folder = next(iter(models.items()))
    with Memory(corrections=False) as memory:
        best = translated(first, stories, folder, memory)
        yield best
        yield translated(f"{first}, greedy", stories, folder, memory, beam=1)
        for share in DROPPED:
            yield shortened(best, share)
        for name, other in list(models.items())[1:]:
            yield translated(name, stories, other, memory)
        for strength in noise:
            copy = write_noisy(folder, work / f"noise-{strength}", strength, seed=1)
            yield translated(f"{first}, noise {strength}", stories, copy, memory)


def translated(
    name: str, stories: Sequence[Story], model: Path, memory: Memory, *, beam: int = 4
) -> System:
    """Translate all sentences of the stories as `align translate` does."""
    translator = load_translator(str(model), beam=beam, memory=memory, threads=1)
    done = iter(translator.translate([text for story in stories for text in story.urdu]))
    outputs = tuple(tuple(next(done) for _ in story.urdu) for story in stories)
    return System(name, translator.model, outputs)


def shortened(system: System, share: float) -> System:
    """Drop that share of the words, chosen by chance, from what `system` wrote."""
    rng = random.Random(SEED)

    def drop(each: Translation) -> Translation:
        words = each.text.split()
        kept = [word for word in words if rng.random() >= share] or words[:1]
        return rewritten(each, " ".join(kept))

    outputs = tuple(tuple(map(drop, story)) for story in system.outputs)
    return System(f"{system.name}, {share:.0%} of words dropped", system.model, outputs)


def rewritten(translation: Translation, text: str) -> Translation:
    """Put `text` in the place of the translation, with the notes that it deserves."""
    return replace(translation, text=text, notes=doubts(translation.source, text))
