"""Expressions that are answered without CEL: the answer is CEL's."""

from __future__ import annotations

import pytest
from cel_expr_python import cel
from hypothesis import given, settings
from hypothesis import strategies as st

from kblint.cel import plain
from kblint.cel.runtime import UNRESOLVED, EvaluationError, Runtime, compile_all

NAMES = frozenset({"port", "other"})
PATHS = ("port.a", "port.b", "port.row.a", "other.a")
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-1, 1), st.sampled_from(["", "x", "null", "true", "1"]))
HELD: st.SearchStrategy[object] = st.one_of(SCALARS, st.just(["x"]), st.just({}))
ROWS: st.SearchStrategy[dict[str, object]] = st.dictionaries(st.sampled_from(["a", "b"]), HELD)
VALUES = st.fixed_dictionaries(
    {"port": st.builds(lambda row, inner: {**row, "row": inner}, ROWS, st.one_of(SCALARS, ROWS)), "other": ROWS}
)
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
TERMS = st.one_of(
    st.sampled_from(PATHS),
    st.sampled_from(PATHS).map("!{}".format),
    st.builds("'{}' in {}".format, st.sampled_from("ax"), st.sampled_from((*PATHS, "port.row"))),
    st.builds(
        "{} {} {}".format, st.sampled_from(PATHS), st.sampled_from(["==", "!="]), st.sampled_from(["null", "'x'", "''"])
    ),
    st.builds("{}.size() {} {}".format, st.sampled_from((*PATHS, "port.row")), SIGNS, st.integers(0, 2)),
    st.builds("{} {} {}".format, st.sampled_from(PATHS), st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 2)),
    st.builds("type({}) == {}".format, st.sampled_from(PATHS), st.sampled_from(["int", "string"])),
)
OTHERS = st.sampled_from(["port.a == 1", "!(port.b)", "port.list[0].a", "port.a in ['x && y', 'z)']"])
"""What only CEL can tell."""
JOINED = st.recursive(
    st.one_of(TERMS, OTHERS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" && ".join),
        st.lists(inner, min_size=2, max_size=3).map(" || ".join),
        inner.map("({})".format),
    ),
    max_leaves=6,
)


def of_cel(expression: str, values: dict[str, object]) -> object:
    """What CEL says."""
    environment = cel.NewEnv(variables=dict.fromkeys(sorted(NAMES), cel.Type.DYN))
    result = environment.compile(expression).eval(environment.Activation(values))
    return "error" if result.type() == cel.Type.ERROR else result.plain_value()


@given(TERMS, VALUES)
def test_a_plain_expression_is_answered_as_cel_answers_it(term: str, values: dict[str, object]) -> None:
    parsed = plain.parse(term)
    assert parsed is not None
    assert plain.is_whole(parsed)
    answer = parsed.holds(values)
    if answer is not None:
        assert of_cel(term, values) is answer


@settings(max_examples=1000)
@given(JOINED, VALUES)
def test_what_decides_an_expression_is_told_as_cel_tells_it(expression: str, values: dict[str, object]) -> None:
    parsed = plain.parse(expression)
    answer = parsed.holds(values) if parsed else None
    if answer is not None:
        assert of_cel(expression, values) is answer


@pytest.mark.parametrize(
    "expression", ["port.a && port.b == 1", "(port.a || port.b) && !(port.a)", "port.list[0].a || port.a == null"]
)
def test_a_part_that_decides_is_enough(expression: str) -> None:
    decided = plain.parse(expression)
    assert decided is not None
    assert not plain.is_whole(decided)
    assert decided.holds({"port": {"a": False, "b": False}}) is not None or decided.holds({"port": {"a": None}})


@given(TERMS, VALUES)
def test_what_is_not_plain_after_all_goes_to_cel(term: str, values: dict[str, object]) -> None:
    runtime = Runtime(NAMES, compile_all(frozenset({term}), NAMES))
    try:
        found = runtime.value(term, runtime.bindings(values))
    except EvaluationError:
        found = "error"
    expected = of_cel(term, values)
    assert found == expected or (found is UNRESOLVED and expected == "error")


def test_no_other_expression_is_plain() -> None:
    others = ["true", "port", "port.a == 1", "port.list[0].a", "a ? b : c", "port.a ? port.b : port.c"]
    others += [
        'port.a == "x"',
        r"port.a == '\x41'",
        "port.a.contains('a && port.b')",
        "port.list.exists(it, it.a || port.b)",
        "'''it's && port.a''' == 'x'",
        "!port.a == null",
        "port.a()",
        "",
    ]
    assert [expression for expression in others if plain.parse(expression) is not None] == []
