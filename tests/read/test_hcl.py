from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kblint.read.terraform.hcl import parse_hcl
from kblint.read.terraform.hcl_cursor import HclSyntaxError
from kblint.read.terraform.hcl_tree import Body
from kblint.read.terraform.values import Folder, Scope, Traversal
from kblint.source.values import Unknown


def value(text: str, **names: object) -> object:
    """What `x` is in a file that may declare locals and variables too."""
    body = parse_hcl(f"x = {text}\n")
    return Scope(Folder({}, {}), f"x = {text}\n", names).value(body.attributes["x"].value)


def shape(body: Body) -> object:
    """Attributes' names, and blocks with their labels."""
    return [*body.attributes, *((block.type, *block.labels, shape(block.body)) for block in body.blocks)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# a\n// b\n/* c\nd */\n", []),
        ('a = 1\nb "c" "d" {\n  e = 2\n}\n', ["a", ("b", "c", "d", ["e"])]),
        ("b { a = 1 }", [("b", ["a"])]),
        ("b c {}", [("b", "c", [])]),
        ("b {\n  d {\n  }\n}", [("b", [("d", [])])]),
        ("a = [\n  1, # one\n  2,\n]\nb = 3", ["a", "b"]),
        ("a = {\n  b = 1\n  c : 2, d = 3\n}\n", ["a"]),
        ("a = f(1,\n  2)\n", ["a"]),
        ("a = (b ?\n  c :\n  d)\n", ["a"]),
        ("a = <<-EOT\n  anything { \n  EOT\nb = 1", ["a", "b"]),
        ("a = x[*].y\nb = x.*.y\n", ["a", "b"]),
        ('a = "%{ if x }y%{ endif }"', ["a"]),
        ("a = provider::x::f(1)", ["a"]),
        ("a = f(b...)", ["a"]),
        ("a = { for k, v in m : k => v... if v }", ["a"]),
        ("a = 1\r\nb {\r\n}\r\n", ["a", ("b", [])]),
        ("\ufeffa = 1", ["a"]),
    ],
)
def test_what_files_are_made_of(text: str, expected: object) -> None:
    assert shape(parse_hcl(text)) == expected


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("a = ", 4, "expected a value"),
        ("a = 1 2", 6, "expected the end of the line"),
        ("a {", 3, "expected `}`"),
        ("a\nb = 1", 1, "expected `=` or `{`"),
        ("a = [1", 6, "expected `]`"),
        ("a = {b}", 6, "expected `=`"),
        ('a = "b', 4, "expected a closing quote"),
        ("a = <<E\nb", 4, "expected `E` on a line of its own"),
        ("}", 0, "expected an attribute or a block"),
        ("a = ${x}", 4, "expected a value"),
        ("a = /* b", 4, "expected a value"),
    ],
)
def test_faults_say_where_and_what(text: str, offset: int, message: str) -> None:
    with pytest.raises(HclSyntaxError) as raised:
        parse_hcl(text)
    assert (raised.value.offset, str(raised.value)) == (offset, message)


@pytest.mark.parametrize("opening", ["[", "(", "{a = ", "f(", "!", "-", "a { ", 'x["', "a.", "1 ? ", '"${'])
def test_deep_nesting_is_a_fault_and_no_crash(opening: str) -> None:
    with pytest.raises(HclSyntaxError):
        parse_hcl(f"x = {opening * 5000}" if not opening.startswith("a {") else opening * 5000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("-1", -1),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ('"a\\tb\\"\\u00e9"', 'a\tb"é'),
        ('"$${a} %%{b} $5 %d"', "${a} %{b} $5 %d"),
        ('"${1}"', 1),
        ('"a-${1}-${true}"', "a-1-true"),
        ("<<E\ntext\nE", "text\n"),
        ("[1, [2]]", [1, [2]]),
        ('{a = 1, "b" = 2, (3) = 4}', {"a": 1, "b": 2, "3": 4}),
        ("[1, 2][1]", 2),
        ('{a = {b = 5}}.a["b"]', 5),
        ("1 + 2 * 3 - 1", 6),
        ("(1 + 2) * 3", 9),
        ("1 < 2 && !(2 == 3) || false", True),
        ('true ? "a" : "b"', "a"),
        ("toset(['b', 'a'])".replace("'", '"'), ["a", "b"]),
        ("concat([1], [2])", [1, 2]),
        ("merge({a = 1}, {a = 2})", {"a": 2}),
        ('tonumber("80")', 80),
        ("tostring(80)", "80"),
        ("[for p in [1, 2, 3] : p * 2 if p != 2]", [2, 6]),
        ("[for i, p in [7] : i]", [0]),
        ("{for k, v in {a = 1} : v => k}", {"1": "a"}),
        ("y.port", 80),
        ("[for y in [5] : y]", [5]),
    ],
)
def test_known_values_are_worked_out(text: str, expected: object) -> None:
    assert value(text, y={"port": 80}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "var.port",
        "local.port",
        "module.a.port",
        "each.value",
        'lookup({}, "a")',
        '"${var.port}0"',
        "var.port + 1",
        "var.on ? 1 : 2",
        "[1][5]",
        "{a = 1}.b",
        "[for p in var.ports : p]",
        "a[*].b",
        '"%{ if true }a%{ endif }"',
        "<<E\n${a}\nE",
        'toset([["a"]])',
        "1 / 0",
        "-true",
        '"a" + 1',
    ],
)
def test_everything_else_is_unknown_and_says_what_is_written(text: str) -> None:
    found = value(text)
    assert isinstance(found, Unknown)
    assert found.text == text


def test_what_is_known_inside_of_an_unknown_collection_stays_known() -> None:
    assert value("[1, var.x]") == [1, Unknown("var.x")]


@pytest.mark.parametrize(
    ("text", "address", "key"),
    [
        ("hcloud_server.web.id", "hcloud_server.web", None),
        ("hcloud_server.web[0].id", "hcloud_server.web", 0),
        ('hcloud_server.web["a"].id', "hcloud_server.web", "a"),
        ("hcloud_server.web[each.key].id", "hcloud_server.web", "k"),
        ("data.hcloud_server.web.id", "data.hcloud_server.web", None),
    ],
)
def test_attributes_of_resources_are_references(text: str, address: str, key: object) -> None:
    found = value(text, each={"key": "k"})
    assert isinstance(found, Traversal)
    assert (found.address, found.key, found.text) == (address, key, text)


def test_variables_and_locals_are_looked_up_once_and_never_in_a_circle() -> None:
    text = 'a = var.port\nb = "${local.a}1"\nc = local.d\nd = local.c\n'
    attributes = parse_hcl(text).attributes
    default = parse_hcl("default = 80").attributes["default"].value
    folder = Folder(
        {"port": ("default = 80", default)}, {name: (text, item.value) for name, item in attributes.items()}
    )
    assert (folder.value("local", "b"), folder.value("var", "other")) == ("801", Unknown("var.other"))
    assert isinstance(folder.value("local", "c"), Unknown)


def test_values_that_grow_without_end_are_given_up() -> None:
    lines = ['v0 = "0123456789"', *(f'v{n} = "${{local.v{n - 1}}}${{local.v{n - 1}}}"' for n in range(1, 200))]
    text = "\n".join(lines)
    folder = Folder({}, {name: (text, item.value) for name, item in parse_hcl(text).attributes.items()})
    assert isinstance(folder.value("local", "v199"), Unknown)


def test_nested_loops_that_take_too_long_are_given_up() -> None:
    numbers = f"[{', '.join(map(str, range(100)))}]"
    text = numbers
    for name in "abcd":
        text = f"[for {name} in {numbers} : {text}]"
    assert isinstance(value(text), list | Unknown)


@given(st.text(alphabet='ab1 ={}[]()"$%\n.,:?!-+<>*/#~\\', max_size=50))
def test_any_text_is_read_or_refused_inside_of_it(text: str) -> None:
    fault: HclSyntaxError | None = None
    body = Body()
    try:
        body = parse_hcl(text)
    except HclSyntaxError as error:
        fault = error
    assert fault is None or 0 <= fault.offset <= len(text)
    for attribute in body.attributes.values():
        assert text[slice(*attribute.name_span)] == attribute.name
        assert attribute.name_span.end < attribute.value.span.start < attribute.value.span.end <= len(text)
        Scope(Folder({}, {}), text).value(attribute.value)
