"""sacrebleu's metrics (Post 2018), each in the settings that it takes when told nothing."""

from __future__ import annotations

from typing import Any


def sacrebleu_metric(name: str, *, sentences: bool = False) -> Any:
    """Return the metric of sacrebleu in its own settings.

    Args:
        name: `bleu`, `chrf`, `chrf++` or `ter`.
        sentences: Whether it is for sentences one by one: BLEU then takes the longest n-grams
            that there are.
    """
    if name == "bleu":
        from sacrebleu.metrics.bleu import BLEU

        return BLEU(effective_order=sentences, force=True)
    if name == "ter":
        from align.evaluate.edit_rate import EditRate

        return EditRate()
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(word_order=2 if name == "chrf++" else 0)
