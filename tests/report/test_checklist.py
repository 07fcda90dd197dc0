import json
from importlib import resources

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from kblint.checklist import Application, Checklist, ChecklistVariant, Command, Line, LineState
from kblint.finding import ObjectRef
from kblint.report.checklist.wording import tally
from kblint.report.formats import format_renderer
from kblint.report.options import RenderOptions
from kblint.source.text import Place, Source, Span

MARKDOWN = MarkdownIt("commonmark").enable("table")
SCHEMA = json.loads(resources.files("kblint.report.checklist").joinpath("checklist.schema.json").read_text("utf-8"))
NASTY = st.text(alphabet=st.one_of(st.sampled_from("`|*_[]()<>!&#~\\@:/=+-> ab\n\x1b\r\t\x9b\u202e"), st.characters()))
TICKED = Line(
    "listening",
    "The process listens on its port",
    LineState.TICKED,
    "nginx on 8080/tcp",
    evidence=(Place(Source("k8s/app.yaml", "a\nb\n"), Span(2, 3)),),
)
CROSSED = Line(
    "service",
    "Service sends to that port",
    LineState.CROSSED,
    "nothing listens on port `80`",
    help="send to `8080`",
    rules=("PROC001",),
    evidence=(Place(Source("k8s/svc.yaml", "a\n"), Span(0, 1)),),
)
OPEN = Line(
    "test-node",
    "Tested from a node, first",
    LineState.OPEN,
    "host port",
    commands=(Command("curl http://127.0.0.1:8080/", "200 to 399"), Command("curl http://NODE_IP:80/", "200 to 399")),
)


def checklist(*lines: Line, name: str = "web", variant: str = "") -> Checklist:
    return Checklist(
        "p",
        (ChecklistVariant(variant, (Application(ObjectRef("DaemonSet", "shop", name), lines),), ("Deployment db",)),),
    )


def rendered(format_name: str, made: Checklist, *, width: int = 80) -> str:
    return format_renderer(format_name, "checklist")(made, RenderOptions(width=width))


def test_text_is_a_line_a_point_with_its_evidence_and_commands() -> None:
    assert (
        rendered("text", checklist(TICKED, CROSSED, OPEN))
        == """\
files are below k8s/

DaemonSet shop/web
[x] The process listens on its port: nginx on 8080/tcp                app.yaml:2
[!] Service sends to that port: nothing listens on port `80` [PROC001]
    svc.yaml:1
    help: send to `8080`
[ ] Tested from a node, first: host port
    expect 200 to 399:
    $ curl http://127.0.0.1:8080/
    $ curl http://NODE_IP:80/

not listed, because only pods reach them: Deployment db

NODE_IP: a node's address
1 application: 1 ticked, 1 crossed, 1 open.
"""
    )


def test_markdown_is_a_task_list() -> None:
    assert (
        rendered("markdown", checklist(TICKED, CROSSED, OPEN))
        == """\
# Deployment checklist

1 application: 1 ticked, 1 crossed, 1 open.

## `DaemonSet shop/web`

- [x] **The process listens on its port**: nginx on 8080/tcp
  - `k8s/app.yaml:2`
- [ ] ❌ **Service sends to that port**: nothing listens on port `80` \\[PROC001\\]
  - help: send to `8080`
  - `k8s/svc.yaml:1`
- [ ] **Tested from a node, first**: host port

  ```sh
  # expect 200 to 399
  curl http://127.0.0.1:8080/
  curl http://NODE_IP:80/
  ```

not listed, because only pods reach them: Deployment db.

- NODE\\_IP: a node's address
"""
    )


def test_nothing_to_list_is_said() -> None:
    assert tally(Checklist("p", ())) == "nothing here is reached from outside the cluster"


@given(st.lists(NASTY, min_size=5, max_size=5))
def test_no_text_leaves_its_place(texts: list[str]) -> None:
    detail, help, command, expect, name = texts
    place = Place(Source(name, "x"), Span(0, 1))
    line = replace(CROSSED, detail=detail, help=help, evidence=(place,), commands=(Command(command, expect),))
    made = checklist(line, OPEN, name=name, variant=name)
    for format_name in ("text", "markdown", "json"):
        text = rendered(format_name, made)
        assert all(row.isprintable() for row in text.split("\n"))
        assert not any(row.lstrip(" ").startswith("::") for row in text.split("\n"))
    tokens = MARKDOWN.parse(rendered("markdown", made))
    assert [token.type for token in tokens].count("fence") == 2
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2"]
    assert "html_block" not in {token.type for token in tokens}
    jsonschema.validate(json.loads(rendered("json", made)), SCHEMA)


def test_lines_fit_into_the_terminal() -> None:
    long = replace(CROSSED, detail="word " * 40, help="word " * 40, evidence=CROSSED.evidence * 20)
    rows = rendered("text", checklist(long), width=60).splitlines()
    assert max(map(len, rows)) <= 60
