"""The site holds every page and every rule, and all its links lead to pages of it; `make site` builds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
import yaml

from scripts.readme import ROOT
from scripts.site import DOCS, pages
from tests.given.runs import catalog

PAGES = pages(catalog().rules)
CONFIGURATION = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def linked(name: str) -> Iterator[str]:
    """The pages and pictures of the site that a page links, from the top."""
    code = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
    for target in re.findall(r"\]\((?!https?://|#)([^)\s#]+)", code.sub("", PAGES[name])):
        parts: list[str] = []
        for part in (PurePosixPath(name).parent / target).parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        yield "/".join(parts)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_page_of_the_site(name: str) -> None:
    pictures = {path.name for path in DOCS.glob("*.svg")}
    assert [target for target in linked(name) if target not in PAGES and target not in pictures] == []


def test_every_page_stands_in_the_navigation_and_every_rule_in_the_list() -> None:
    named = [path for entry in CONFIGURATION["nav"] for path in entry.values()]
    assert sorted(named) == sorted(name for name in PAGES if not re.match(r"rules/[A-Z]", name))
    assert set(linked("rules/index.md")) == {f"rules/{id}.md" for id in catalog().rules}


@pytest.mark.parametrize("id", catalog().rules)
def test_a_page_of_a_rule_says_when_not_to_listen_to_it_and_how_to_silence_it(id: str) -> None:
    text = PAGES[f"rules/{id}.md"]
    told = text.partition("## When not to listen to it")[2].partition("## How to silence it")[0]
    assert told.strip()
    assert f"# kblint: ignore[{id}]" in text


def test_nothing_of_the_site_is_fetched_from_elsewhere() -> None:
    assert CONFIGURATION["theme"]["font"] is False
    assert not [key for key in ("extra_javascript", "repo_url", "site_url") if key in CONFIGURATION]
