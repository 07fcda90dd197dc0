"""Draw the generated parts of `docs/architecture.md` from the tables of `tests/floors.py` and the modules themselves.

`python -m scripts.architecture` writes them; a test fails when they are stale.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.floors import ABOVE, FLOORS, PACKAGE, READ, WIRE

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
_PART = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- /(?P=name) -->\n)", re.DOTALL)


def page(text: str) -> str:
    """The page with its generated parts made anew."""
    parts = {
        "floors": _floors(),
        "read": _rooms("read", READ),
        "wire": _rooms("wire", WIRE),
        "admission": _modules(PACKAGE / "admission"),
        "engine": _modules(PACKAGE / "engine"),
    }
    return _PART.sub(lambda match: f"{match[1]}{parts[match['name']]}{match[3]}", text)


def _floors() -> str:
    rows = [
        f"| `{room}` | {_about(PACKAGE / room)} | {', '.join(f'`{one}`' for one in sorted(below)) or 'nothing'} |"
        for room, below in FLOORS.items()
    ]
    rows += [f"| `{room}` | {_about(PACKAGE / room)} | all below |" for room in ABOVE]
    return "\n".join(["| room | what it is for | may import |", "|---|---|---|", *rows]) + "\n"


def _rooms(floor: str, rooms: Iterable[str]) -> str:
    return "".join(
        f"\n**`{floor}/{room}`** {_about(PACKAGE / floor / room)}\n{_modules(PACKAGE / floor / room)}" for room in rooms
    )


def _modules(folder: Path) -> str:
    """The modules of a room; nothing for a room that is a single module."""
    if not folder.is_dir():
        return ""
    rows = [
        f"| [`{path.relative_to(folder)}`](../{path.relative_to(ROOT)}) | {_about(path)} |"
        for path in sorted(folder.rglob("*.py"))
        if path.name != "__init__.py"
    ]
    return "\n".join(["", "| module | what it holds |", "|---|---|", *rows]) + "\n"


def _about(path: Path) -> str:
    """The first sentence of a module or package about itself."""
    module = path if path.suffix else path.with_suffix(".py")
    file = module if module.is_file() else path / "__init__.py"
    doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    first = " ".join(doc.split("\n\n")[0].split())
    return first.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
