"""Parquet: a column for each field of `Pair`; read and written a row group at a time.

Needs pyarrow, which the extra `parquet` installs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any, Final

from align.articles.source import read_regular
from align.bitext.pair import Pair
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.fields import TEXT_FIELDS
from align.corpus.formats.jsonl import pair_of
from align.corpus.formats.lines import HALVES, encodable
from align.errors import InputError, MissingExtraError, one_line

_GROUP: Final = 2**15  # rows
_BATCH: Final = 2**12
_TEXTS: Final = ("source", "target", *TEXT_FIELDS)


def read_parquet(path: str, faults: Faults, *, languages: tuple[str, str]) -> Iterator[Pair]:
    """Yield the pairs of the rows.

    The texts are the columns source and target or the codes of the languages, also within a
    struct `translation`, as the Hugging Face hub has it.

    Raises:
        InputError: It is no Parquet file, or has no such columns.
        MissingExtraError: pyarrow is not installed.
    """
    pyarrow, parquet = _pyarrow()
    wanted = {*_TEXTS, "score", *languages}
    number = 0
    try:
        # Opened here, as pyarrow takes no name that is not UTF-8, and waits at pipes.
        with read_regular(path) as stream, parquet.ParquetFile(stream) as file:
            names = [name for name in file.schema_arrow.names if name in wanted]
            for batch in file.iter_batches(_BATCH, columns=names):
                columns = [column.to_pylist() for column in batch.columns]
                for values in zip(*columns, strict=True):
                    number += 1
                    try:
                        yield pair_of(dict(zip(names, values, strict=True)), languages)
                    except ValueError as error:
                        faults.add(f"{error} (row {number:,})")
            if not number and not names:
                raise InputError(path, f"no columns source and target or {' and '.join(languages)}")
    except (pyarrow.ArrowException, UnicodeDecodeError, OSError) as error:
        after = f" (after row {number:,})" if number else ""
        faults.add(f"no Parquet file that can be read: {one_line(error)}{after}")


def write_parquet(
    stream: IO[bytes], pairs: Iterable[Pair], changes: Changes, *, facts: Mapping[str, str]
) -> int:
    """Write the pairs in row groups, `facts` as metadata; return how many.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    pyarrow, parquet = _pyarrow()
    schema = pyarrow.schema(
        [
            pyarrow.field("source", pyarrow.string(), nullable=False),
            pyarrow.field("target", pyarrow.string(), nullable=False),
            pyarrow.field("score", pyarrow.float64()),
            *(pyarrow.field(name, pyarrow.string()) for name in TEXT_FIELDS),
        ],
        metadata={encodable(k): encodable(v) for k, v in facts.items()},
    )
    count = 0
    numbered = iter(pairs)
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        while group := list(islice(numbered, _GROUP)):
            columns: dict[str, list[Any]] = {
                name: _column(group, name, count, changes) for name in _TEXTS
            }
            columns["score"] = [pair.score for pair in group]
            writer.write_table(pyarrow.table(columns, schema=schema), row_group_size=_GROUP)
            count += len(group)
    return count


def _column(group: list[Pair], name: str, before: int, changes: Changes) -> list[str | None]:
    """Return the values of a field; empty ones that may be left out are null."""
    is_null = ("",) if name in TEXT_FIELDS[1:] else ()
    values = []
    for number, pair in enumerate(group, before + 1):
        value = getattr(pair, name)
        if value is not None and (whole := encodable(value)) is not value:
            changes.add(HALVES, number)
            value = whole
        values.append(None if value in is_null else value)
    return values


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("Parquet", "parquet") from None
    return pyarrow, pyarrow.parquet
