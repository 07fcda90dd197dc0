"""Several reports of one run: `-f sarif -o out.sarif -f text`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click
from msgspec import Struct

from kblint.errors import UsageError

_ORDER = "kblint.order"


class WantedReport(Struct, frozen=True):
    """A format, and the file to write it into; None for standard output. `is_beside` another report that says more."""

    format_name: str
    output: str | None
    is_beside: bool = False


class InOrder(click.Command):
    """A command that remembers in which order formats and outputs were given: each output is that of a format."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What click makes of the words; the order stays in the context, for `wanted_reports`."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_ORDER] = tuple(one.name for one in order if one.name in ("formats", "outputs"))
        return super().parse_args(ctx, args)


def wanted_reports(ctx: click.Context, formats: Sequence[str], outputs: Sequence[str]) -> tuple[WantedReport, ...]:
    """The reports that the command line asks for: an output belongs to the format that is named last before it.

    Of one format and one output the order does not matter. Without either, there is the text, and where GitHub runs the
    job, its annotations before that.

    Raises:
        UsageError: two reports would go into one file, or to standard output, or an output has no format.
    """
    if not formats and not outputs and os.environ.get("GITHUB_ACTIONS") == "true":
        return (WantedReport("github", None, is_beside=True), WantedReport("text", None))
    if len(formats) <= 1 and len(outputs) <= 1:
        return (WantedReport(formats[0] if formats else "text", outputs[0] if outputs else None),)
    made: list[WantedReport] = []
    left = {"formats": iter(formats), "outputs": iter(outputs)}
    for name in ctx.meta[_ORDER]:
        value = next(left[name])
        if name == "formats":
            made.append(WantedReport(value, None))
        elif not made or made[-1].output is not None:
            raise UsageError(f"`-o {value}` belongs to no report", help=_HELP)
        else:
            made[-1] = WantedReport(made[-1].format_name, value)
    printed = [report.format_name for report in made if report.output is None]
    if len(printed) > 1:
        named = " and ".join(f"`{name}`" for name in printed)
        raise UsageError(f"{named} would both be printed", help=_HELP)
    files = [os.path.abspath(report.output) for report in made if report.output is not None]  # noqa: PTH100 - a name
    if len(set(files)) < len(files):
        raise UsageError("two reports would be written into one file", help="name a file for each")
    return tuple(made)


_HELP = "name each format, then its file: `-f sarif -o kblint.sarif -f text`; one report may do without, and is printed"
