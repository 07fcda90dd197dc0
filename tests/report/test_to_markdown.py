import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kblint.finding import Skipped
from kblint.report.markup import code, prose
from kblint.report.options import RenderOptions
from kblint.report.to_markdown import render
from tests.report.samples import SERVICE, at, finding, hostile, https_to_tls, result

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(alphabet=st.one_of(st.sampled_from("`|*_[]()<>!&#~\\@:/ ab\n\x1b"), st.characters()))


def html(text: str) -> str:
    return str(MARKDOWN.render(text))


def shown(text: str) -> str:
    """What a reader sees of `text` in a list item, and which tags it became."""
    return html(f"- x {text}").strip()


def test_report_is_a_section_a_finding() -> None:
    skipped = tuple(Skipped(f"charts/{number}.yaml", "helm is not installed") for number in range(11))
    paths = ", ".join(f"`charts/{number}.yaml`" for number in range(10))
    expected = f"""\
### kblint: 1 error

#### ❌ error `LB002`: https listener `443` forwards to node port `31443`, which speaks TLS

- `lb/keybuzz-lb.yaml:9:23`: TLS arrives here already decrypted
- `ingress/service.yaml:14:17`: ingress-nginx `https`, targetPort `https`
- **symptom:** 503, or 400 "plain HTTP request was sent to HTTPS port", on https\\://platform.keybuzz.io
- **help:** forward to `31695`, the node port where ingress-nginx speaks plain HTTP (fix available)

Skipped 11 inputs, helm is not installed: {paths} and 1 more

Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s.
"""
    assert render(result(https_to_tls(), skipped=skipped), RenderOptions()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("use `a|b` *now*", "use <code>a|b</code> *now*"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("[a](https://b) ![c](d)", "[a](https://b) ![c](d)"),
        ("odd ` one", "odd ` one"),
        ("empty `` pair", "empty `` pair"),
        ("~~no~~ | __no__", "~~no~~ | __no__"),
        ("@someone www.evil.example", "@<!-- -->someone www<!-- -->.evil.example"),
    ],
)
def test_prose_shows_markup_and_obeys_none_but_code(text: str, expected: str) -> None:
    assert shown(prose(text)) == f"<ul>\n<li>x {expected}</li>\n</ul>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "<code>a</code>"),
        ("a`b", "<code>a`b</code>"),
        ("`a``", "<code>`a``</code>"),
        ("<b>*x*\\", "<code>&lt;b&gt;*x*\\</code>"),
    ],
)
def test_code_shows_anything(text: str, expected: str) -> None:
    assert shown(code(text)) == f"<ul>\n<li>x {expected}</li>\n</ul>"


@given(NASTY)
def test_no_text_becomes_markup(text: str) -> None:
    for markdown in (prose(text), code(text)):
        tags = set(re.findall(r"<(/?\w+)", shown(markdown)))
        assert tags <= {"ul", "/ul", "li", "/li", "code", "/code"}


def test_hostile_report_holds_only_our_own_markup() -> None:
    text = render(hostile(), RenderOptions())
    assert all(line.isprintable() for line in text.splitlines())
    tags = set(re.findall(r"<(\w+)", html(text)))
    assert tags <= {"h3", "h4", "ul", "li", "p", "code", "strong"}
    assert html(text).count("<h4>") == 2, "a finding, and what could not be judged"


def test_a_long_report_stays_short_enough_for_a_comment() -> None:
    many = [finding(at(SERVICE, "443"), message=f"{number} " + "x" * 500) for number in range(500)]
    text = render(result(*many), RenderOptions())
    sections = text.count("#### ")
    assert 50 < sections < 200
    assert len(text) < 65_536
    assert f"…and {500 - sections} more findings, too long for a comment." in text
