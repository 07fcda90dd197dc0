from __future__ import annotations

import pytest

from kblint.read.terraform.named import Traversal
from kblint.read.terraform.values import Folder, Scope
from kblint.source.values import Unknown
from kblint.syntax.hcl import parse_hcl


def value(text: str, **names: object) -> object:
    """What `x` is in a file that may declare locals and variables too."""
    body = parse_hcl(f"x = {text}\n").body
    return Scope(Folder({}, {}), f"x = {text}\n", names).value(body.attributes["x"].value)


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
        ("<<-E\n    a\n      b\n  E", "a\n  b\n"),
        ("<<E\r\n$${a} %%{b}\r\nE\r\n", "${a} %{b}\r\n"),
        ('"a ${~ 1 ~} b"', "a1b"),
        ("false ? 1 : true ? 2 : 3", 2),
        ("5 - 2 - 1", 2),
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
    attributes = parse_hcl(text).body.attributes
    default = parse_hcl("default = 80").body.attributes["default"].value
    folder = Folder(
        {"port": ("default = 80", default)}, {name: (text, item.value) for name, item in attributes.items()}
    )
    assert (folder.value("local", "b"), folder.value("var", "other")) == ("801", Unknown("var.other"))
    assert isinstance(folder.value("local", "c"), Unknown)


def test_values_that_grow_without_end_are_given_up() -> None:
    lines = ['v0 = "0123456789"', *(f'v{n} = "${{local.v{n - 1}}}${{local.v{n - 1}}}"' for n in range(1, 200))]
    text = "\n".join(lines)
    folder = Folder({}, {name: (text, item.value) for name, item in parse_hcl(text).body.attributes.items()})
    assert isinstance(folder.value("local", "v199"), Unknown)


def test_nested_loops_that_take_too_long_are_given_up() -> None:
    numbers = f"[{', '.join(map(str, range(100)))}]"
    text = numbers
    for name in "abcd":
        text = f"[for {name} in {numbers} : {text}]"
    assert isinstance(value(text), list | Unknown)


@pytest.mark.parametrize("text", ["0x50", "[0x50][0]", "-0xzz", "1 + 0x50", "[1][0x0]"])
def test_what_only_looks_like_a_number_is_not_known(text: str) -> None:
    assert isinstance(value(text), Unknown)
