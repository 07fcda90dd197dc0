"""Rendered objects as YAML: every reader gets the value that was there, and no reader more than that."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given

from kblint.rendering import RenderedLine, RenderedObject, Rendering, Scalar
from kblint.report.options import RenderOptions
from kblint.report.rendering.to_yaml import render
from kblint.source.text import Place, Source, Span
from kblint.source.yaml_stream import parse_yaml
from tests.strategies import scalars

OPTIONS = RenderOptions()


def text_of(*lines: tuple[str, str | None, Scalar], path: str = "a.yaml", with_origins: bool = False) -> str:
    place = Place(Source(path, "x\n"), Span(0, 1))
    one = RenderedObject(place, "", tuple(RenderedLine(*line, place) for line in lines))
    return render(Rendering((one,), with_origins), OPTIONS)


def read(text: str) -> Any:
    stream = parse_yaml(Source("rendered.yaml", text))
    assert not stream.faults
    [document] = stream.documents
    return document.root


@given(scalars, scalars)
def test_a_scalar_is_read_again_as_it_was(value: Scalar, other: Scalar) -> None:
    text = text_of(("", "kind", "x"), ("", "a", value), ("", "b", other))
    assert read(text) == {"kind": "x", "a": value, "b": other}
    assert text.replace("\n", "").replace("\t", "").isprintable()


@given(scalars)
def test_in_a_list_too(value: Scalar) -> None:
    assert read(text_of(("- ", None, value), ("- - ", None, value))) == [value, [value]]


@given(scalars)
def test_as_a_key_too(value: Scalar) -> None:
    key = str(value)
    assert read(text_of(("", key, 1))) == {key: 1}


@pytest.mark.parametrize(
    "value",
    [
        *(
            "server {\n\tlisten 80;\n}\n",
            "a\nb",
            "a\n\n\n",
            "  a\nb\n",
            "\na\n",
            "a\n \nb",
            "a\r\nb",
            "\t",
            "\n",
            " a ",
        ),
        *(
            "22:22",
            "2024-01-01",
            "1e3",
            "y",
            "null",
            "~",
            "",
            "0644",
            "=",
            "<<",
            "...",
            "---",
            "--- a",
            "- a",
            "-a",
            "--a",
        ),
        *(
            "a: b",
            "a:",
            "a #b",
            "a#b",
            "#a",
            "*",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "{a",
            "[a",
            "'a'",
            '"a"',
            "a'b",
            "|",
            ">",
        ),
        *(
            "::error::a",
            "a\n::error::b\n",
            "##[error]a",
            "##vso[task]",
            "\u202e",
            "\x1b[2J",
            "\x85",
            "\u2028",
            "\U000e0001",
        ),
        *(1.5, 1e22, 1e-7, -0.0, float("inf"), -1, 2**64 - 1, True, None, "é", "日本", "🚀", "a\\b", 'a"b'),
    ],
)
def test_what_is_hard_to_write_is_read_again(value: Scalar) -> None:
    text = text_of(("  - ", "a", value), ("    ", "b", "last"))
    assert read(f"x:\n{text}") == {"x": [{"a": value, "b": "last"}]}
    assert all(not line.lstrip(" ").startswith("::") for line in text.splitlines())
    assert "##[" not in text
    assert "##vso[" not in text


@pytest.mark.parametrize("value", ["22:22", "2024-01-01", "1e3", "y", "0644", "=", "1_000", "on", "~", "12:30:45"])
def test_other_readers_of_yaml_take_it_for_text_too(value: str) -> None:
    assert yaml.safe_load(text_of(("", "a", value))) == {"a": value}


def test_a_path_says_nothing_to_a_terminal_or_a_server() -> None:
    text = text_of(("", "a", 1), path="a\n::error::\x1b[2J##[x]\u202e.yaml", with_origins=True)
    assert text.replace("\n", "").isprintable()
    assert len(text.splitlines()) == 2
    assert "##[" not in text


def test_what_a_secret_holds_is_masked_and_the_text_is_still_yaml() -> None:
    text = text_of(("", "kind", "Secret"), ("", "stringData", "x: y"), ("", "password", 12345678), ("", "a", "b"))
    assert read(text) == {"kind": "Secret", "stringData": "****", "password": "********", "a": "b"}


def test_half_a_character_becomes_what_go_makes_of_it() -> None:
    assert read(text_of(("", "a\udcff", "b\ud800"))) == {"a\ufffd": "b\ufffd"}
