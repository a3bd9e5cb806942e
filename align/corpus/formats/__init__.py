"""Files of pairs: TSV, Moses pairs, JSON Lines, TMX, Parquet; XLIFF is only read.

The name tells the format, `.gz` and `.xz` that it is packed. All are streams: memory does not
grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from align.bitext.pair import Pair
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.lines import read_lines, write_lines
from align.corpus.formats.names import Corpus, corpus_to_read, corpus_to_write, find_corpora
from align.corpus.formats.packed import write_packed
from align.errors import UsageError

__all__ = ["find_corpora", "read_pairs", "write_pairs", "write_records"]


def read_pairs(
    path: str,
    *,
    languages: tuple[str, str] = ("ur", "en"),
    skipped: Callable[[str], None] | None = None,
    header: bool = False,
) -> Iterator[Pair]:
    """Yield the pairs of a corpus, in order.

    Args:
        path: A file, either file or the prefix of a Moses pair; or `-` for standard input, or a
            pipe without a suffix: TSV, or JSON Lines where it begins with a brace.
        languages: Codes of source and target, by which sides of a Moses pair, fields and
            variants of TMX and XLIFF are found.
        skipped: Is told of broken records, one line each; what can be read is read. Of a file
            that is cut off that is what stands before.
        header: Whether the first row of a TSV file names its columns.

    Raises:
        InputError: The file cannot be read at all; without `skipped` at the first broken
            record, with its line.
        MissingExtraError: Parquet, without pyarrow.
    """
    faults = Faults(path, skipped)
    corpus = corpus_to_read(path, languages)
    if corpus.kind == "stream":
        yield from _parse_stream(path, faults, languages, header=header)
    elif corpus.kind == "moses":
        from align.corpus.formats.moses import read_moses

        yield from read_moses(corpus.paths, faults)
    elif corpus.kind == "tsv":
        from align.corpus.formats.tsv import parse_rows

        yield from parse_rows(read_lines(path, faults), faults, header=header)
    elif corpus.kind == "jsonl":
        from align.corpus.formats.jsonl import parse_records

        yield from parse_records(read_lines(path, faults), faults, languages=languages)
    elif corpus.kind == "tmx":
        from align.corpus.formats.tmx import read_tmx

        yield from read_tmx(path, faults, languages=languages)
    elif corpus.kind == "xliff":
        from align.corpus.formats.xliff import read_xliff

        yield from read_xliff(path, faults, languages=languages)
    else:
        from align.corpus.formats.parquet import read_parquet

        yield from read_parquet(path, faults, languages=languages)


def _parse_stream(
    path: str, faults: Faults, languages: tuple[str, str], *, header: bool
) -> Iterator[Pair]:
    from align.corpus.formats.jsonl import parse_records
    from align.corpus.formats.tsv import parse_rows

    lines = read_lines(path, faults)
    head = []
    for number, line in lines:
        head.append((number, line))
        if line and not line.isspace():
            break
    every = chain(head, lines)
    if head and (head[-1][1] or "").lstrip().startswith("{"):
        yield from parse_records(every, faults, languages=languages)
    else:
        yield from parse_rows(every, faults, header=header)


def write_pairs(
    path: str,
    pairs: Iterable[Pair],
    *,
    languages: tuple[str, str] = ("ur", "en"),
    facts: Mapping[str, str] | None = None,
    changed: Callable[[str], None] | None = None,
    header: bool = False,
    kind: str | None = None,
) -> int:
    """Write a corpus, whole or not at all, and return how many pairs.

    Args:
        path: Its name, which tells the format; `-` is standard output, as TSV.
        pairs: What to write; streamed.
        languages: Codes of source and target.
        facts: What there is to say of the corpus as a whole, for formats that have a place
            for it: TMX and Parquet.
        changed: Is told, one line for each kind, where the format could not hold the pairs as
            they are: tabs and line ends, characters that XML has not, halves of surrogate pairs.
        header: Whether to begin TSV with the names of its columns.
        kind: tsv or jsonl, for standard output.

    Raises:
        UsageError: The name is of no format, or the file cannot be written.
        MissingExtraError: Parquet, without pyarrow.
    """
    changes = Changes()
    corpus = Corpus(kind or "tsv", ("-",)) if path == "-" else corpus_to_write(path, languages)
    if corpus.kind == "moses":
        from align.corpus.formats.moses import write_moses

        count = write_moses(corpus.paths, pairs, changes)
    else:
        count = _write_one(corpus, pairs, changes, languages, facts or {}, header=header)
    if changed is not None:
        for line in changes.lines(path):
            changed(line)
    return count


def write_records(path: str, lines: Iterable[str]) -> int:
    """Write lines of JSON that are pairs and more, whole or not at all; return how many.

    Raises:
        UsageError: The file cannot be written, or its name does not end in .jsonl (.gz, .xz).
    """
    corpus = corpus_to_write(path, ("ur", "en"))
    if corpus.kind != "jsonl":
        raise UsageError(
            f"{path}: is JSON Lines; let its name end in .jsonl, .jsonl.gz or .jsonl.xz"
        )
    with write_packed(path) as (stream,):
        return write_lines(stream, lines, Changes())


def _write_one(
    corpus: Corpus,
    pairs: Iterable[Pair],
    changes: Changes,
    languages: tuple[str, str],
    facts: Mapping[str, str],
    *,
    header: bool,
) -> int:
    with write_packed(*corpus.paths) as (stream,):
        if corpus.kind == "tmx":
            from align.corpus.formats.tmx import write_tmx

            return write_tmx(stream, pairs, changes, languages=languages, facts=facts)
        if corpus.kind == "parquet":
            from align.corpus.formats.parquet import write_parquet

            return write_parquet(stream, pairs, changes, facts=facts)
        if corpus.kind == "jsonl":
            from align.corpus.formats.jsonl import records

            return write_lines(stream, records(pairs, changes), changes)
        from align.corpus.formats.tsv import rows

        return write_lines(stream, rows(pairs, changes, header=header), changes) - header
