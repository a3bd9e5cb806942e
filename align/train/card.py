"""The card of a trained model, `README.md`: data, recipe, scores; from `card.md`.

It says what the record of the training says, `facts`, and leaves out what that does not have:

    date, base (model it started from), seed, steps, epochs, tokens, minutes
    corpora      list of name, weight, final_weight, pairs, sha256
    machine      as `align.train.machine.machine_facts` gives it
    options      name to value of what else the recipe was told
    dev          test set to `Scores.record`: what chose the checkpoint
    forgetting   what `align.train.forgetting.changes` gives
    terms        what may be done with the model, in Markdown
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

from align.train.forgetting import change_table
from align.translate.models import ModelInfo

_TEMPLATE: Final = Path(__file__).with_name("card.md")
_LANGUAGES: Final = {"ur": "Urdu", "en": "English"}


def card(info: ModelInfo, config: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the text of the card.

    Args:
        info: Figures and scores of the model as it lies on disk.
        config: Its `config.json`.
        facts: The record of its training, see the head of this file.
    """
    source, target = facts.get("source_language", "ur"), facts.get("target_language", "en")
    separate = not config.get("share_encoder_decoder_embeddings", True)
    conversion = info.conversion
    text = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=info.model.name,
        languages=f"{source}, {target}",
        pair=f"{_LANGUAGES.get(source, source)} to {_LANGUAGES.get(target, target)}",
        base=f", starting from {facts['base']}" if facts.get("base") else "",
        conversion=(
            f" with its CTranslate2 conversion to {conversion['quantization']} in `ctranslate2/`"
            if conversion
            else ""
        ),
        parameters=f"{info.parameters / 1e6:.1f}",
        encoder=info.encoder,
        decoder=info.decoder,
        width=info.width,
        heads=config.get("encoder_attention_heads", "?"),
        feed_forward=f"{config.get('encoder_ffn_dim', 0):,}",
        vocabulary=f"{info.vocabulary:,}",
        vocabularies="one vocabulary a side" if separate else "shared by both sides",
        run=_run(facts),
        corpora=_corpora(facts.get("corpora", ())),
        options=_options(facts.get("options", {})),
        terms=facts.get("terms") or _unknown_terms(facts),
        scores=_scores(info.scores, facts.get("dev", {})),
        forgetting=_forgetting(facts.get("forgetting", ())),
    )
    return _squeezed(text)


def _run(facts: Mapping[str, Any]) -> str:
    machine = facts.get("machine", {})
    where = ", ".join(
        str(part)
        for part in (
            machine.get("gpu"),
            machine.get("cpu"),
            _counted(machine["threads"], "thread") if "threads" in machine else None,
            f"torch {machine['torch']}" if "torch" in machine else None,
        )
        if part
    )
    counts = (("step", "steps"), ("target token", "tokens"), ("minute", "minutes"))
    figures = [_counted(facts[key], one) for one, key in counts if key in facts]
    seed = [f"seed {facts['seed']}"] if "seed" in facts else []
    date = f" on {facts['date']}" if "date" in facts else ""
    return f"Trained{date}: {', '.join([*figures, *seed])}" + (f"; {where}." if where else ".")


def _counted(count: float, noun: str) -> str:
    shown = f"{count:,.0f}"
    return f"{shown} {noun}" if shown == "1" else f"{shown} {noun}s"


def _corpora(corpora: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (str(one["name"]), _weight(one), f"{one['pairs']:,}", f"`{str(one['sha256'])[:16]}`")
        for one in corpora
    ]
    return _table(("data", "passes an epoch", "pairs", "SHA-256"), rows) if rows else ""


def _weight(corpus: Mapping[str, Any]) -> str:
    weight, final = corpus.get("weight", 1.0), corpus.get("final_weight")
    return f"{weight:g}" if final is None else f"{weight:g} to {final:g}"


def _options(options: Mapping[str, Any]) -> str:
    told = [f"`{name}` {value}" for name, value in options.items() if value not in (None, False)]
    return f"Options: {', '.join(told)}." if told else ""


def _unknown_terms(facts: Mapping[str, Any]) -> str:
    names = ", ".join(str(one["name"]) for one in facts.get("corpora", ()))
    data = f"Those of the data apply: {names}." if names else "Those of the data apply."
    base = facts.get("base")
    return f"{data} So do those of the model that it started from, {base}." if base else data


def _scores(scores: Mapping[str, Any], dev: Mapping[str, Any]) -> str:
    parts = []
    if scores:
        parts.append("By sacrebleu, with `align` (beam 4, retries of suspicious output):")
        parts.append(_score_table(scores))
    if dev:
        parts.append("On the sets that chose the checkpoint, greedy:")
        parts.append(_score_table(dev))
    return "\n\n".join(parts) or "Not measured."


def _score_table(scores: Mapping[str, Any]) -> str:
    rows = [
        (name, f"{one['segments']:,}", f"{one['bleu']:.1f}", f"{one['chrf']:.1f}")
        for name, one in scores.items()
    ]
    signatures: dict[str, None] = {}
    for one in scores.values():
        signatures[f"BLEU `{one['bleu_signature']}`, chrF `{one['chrf_signature']}`"] = None
    table = _table(("test set", "segments", "BLEU", "chrF"), rows)
    return f"{table}\n\nSignatures: {'; '.join(signatures)}."


def _forgetting(changes: Sequence[Mapping[str, Any]]) -> str:
    if not changes:
        return ""
    return f"\n## What it learnt and what it forgot\n{change_table(changes)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _squeezed(text: str) -> str:
    """Return `text` with at most one blank line in a row, and one line end at the end."""
    lines: list[str] = []
    for line in text.rstrip().split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
