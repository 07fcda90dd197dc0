"""Bring README.md, its pictures, CONTRIBUTING.md and docs/rules.md up to date.

Printed output, pictures and lists of rules are made by running kblint, excerpts of code from the code.
`python scripts/readme.py` writes them; the tests fail when they are stale.
"""

from __future__ import annotations

import ast
import io
import json
import re
import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from kblint.cli.main import cli
from kblint.itself import builtin_rules_folder
from kblint.read.formats import formats
from kblint.releases import make
from kblint.render import build
from kblint.wire.listening import files

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
RULES = ROOT / "docs" / "rules.md"
MADE = (README, *(ROOT / "docs" / f"{name}.md" for name in ("certainty", "configuration", "index", "reading")))
"""Pages of which parts are made: printed output, lists and tables."""
AREAS = {
    "CALL": "Calls inside the cluster",
    "DOC": "Files and objects as such",
    "ING": "Ingresses, routes and gateways",
    "LB": "Load balancers",
    "NET": "Networks and policies",
    "NODE": "Ports of nodes, firewalls and K3s",
    "POD": "Pods and their ports",
    "PROC": "Processes",
    "REF": "Objects that name others",
    "REL": "Releases of charts",
    "SVC": "Services",
}
PICTURES = {
    "docs/finding.svg": "kblint check fixtures/keybuzz/2-503-balancer-port --color always",
    "docs/trace.svg": "kblint trace fixtures/keybuzz/2-503-balancer-port --to platform.keybuzz.io --format svg",
}

_RUN = re.compile(r"(<!-- run: (?P<command>kblint [^>]*?) -->\n```text\n).*?(```\n)", re.DOTALL)
_RULES = re.compile(r"(<!-- rules -->\n).*?(<!-- /rules -->\n)", re.DOTALL)
_CODE = re.compile(r"(<!-- code: (?P<file>\S+) (?P<names>[\w ]+?) -->\n```python\n).*?(```\n)", re.DOTALL)
_FORMATS = re.compile(r"(<!-- formats -->\n).*?(<!-- /formats -->\n)", re.DOTALL)
_CONFIGURATION = re.compile(r"(<!-- configuration -->\n).*?(<!-- /configuration -->\n)", re.DOTALL)
_RULES_INTRO = """# The rules

`kblint explain RULE` shows one with its reasons, examples and help. Made from [rules/](../rules/) by
`python scripts/readme.py`.
"""
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
    """A page with its generated parts made anew."""
    text = _RUN.sub(lambda match: match[1] + run(match["command"]) + match[3], text)
    text = _CONFIGURATION.sub(lambda match: match[1] + "".join(_keys()) + match[2], text)
    text = _FORMATS.sub(lambda match: match[1] + "".join(_formats()) + match[2], text)
    return _RULES.sub(lambda match: match[1] + "".join(_areas()) + match[2], text)


def contributing(text: str) -> str:
    """CONTRIBUTING.md with its excerpts of code made anew."""
    return _CODE.sub(lambda match: match[1] + excerpt(match["file"], match["names"].split()) + match[4], text)


def excerpt(path: str, names: list[str]) -> str:
    """What has these names at the top of a module, under the module's path; without what only linters read."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    by_name = {name: node for node in ast.parse(text).body for name in _names(node)}
    found = [f"# {path}"]
    for node in (by_name[name] for name in names):
        found += [re.sub(r"  # noqa.*", "", line) for line in lines[node.lineno - 1 : node.end_lineno]]
    return "\n".join(found) + "\n"


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def rules_page() -> str:
    """Every rule, area by area, each with its file."""
    files = {path.stem: path.relative_to(ROOT) for path in builtin_rules_folder().rglob("*.yaml")}
    parts = [_RULES_INTRO]
    for area, rules in groupby(json.loads(run("kblint rules --format json")), key=_area):
        parts.append(f"\n## {AREAS[area]}\n\n| rule | name | severity | what it reports |\n| --- | --- | --- | --- |\n")
        for rule in rules:
            link, said = f"[{rule['id']}](../{files[rule['name']].as_posix()})", rule["summary"].replace("|", "\\|")
            parts.append(f"| {link} | {rule['name']} | {rule['severity']} | {said} |\n")
    return "".join(parts)


def _areas() -> Iterator[str]:
    """How many rules there are of what."""
    yield "| rules | of what | how many |\n| --- | --- | --- |\n"
    for area, rules in groupby(json.loads(run("kblint rules --format json")), key=_area):
        yield f"| {area} | {AREAS[area].lower().replace('k3s', 'K3s')} | {len(list(rules))} |\n"


def _formats() -> Iterator[str]:
    """Every format with its forms and limits: those of files, then what is made of several."""
    yield "| what | in which forms | what is not followed |\n| --- | --- | --- |\n"
    read = sorted(formats().about.values(), key=lambda one: one.name.strip("`").lower())
    for one in (*read, files.FORMAT, make.FORMAT, build.FORMAT):
        yield f"| {one.name} | {one.forms} | {one.limits} |\n"


def _keys() -> Iterator[str]:
    """Every key of kblint.yaml, as its schema describes it."""
    schema = json.loads(run("kblint schema config"))
    yield "| key | holds | what it says |\n| --- | --- | --- |\n"
    for name, key in _described(schema["properties"], ""):
        said = key.get("description", "").replace("|", "\\|")
        yield f"| `{name}` | {_held(key)} | {said} |\n"


def _described(properties: dict[str, Any], above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, key in properties.items():
        yield f"{above}{name}", key
        yield from _described(key.get("properties", {}), f"{above}{name}.")


def _held(key: dict[str, Any]) -> str:
    if "enum" in key:
        return ", ".join(f"`{choice}`" for choice in key["enum"])
    kinds = {"array": "a list", "integer": "a number", "object": "keys", "string": "a text"}
    return kinds.get(str(key.get("type")), "one of several forms")


def _area(rule: dict[str, str]) -> str:
    return rule["id"].rstrip("0123456789")


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
    for made in MADE:
        made.write_text(readme(made.read_text(encoding="utf-8")), encoding="utf-8")
    CONTRIBUTING.write_text(contributing(CONTRIBUTING.read_text(encoding="utf-8")), encoding="utf-8")
    RULES.write_text(rules_page(), encoding="utf-8")
    for path, command in PICTURES.items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(picture(command), encoding="utf-8")


if __name__ == "__main__":
    main()
