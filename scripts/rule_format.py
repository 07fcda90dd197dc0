"""Bring docs/rule-format.md up to date: the page is made from the JSON Schema of rule files and one of kblint's rules.

`python scripts/rule_format.py` writes it; a test fails when it is stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kblint.engine.catalog import schema_text

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rule-format.md"
_SHOWN = "rules/balancer/proxy-protocol.yaml"

_INTRO = """# The rule format

A rule is one YAML file. `kblint check --rules DIR` adds those of a folder to kblint's own; a rule file can run no code,
and one that is not well formed is refused when it is loaded, with file, line and column.

Made from `kblint/engine/rule.schema.json` by `python scripts/rule_format.py`.

"""
_MARKS = """The line that a bad example is reported at carries the comment `# <- primary`, the lines of its related
places `# <- related`, and one that is both `# <- primary, related`. The tests run every example: exactly the marked
lines must be shown, and a safe fix must leave nothing to report. `kblint explain` shows them underlined instead.
"""
_SECTIONS = {
    "case": "A case",
    "location": "`location`",
    "related": "An entry of `related`",
    "fix": "`fix`",
    "edit": "An entry of `also`",
    "lower": "An entry of `lower`",
    "example": "An example",
}
_KINDS = {
    "id": "rule id",
    "template": "text",
    "expression": "expression",
    "path": "path",
    "input": "text, or texts by file name",
    "symptom": "text",
    "case": "case",
    "related": "list",
    "fix": "mapping",
    "edit": "edit",
    "example": "example",
}
_TYPES = {"string": "words", "integer": "number", "boolean": "true or false", "object": "mapping", "array": "list"}


def page() -> str:
    """The whole page, in Markdown."""
    schema = json.loads(schema_text())
    parts = [_INTRO, f"{schema['description']}\n\n", "```yaml\n", _head(), "```\n\n"]
    required = {*schema["required"], *schema["else"]["required"]}
    parts += ["## The keys of a rule\n\n", *_table(schema, required)]
    for name, title in _SECTIONS.items():
        parts += [f"\n## {title}\n\n", *_table(_section(schema, name))]
    parts += ["\n## Texts, expressions, paths\n\n"]
    for name in ("template", "expression", "path"):
        described = schema["$defs"][name]
        parts.append(f"- **{described['title'][:1].upper()}{described['title'][1:]}.** {described['description']}\n")
    parts += ["\n## Marks\n\n", _MARKS]
    return "".join(parts)


def _head() -> str:
    """A rule of kblint's own, without its examples."""
    text = (ROOT / _SHOWN).read_text(encoding="utf-8")
    return f"# {_SHOWN}, without its examples\n{text[: text.index('examples:')]}"


def _section(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The mapping that a section describes: a definition or a key of the rule, or what such a list holds."""
    described = schema["$defs"].get(name) or schema["properties"][name]
    found: Mapping[str, Any] = described.get("items", described)
    return found


def _table(described: Mapping[str, Any], required: set[str] | None = None) -> Iterator[str]:
    needed = required if required is not None else set(described.get("required", ()))
    yield "| key | holds | meaning |\n| --- | --- | --- |\n"
    for key, value in described["properties"].items():
        mark = " (needed)" if key in needed else ""
        yield f"| `{key}`{mark} | {_kind(value)} | {value.get('description', '').replace('|', chr(92) + '|')} |\n"


def _kind(value: Mapping[str, Any]) -> str:
    """What a key holds, in a word or two."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return _KINDS.get(name, "words") if name != "severity" else "`error`, `warning` or `info`"
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    if "const" in value:
        return "`true`"
    if "title" in value:
        return str(value["title"]).removeprefix("a ").removeprefix("an ")
    if value["type"] == "array":
        return f"list of {_plural(_kind(value['items']))}"
    return _TYPES[value["type"]]


def _plural(kind: str) -> str:
    if kind == "words":
        return kind
    kind = kind.partition(" such as ")[0]
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
