"""JSON Lines: an object a line, with the fields of `Pair`; empty ones are left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from align.bitext.pair import Pair
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.fields import TEXT_FIELDS, parse_score
from align.corpus.formats.lines import HALVES, encodable
from align.errors import not_json

_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def parse_records(
    lines: Iterable[tuple[int, str | None]], faults: Faults, *, languages: tuple[str, str]
) -> Iterator[Pair]:
    """Yield the pairs of the lines; blank lines are left out, unknown fields passed over.

    The texts are the fields source and target or the codes of the two languages, also inside an
    object `translation`.
    """
    for number, line in lines:
        if line is None or not line or line.isspace():
            continue
        try:
            yield _pair(line, languages)
        except json.JSONDecodeError as error:
            faults.add(not_json(error), line=number)
        except RecursionError:
            faults.add("not JSON that can be read: nested too deeply", line=number)
        except ValueError as error:
            reason = str(error)
            if "integer string conversion" in reason:
                reason = "not JSON that can be read: a number of thousands of digits"
            faults.add(reason, line=number)


def pair_of(record: dict[str, Any], languages: tuple[str, str]) -> Pair:
    """Return the pair of an object with the fields that `parse_records` understands.

    Raises:
        ValueError: The texts are missing or no texts, or the score is none; says so.
    """
    texts = record
    if isinstance(record.get("translation"), dict):
        texts = record["translation"]
        record = {name: value for name, value in record.items() if name != "translation"}
    for source, target in (("source", "target"), languages):
        if source in texts and target in texts:
            break
    else:
        there = ", ".join(map(str, texts))[:100] or "none"
        raise ValueError(
            f"no fields source and target or {' and '.join(languages)} (there: {there})"
        )
    rest = {name: record[name] for name in TEXT_FIELDS if record.get(name) is not None}
    for name, value in (*rest.items(), (source, texts[source]), (target, texts[target])):
        if not isinstance(value, str):
            raise ValueError(f"{name} is to be text, not {type(value).__name__}")
    score = parse_score(record.get("score"))
    return Pair(texts[source], texts[target], score, **rest)


def _pair(line: str, languages: tuple[str, str]) -> Pair:
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    pair = pair_of(record, languages)
    if "\\u" in line:  # the only way in for half a surrogate pair
        pair = pair.mapped(encodable)
    return pair


def records(pairs: Iterable[Pair], changes: Changes) -> Iterator[str]:
    """Yield a line for each pair, without its end."""
    for number, pair in enumerate(pairs, 1):
        line = _encode(record_of(pair))
        whole = encodable(line)
        if whole is not line:
            changes.add(HALVES, number)
        yield whole


def record_of(pair: Pair) -> dict[str, Any]:
    """Return the object of a pair."""
    record: dict[str, Any] = {"source": pair.source, "target": pair.target}
    if pair.score is not None:
        record["score"] = pair.score
    if pair.translation is not None:
        record["translation"] = pair.translation
    for name in TEXT_FIELDS[1:]:
        if value := getattr(pair, name):
            record[name] = value
    return record
