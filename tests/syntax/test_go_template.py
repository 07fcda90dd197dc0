"""Actions of Go templates, and the pipelines in them."""

from __future__ import annotations

import pytest

from kblint.syntax.go_template import FieldOf, FunctionCall, Literal, NoTemplateError, actions, pipeline


def told(text: str) -> list[tuple[str, str, bool, bool]]:
    """Each action: its keyword, what it says, and what it trims."""
    return [(one.keyword, text[slice(*one.inner)], one.trims_before, one.trims_after) for one in actions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{ .x }} b", ("", ".x", False, False)),
        ("a {{- .x -}} b", ("", ".x", True, True)),
        ("{{.x}}", ("", ".x", False, False)),
        ("{{ -1 }}", ("", "-1", False, False)),
        ('{{ printf "}}" }}', ("", 'printf "}}"', False, False)),
        ("{{ `}}` }}", ("", "`}}`", False, False)),
        ("{{/* }} */}}", ("/", "/* }} */", False, False)),
        ("{{- /* a */ -}}", ("/", "/* a */", True, True)),
        ("{{if .x}}", ("if", "if .x", False, False)),
        ("{{ iffy }}", ("", "iffy", False, False)),
        ("{{ $x := .y }}", ("=", "$x := .y", False, False)),
        ("{{ $x = .y }}", ("=", "$x = .y", False, False)),
        ("{{ range $k, $v := .y }}", ("range", "range $k, $v := .y", False, False)),
        ("{{ else if .x }}", ("else", "else if .x", False, False)),
        ('{{ template "a" . }}', ("template", 'template "a" .', False, False)),
        ("{{\n  .x\n}}", ("", ".x", False, False)),
    ],
)
def test_an_action_is_told(text: str, expected: tuple[str, str, bool, bool]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize("text", ["{{ .x", "{{/* a }}", '{{ "}}', "{{ `}}"])
def test_what_does_not_end_is_no_template(text: str) -> None:
    with pytest.raises(NoTemplateError):
        list(actions(text))


VALUES = FieldOf(None, ("Values", "a"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".Values.a", VALUES),
        ("$.Values.a", FieldOf("$", ("Values", "a"))),
        (".", FieldOf(None, ())),
        ("$x.b", FieldOf("$x", ("b",))),
        (".Values.a | quote", FunctionCall("quote", (VALUES,))),
        ('.Values.a | default "b"', FunctionCall("default", (Literal("b"), VALUES))),
        ("(index .Values.a 0).b", FieldOf(FunctionCall("index", (VALUES, Literal(0))), ("b",))),
        ('include "x" (dict "a" .Values.a)', FunctionCall(
            "include", (Literal("x"), FunctionCall("dict", (Literal("a"), VALUES))))),
        ("list .Values.a .Values.a", FunctionCall("list", (VALUES, VALUES))),
        ("ternary 1 2 true", FunctionCall("ternary", (Literal(1), Literal(2), Literal(value=True)))),
    ],
)  # fmt: skip
def test_a_pipeline_is_understood(text: str, expected: object) -> None:
    found = pipeline(text)
    assert found is not None
    assert found.value == expected


def test_variables_are_told() -> None:
    found = pipeline("$k, $v := .Values.a")
    assert found is not None
    assert (found.variables, found.value) == (("$k", "$v"), VALUES)


@pytest.mark.parametrize("text", ["", "(", "(" * 100 + ".", "a |", "!", ")", "1x"])
def test_what_is_no_pipeline_is_none(text: str) -> None:
    assert pipeline(text) is None
