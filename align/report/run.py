"""`Run`: the account of a translating run; what went in is what came out and what failed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from align.errors import InputError
from align.pipeline import TranslatedArticle
from align.report.figures import counted, noted
from align.report.jsonl import Record, error_record
from align.translate.translation import Means

# In the words of the summary, and in its order.
_MEANS: Final[dict[Means, str]] = {
    "model": "by the model",
    "memory": "from memory",
    "repeat": "repeated",
    "correction": "corrected by you",
    "none": "left as they are",
}


@dataclass(slots=True)
class Run:
    """Counts what passes: articles, their sentences, and texts, which are sentences and headlines.

    `marked` counts translations with a doubt. Time runs from when it is made.
    """

    articles: int = 0
    sentences: int = 0
    marked: int = 0
    texts: Counter[Means] = field(default_factory=Counter)
    failures: list[InputError] = field(default_factory=list)
    model: str | None = None
    signature: str | None = None
    interrupted: bool = False
    _start: float = field(default_factory=time.monotonic)

    def all(
        self, items: Iterable[TranslatedArticle | InputError]
    ) -> Iterator[TranslatedArticle | InputError]:
        """Count items and pass them on."""
        for item in items:
            if isinstance(item, InputError):
                self.failures.append(item)
            else:
                self.articles += 1
                self.sentences += len(item.sentences)
                self.marked += noted(item)
                self.texts.update(each.means for each in item.translations)
                self.model, self.signature = item.model or self.model, item.signature
            yield item

    def summary(self) -> str:
        """Return how many articles, sentences, doubts and failures there were."""
        text = f"{counted(self.articles, 'article')}, {counted(self.sentences, 'sentence')}"
        text += f", {self.marked} marked as doubtful" if self.marked else ""
        failed = len(self.failures)
        return text + (f"; {counted(failed, 'input')} failed" if failed else "")

    def work(self) -> str:
        """Return by what means the texts were come by, and how fast."""
        parts = [f"{self.texts[key]:,} {what}" for key, what in _MEANS.items() if self.texts[key]]
        seconds = self._seconds()
        speed = f"{self._speed(seconds):.1f} a second, {_duration(seconds)}"
        text = counted(self.texts.total(), "text")
        return f"{text} with headlines = {' + '.join(parts) or '0'}; {speed}"

    def failed(self) -> str:
        """Return how often each reason made an input fail, the most frequent first."""
        reasons = Counter(error.reason for error in self.failures).most_common()
        return "failed: " + ", ".join(f"{count:,} × {reason}" for reason, count in reasons)

    def record(self) -> Record:
        """Return all of it, for `--report`: `read` is `translated` and `failed` together."""
        seconds = self._seconds()
        return {
            "read": self.articles + len(self.failures),
            "translated": self.articles,
            "failed": len(self.failures),
            "interrupted": self.interrupted,
            "sentences": self.sentences,
            "texts": self.texts.total(),
            "means": {key: self.texts[key] for key in _MEANS},
            "doubtful": self.marked,
            "seconds": round(seconds, 3),
            "texts_per_second": round(self._speed(seconds), 2),
            "model": self.model,
            "signature": self.signature,
            "reasons": dict(Counter(error.reason for error in self.failures).most_common()),
            "failures": [error_record(error) for error in self.failures],
        }

    def _seconds(self) -> float:
        return time.monotonic() - self._start

    def _speed(self, seconds: float) -> float:
        return self.texts.total() / max(seconds, 0.001)


def _duration(seconds: float) -> str:
    """Return a time as people read it.

    >>> _duration(3.21), _duration(75), _duration(7384)
    ('3.2 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
