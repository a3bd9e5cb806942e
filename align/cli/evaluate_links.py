"""`align evaluate --links`: the output of a word aligner against a gold set."""

from __future__ import annotations

from pathlib import PurePath

from align.cli.evaluate_inputs import check_stdin
from align.cli.evaluate_options import Format
from align.cli.options import check_outputs
from align.cli.streams import print_rich, write_output
from align.errors import InputError, UsageError


def evaluate_links(
    gold: str,
    hypothesis: str | None,
    *,
    first: int,
    samples: int,
    seed: int,
    system: str | None,
    format: Format,
    output: str | None,
) -> None:
    """Score links in the Pharaoh format, and write the figures.

    Args:
        gold: File of the gold set.
        hypothesis: File of the links that were found, numbered likewise.
        first: The number of the first word in both, 0 or 1.
        samples: Of the bootstrap; 0 for none.
        seed: Of its draws.
        system: What to call the aligner.
        format: What to write; there is no page.
        output: Where.
    """
    if hypothesis is None:
        raise UsageError("--links needs --hypothesis FILE, links as `align words` writes them")
    if format is Format.html:
        raise UsageError("--links has no page; `align words --format html` draws links")
    check_stdin((gold, hypothesis))
    check_outputs([path for path in (gold, hypothesis) if path != "-"], output)
    from align.evaluate.word_links import error_rate_interval, read_gold_links, score_links
    from align.report import word_links as report

    truth = read_gold_links(gold, first=first)
    found = [one.possible for one in read_gold_links(hypothesis, first=first)]
    if len(found) != len(truth):
        raise InputError(hypothesis, f"{len(found):,} lines for the {len(truth):,} of {gold}")
    if not any(one.possible for one in truth):
        raise InputError(gold, "holds no links")
    interval = None
    if samples:
        interval = error_rate_interval(found, truth, samples=samples, seed=seed)
    own = "standard input" if hypothesis == "-" else PurePath(hypothesis).name
    scored = report.ScoredLinks(
        system or own, PurePath(gold).stem, len(truth), score_links(found, truth), interval
    )
    if format is Format.table:
        print_rich(report.links_view(scored), output)
    elif format is Format.json:
        from align.report.jsonl import json_line

        write_output(output, [json_line(report.links_record(scored))])
    elif format is Format.markdown:
        write_output(output, report.links_markdown(scored))
    else:
        write_output(output, report.links_latex(scored))
