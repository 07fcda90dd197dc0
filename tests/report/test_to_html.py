"""The HTML report: one page that reads without a script and obeys nobody's names."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from kblint.finding import NotRead, NotReadKind, Result, Skipped
from kblint.overview import overview
from kblint.report.options import RenderOptions
from kblint.report.to_html import render
from kblint.tracing import Trace
from tests.cli.running import FIXTURES, run
from tests.report import samples, trace_samples

OPTIONS = RenderOptions(show_suppressed=True)


class Page(HTMLParser):
    """The elements of a page, and its text; whatever is not closed in order is an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def hostile() -> Result:
    return overview(samples.hostile(), trace_samples.hostile())


def small() -> Result:
    return overview(samples.result(samples.https_to_tls()), trace_samples.two_sites())


@pytest.mark.parametrize("make", [hostile, small, samples.hostile, samples.result])
def test_a_page_holds_nothing_that_runs_or_is_loaded(make: Callable[[], Result]) -> None:
    page = Page(render(make(), OPTIONS))
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "img", "iframe", "link", "object", "form", "base", "b"})
    names = {name for _, attributes in page.elements for name in attributes}
    assert [name for name in names if name.startswith("on") or name in ("src", "action", "style")] == []
    assert all(address.startswith("#") for address in page.attributes("href"))
    style = "".join(re.findall(r"<style>.*?</style>", render(make(), OPTIONS), re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("make", [hostile, small])
def test_every_link_leads_to_something_that_is_there_once(make: Callable[[], Result]) -> None:
    page = Page(render(make(), OPTIONS))
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {address.removeprefix("#") for address in page.attributes("href")} <= set(ids)


def test_the_map_and_the_table_lead_to_the_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "next-apps/wrong")
    code, text = run("check", ".", "-f", "html")
    page = Page(text)
    assert code == 1
    titles = re.findall(r'<article id="(finding-\d)" class="error">\n<h3>.*?class="rule">(\w+)<', text)
    assert {rule for _, rule in titles} == {"POD001", "POD015", "PROC001", "SVC007"}
    anchor = {rule: id for id, rule in titles}["PROC001"]
    assert page.attributes("href").count(f"#{anchor}") == 3  # two rows of the table, one card of the map
    assert "nothing listens there, the process listens on 8088" in page.text


def test_what_was_not_followed_is_said_with_its_reason() -> None:
    place = samples.at(samples.SERVICE, "kind").place
    made = samples.result(skipped=(Skipped("a.yaml.j2", "template"),))
    made = overview(made, Trace("kubernetes", trace_samples.trace().start, ()))
    assert "1 input: template" in Page(render(made, OPTIONS)).text
    assert "a.yaml.j2" in Page(render(made, OPTIONS)).text
    not_read = (NotRead(NotReadKind.RELEASE, "Application `loki`", place),)
    made = replace(made, summary=replace(made.summary, not_read=not_read))
    assert (
        "1 thing makes ways in that are not followed Application loki ingress/service.yaml"
        in Page(render(made, OPTIONS)).text
    )
    assert 'id="not-followed"' not in render(made, RenderOptions(quiet=True))


def test_secrets_are_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    password = "correct-horse-battery"
    (tmp_path / "web.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
        f"spec: {{password: {password}, ports: [{{port: 80, targetPort: 99999}}]}}\n"
    )
    _, text = run("check", ".", "-f", "html")
    assert "article" in text
    assert password not in text


def test_the_same_result_is_the_same_bytes() -> None:
    assert render(small(), OPTIONS) == render(small(), OPTIONS)
