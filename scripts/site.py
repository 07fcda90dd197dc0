"""Build the site: `make site`, or `python -m scripts.site`, which needs `pip install '.[docs]'`.

Its pages are those of docs/, and one for each rule, made from its file. They are written to build/pages, and mkdocs
makes build/site of them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from kblint.api.checks import rules_of
from kblint.api.options import Options, configured
from kblint.engine.rule import Rule
from kblint.engine.template import TextTemplate
from kblint.itself import builtin_rules_folder
from kblint.views.catalog_page import page
from scripts.readme import AREAS, ROOT

DOCS = ROOT / "docs"
PAGES = ROOT / "build" / "pages"
_LINK = re.compile(r"\[([^\]\n]+)\]\((?!https?://|#)([^)\s#]+)(#[^)\s]*)?\)")


def pages(rules: Mapping[str, Rule]) -> dict[str, str]:
    """The texts of all pages by their paths in the site."""
    files = {path.stem: path for path in builtin_rules_folder().rglob("*.yaml")}
    by_file = {files[rule.name].relative_to(ROOT).as_posix(): rule.id for rule in rules.values()}
    made = {
        path.name: _linked(path.read_text(encoding="utf-8"), by_file)
        for path in sorted(DOCS.glob("*.md"))
        if path.name != "rules.md"
    }
    made["rules/index.md"] = _index(rules)
    return made | {f"rules/{rule.id}.md": rule_page(rule) for rule in rules.values()}


def rule_page(rule: Rule) -> str:
    """One rule: what `explain` says, when not to listen to it, and how to silence it."""
    # the site's Markdown asks for four blanks before what belongs to an item
    explained = re.sub(r"(?m)^  - help: ", "    - help: ", page(rule))
    return "\n".join([explained.rstrip("\n"), "", *_doubts(rule), *_silencing(rule)])


def _doubts(rule: Rule) -> Iterator[str]:
    """When a finding weighs less, and what looks like one and is none."""
    check = rule.check
    reasons = [lower.because for lower in check.lower] if check else []
    reasons += [check.likely] if check and check.likely else []
    fine = [example.title for example in rule.examples if not example.is_bad and example.title]
    yield from ("## When not to listen to it", "")
    if reasons:
        yield from ("It weighs less, and says so, where", "")
        yield from (f"- {_plain(reason)}" for reason in reasons)
        yield ""
    if fine:
        yield from ("It keeps silent, as its examples show, where this is so:", "")
        yield from (f"- {title}" for title in fine)
        yield ""
    if not reasons and not fine:
        yield from ("What it reports is certain: nothing outside of the files makes it right.", "")


def _silencing(rule: Rule) -> Iterator[str]:
    yield from ("## How to silence it", "", "For one line, with a reason:", "")
    yield from ("```yaml", f"# kblint: ignore[{rule.id}] why this is right here", "```", "", "For an object:", "")
    yield from ("```yaml", "metadata:", "  annotations:", f'    kblint.io/ignore: "{rule.id}: why this is right here"')
    yield from ("```", "", "In [kblint.yaml](../configuration.md), for some objects, or with another severity:", "")
    yield from ("```yaml", "ignore:", f"  - {{rules: [{rule.id}], objects: [Deployment/batch-*], reason: why}}")
    yield from (f"severity: {{{rule.id}: info}}", "```", "")


def _plain(template: TextTemplate) -> str:
    return "".join(part if isinstance(part, str) else "…" for part in template.parts)


def _index(rules: Mapping[str, Rule]) -> str:
    parts = ["# Rules", "", "`kblint explain LB002` shows one in the terminal.", ""]
    for area, title in AREAS.items():
        parts += [f"## {title}", "", "| rule | severity | what it reports |", "| --- | --- | --- |"]
        for rule in rules.values():
            if rule.id.rstrip("0123456789") == area:
                said = rule.summary.replace("|", "\\|")
                parts.append(f"| [{rule.id}]({rule.id}.md) {rule.name} | {rule.severity.label} | {said} |")
        parts.append("")
    return "\n".join(parts)


def _linked(text: str, by_file: Mapping[str, str]) -> str:
    """A page whose links lead to pages of the site; what is no page of it is only named."""

    def target(match: re.Match[str]) -> str:
        words, path = match[1], match[2]
        if path == "rules.md":
            return f"[{words}](rules/index.md)"
        if not path.startswith("../"):
            return match[0]
        rule = by_file.get(path.removeprefix("../"))
        return f"[{words}](rules/{rule}.md)" if rule else words if "`" in words else f"`{words}`"

    return _LINK.sub(target, text)


def write(rules: Mapping[str, Rule]) -> None:
    """Write all pages and what they show."""
    shutil.rmtree(PAGES, ignore_errors=True)
    for name, text in pages(rules).items():
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_text(text, encoding="utf-8")
    for path in (*DOCS.glob("*.svg"), DOCS / "site.css"):
        shutil.copy(path, PAGES / path.name)


def main() -> None:
    """Build the site."""
    write(rules_of(configured(Options(isolated=True))).rules)
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet", "--clean"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
