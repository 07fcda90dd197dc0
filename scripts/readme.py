"""Bring README.md and its pictures up to date: rule list, printed output and pictures are made by running kblint.

`python scripts/readme.py` writes them; the tests fail when they are stale.
"""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from kblint.cli.main import cli

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURES = {
    "docs/finding.svg": "kblint check fixtures/keybuzz/2-503-balancer-port --color always",
    "docs/trace.svg": "kblint trace fixtures/keybuzz/2-503-balancer-port --to platform.keybuzz.io --format svg",
}

_RUN = re.compile(r"(<!-- run: (?P<command>kblint [^>]*?) -->\n```text\n).*?(```\n)", re.DOTALL)
_RULES = re.compile(r"(<!-- rules -->\n).*?(<!-- /rules -->\n)", re.DOTALL)
_THEME = TerminalTheme(
    (13, 17, 23),
    (201, 209, 217),
    [
        (72, 79, 88),
        (255, 123, 114),
        (63, 185, 80),
        (210, 153, 34),
        (88, 166, 255),
        (188, 140, 255),
        (57, 197, 207),
        (177, 186, 196),
    ],
    [
        (110, 118, 129),
        (255, 161, 152),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (240, 246, 252),
    ],
)
# rich's own template loads its fonts from the web; a picture in a repository should not
_FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>{lines}</defs>
<rect fill="#0d1117" x="0" y="0" width="100%" height="100%" rx="8"/>
<g transform="translate({terminal_x}, 16)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def run(command: str) -> str:
    """What a kblint command prints."""
    result = CliRunner().invoke(cli, shlex.split(command)[1:], standalone_mode=False, color=True)
    if result.exception is not None:
        raise result.exception
    return result.output


def readme(text: str) -> str:
    """The README with its generated parts made anew."""
    text = _RUN.sub(lambda match: match[1] + run(match["command"]) + match[3], text)
    return _RULES.sub(lambda match: match[1] + run("kblint rules --format markdown") + match[2], text)


def picture(command: str) -> str:
    """What a command draws, or a terminal's picture of it and what it prints."""
    if "--format svg" in command:
        return run(command)
    shown = command.removesuffix(" --color always")
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ {shown}\n", style="bold"), Text.from_ansi(run(command)), sep="")
    return console.export_svg(code_format=_FORMAT, theme=_THEME, unique_id="kblint")


def main() -> None:
    """Write everything."""
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    for path, command in PICTURES.items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(picture(command), encoding="utf-8")


if __name__ == "__main__":
    main()
