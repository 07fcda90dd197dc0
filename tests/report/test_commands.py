import re

import pytest

from kblint.finding import Location, Result, Skipped, Suppressed
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.source.text import Place, Source, Span
from tests.report.samples import finding, result

SGR = re.compile(r"\x1b\[[0-9;]*m")
OURS = {"github": r"::(?!warning file=|notice title=kblint skipped )", "text": r"::(?!: )"}
"""What may not begin a line, where a format has lines of its own that begin alike."""


def full_of(command: str) -> Result:
    source = Source(command, f"{command} # {command}\n" * 3)
    words = f"{'long' * 14} {command} {'long' * 14} {command}"
    place = Place(source, Span(2, 5))
    found = finding(Location(place, words), Location(place, words), message=words, help=words, symptom=words)
    skipped = (Skipped(command, words), Skipped(f"{command}2", words))
    return result(found, suppressed=(Suppressed(found, words),), skipped=skipped)


@pytest.mark.parametrize(
    "command", ["::error::owned", "::stop-commands::x", "##[add-mask]x", "##vso[task.setvariable]x", "##teamcity[x]"]
)
@pytest.mark.parametrize("name", format_names())
@pytest.mark.parametrize("color", [True, False])
def test_no_line_is_a_command_to_a_ci_server(name: str, command: str, color: bool) -> None:
    text = format_renderer(name)(full_of(command), RenderOptions(color=color, show_suppressed=True))
    lines = [SGR.sub("", line).strip() for line in text.splitlines()]
    assert [line for line in lines if re.match(OURS.get(name, "::"), line)] == []
    assert re.search(r"##\w*\[", text) is None
