"""Expressions that are answered without CEL: the answer is CEL's."""

from __future__ import annotations

from cel_expr_python import cel
from hypothesis import given
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
TERMS = st.one_of(
    st.sampled_from(PATHS),
    st.sampled_from(PATHS).map("!{}".format),
    st.builds("'{}' in {}".format, st.sampled_from("ax"), st.sampled_from((*PATHS, "port.row"))),
    st.builds(
        "{} {} {}".format, st.sampled_from(PATHS), st.sampled_from(["==", "!="]), st.sampled_from(["null", "'x'", "''"])
    ),
)


def of_cel(expression: str, values: dict[str, object]) -> object:
    """What CEL says."""
    environment = cel.NewEnv(variables=dict.fromkeys(sorted(NAMES), cel.Type.DYN))
    result = environment.compile(expression).eval(environment.Activation(values))
    return "error" if result.type() == cel.Type.ERROR else result.plain_value()


@given(st.lists(TERMS, min_size=1, max_size=3), VALUES)
def test_a_plain_expression_is_answered_as_cel_answers_it(terms: list[str], values: dict[str, object]) -> None:
    expression = " && ".join(terms)
    parsed = plain.parse(expression)
    assert parsed is not None
    answer = plain.answer(parsed, values)
    if answer is not None:
        assert of_cel(expression, values) is answer


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
    others = ["true", "port", "port.a > 1", "port.a == 1", "port.a || port.b", "port.list[0].a", "a ? b : c"]
    others += [
        'port.a == "x"',
        r"port.a == '\x41'",
        "port.a == 'a && b'",
        "!port.a == null",
        "(port.a)",
        "port.a()",
        "",
    ]
    assert [expression for expression in others if plain.parse(expression) is not None] == []
