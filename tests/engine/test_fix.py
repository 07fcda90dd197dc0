"""Fixes of rules: what they write, what they leave alone."""

from __future__ import annotations

import pytest

from kblint.engine.row import Row
from kblint.errors import RuleError
from kblint.fix import Applicability, Edit, Fix, apply
from kblint.source.text import Place, Source, Span
from tests.engine.toys import MANIFEST, RULE, Rules, port, port_row, with_lines
from tests.given.places import place

REPLACE = "fix: {title: 'use `${port.names[0]}`', applicability: safe, replace: port.targetPort, with: 'port.names[0]'}"


def fixed(rules: Rules, fix: str, row: Row) -> str | None:
    """The row's text after the fix, None where none is offered."""
    rules.write(with_lines(RULE, fix, condition="false"))
    (finding,) = rules.run(port(row=row))
    if finding.fix is None:
        return None
    (text,) = apply([finding.fix]).texts.values()
    return text


def row_of(text: str, written: str, value: object, field: str = "targetPort") -> Row:
    """A port whose `field` is `written` in `text` and has `value`."""
    source = Source("a.yaml", text)
    row = port_row()
    places = {"": Place(source, Span(0, 1)), field: place(source, written)}
    return Row(row.type, {**row.values, field: value}, places.get)


def test_a_scalar_is_replaced_and_nothing_else(rules: Rules) -> None:
    expected = MANIFEST.replace("targetPort: http ", "targetPort: https ")
    assert fixed(rules, REPLACE, port_row()) == expected
    assert "# the application" in expected


def test_a_fix_says_what_it_does_and_whether_it_is_safe(rules: Rules) -> None:
    rules.write(with_lines(RULE, REPLACE.replace("safe", "unsafe")))
    (finding,) = rules.run(port())
    assert finding.fix is not None
    assert (finding.fix.title, finding.fix.applicability) == ("use `https`", Applicability.UNSAFE)


@pytest.mark.parametrize(
    ("written", "value", "new", "expected"),
    [
        ("http", "http", "'https'", "https"),
        ('"http"', "http", "'https'", '"https"'),
        ("'http'", "http", "'https'", "'https'"),
        ("'http'", "http", '"it\'s"', "'it''s'"),
        ("http", "http", "'80'", '"80"'),
        ("http", "http", "'yes'", '"yes"'),
        ("http", "http", "'a: b'", '"a: b"'),
        ("http", "http", "'a,b'", '"a,b"'),
        ("http", "http", "''", '""'),
        ('"31443"', "31443", "'31695'", '"31695"'),
        ("'a'", "a", r"'b\nc'", r'"b\nc"'),
        ("80", 80, "8080", "8080"),
        ('"http"', "http", "8080", "8080"),
        ("0x50", 80, "8080", "8080"),
    ],
)
def test_quotes_are_kept_and_added_where_they_are_needed(
    rules: Rules, written: str, value: object, new: str, expected: str
) -> None:
    fix = f"fix:\n  title: t\n  applicability: safe\n  replace: port.targetPort\n  with: |-\n    {new}"
    row = row_of(f"a: {written} # x\n", written, value)
    assert fixed(rules, fix, row) == f"a: {expected} # x\n"


@pytest.mark.parametrize(
    ("fix", "row"),
    [
        pytest.param(REPLACE, row_of("a: other\n", "other", "http"), id="the text is not what the rule saw"),
        pytest.param(REPLACE, row_of("a: https\n", "https", "https"), id="the value is there already"),
        pytest.param(
            REPLACE.replace("targetPort", "other.name"),
            port_row(),
            id="the target does not exist",
        ),
        pytest.param(REPLACE.replace("safe,", "safe, when: 'false',"), port_row(), id="when does not hold"),
        pytest.param(
            REPLACE.replace("safe,", "safe, when: 'port.service.workloads[0].isReady',"),
            port_row(),
            id="nobody knows whether when holds",
        ),
        pytest.param(
            "fix: {title: t, applicability: safe, replace: port.targetPort, with: port.nodePort}",
            port_row(nodePort=None),
            id="there is no new value",
        ),
        pytest.param(
            "fix: {title: t, applicability: safe, replace: port.port, with: 1}", port_row(), id="it has no own place"
        ),
    ],
)
def test_no_fix_is_offered_where_it_is_not_certain_what_it_would_change(rules: Rules, fix: str, row: Row) -> None:
    assert fixed(rules, fix, row) is None


def test_a_new_value_of_another_type_cannot_be_judged(rules: Rules) -> None:
    rules.write(with_lines(RULE, REPLACE.replace("with: 'port.names[0]'", "with: port.targetPort")))
    (failure,) = rules.judge(port(targetPort=1.5)).unjudged
    assert "expected an int or a string" in failure.message


ALSO = REPLACE.replace("applicability: safe,", "applicability: safe, also: [{%s}],")


@pytest.mark.parametrize(
    ("also", "expected"),
    [
        ("replace: port.nodePort, with: 30081", "a: https\nb: 30081\n"),
        ("when: 'true', replace: port.nodePort, with: 30081", "a: https\nb: 30081\n"),
        ("when: 'false', replace: port.nodePort, with: 30081", "a: https\nb: 30080\n"),
        ("replace: port.nodePort, with: 30080", None),
        ("when: 'port.service.workloads[0].isReady', replace: port.nodePort, with: 30081", None),
        ("replace: port.port, with: 81", None),
    ],
)
def test_edits_that_belong_together_are_all_made_or_none(rules: Rules, also: str, expected: str | None) -> None:
    source = Source("a.yaml", "a: http\nb: 30080\n")
    row = port_row()
    places = {"": Place(source, Span(0, 1)), "targetPort": place(source, "http"), "nodePort": place(source, "30080")}
    both = Row(row.type, {**row.values, "targetPort": "http", "nodePort": 30080}, places.get)
    assert fixed(rules, ALSO % also, both) == expected


@pytest.mark.parametrize(
    "fix",
    [
        "fix: {title: t, applicability: safe, replace: port.port, with: '1', also: [{replace: port.nodePort}]}",
        "fix: {title: t, applicability: safe, replace: port.port, with: '1', also: [{remove: port.names}]}",
    ],
)
def test_a_fix_that_is_not_well_formed_is_refused(rules: Rules, fix: str) -> None:
    rules.write(with_lines(RULE, fix))
    with pytest.raises(RuleError):
        rules.run(port())


REMOVE = "fix: {title: t, applicability: safe, remove: port.nodePort}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- port: 1\n  nodePort: 30080\n", "- port: 1\n"),
        ("- port: 1\n  nodePort: 30080  # old\n  name: x\n", "- port: 1\n  name: x\n"),
        ("- port: 1\r\n  nodePort: 30080\r\n  name: x\r\n", "- port: 1\r\n  name: x\r\n"),
        ("a:\n  nodePort: 30080\n\n  # below\n  name: x\n", "a:\n\n  # below\n  name: x\n"),
        ("a:\n  list:\n  - b\n  nodePort: 30080", "a:\n  list:\n  - b\n"),
        ("nodePort: 30080\nname: x\n", "name: x\n"),
    ],
)
def test_an_entry_is_removed_with_its_line(rules: Rules, before: str, after: str) -> None:
    assert fixed(rules, REMOVE, row_of(before, "30080", 30080, "nodePort")) == after


@pytest.mark.parametrize(
    "text",
    [
        "- nodePort: 30080\n  port: 1\n",
        "- {port: 1, nodePort: 30080}\n",
        '{\n  "port": 1,\n  "nodePort": 30080\n}\n',
        "a:\n  nodePort: 30080\nb: 1\n",
        "nodePort: 30080\n---\nname: x\n",
        "- port: 1\n  nodePort: &shared 30080\n",
        "a:\n  nodePort:\n    30080\n  b: 1\n",
    ],
)
def test_an_entry_that_shares_its_line_or_stands_alone_in_its_mapping_stays(rules: Rules, text: str) -> None:
    assert fixed(rules, REMOVE, row_of(text, "30080", 30080, "nodePort")) is None


def edit(source: Source, start: int, end: int, text: str) -> Edit:
    return Edit(Place(source, Span(start, end)), text)


def fix(*edits: Edit) -> Fix:
    return Fix("t", Applicability.SAFE, edits)


def test_fixes_that_touch_nothing_of_each_other_are_all_applied() -> None:
    one, two = Source("one", "abcdef"), Source("two", "xyz")
    fixes = [fix(edit(one, 4, 6, "EF"), edit(two, 0, 1, "X")), fix(edit(one, 0, 2, "")), fix(edit(one, 2, 2, "-"))]
    applied = apply(fixes)
    assert applied.texts == {one: "-cdEF", two: "Xyz"}
    assert (applied.applied, applied.left) == (tuple(fixes), ())


@pytest.mark.parametrize("span", [(1, 3), (0, 6), (2, 3), (3, 4)])
def test_of_fixes_that_overlap_the_first_wins_and_the_other_waits_whole(span: tuple[int, int]) -> None:
    one, two = Source("one", "abcdef"), Source("two", "xyz")
    first, second = fix(edit(one, 2, 4, "--")), fix(edit(two, 0, 1, "X"), edit(one, *span, "++"))
    applied = apply([first, second])
    assert applied.texts == {one: "ab--ef"}
    assert (applied.applied, applied.left) == ((first,), (second,))


def test_an_edit_that_two_fixes_share_is_made_once() -> None:
    source = Source("one", "abcdef")
    fixes = [fix(edit(source, 2, 4, "-")), fix(edit(source, 2, 4, "-"), edit(source, 5, 6, "F"))]
    applied = apply(fixes)
    assert applied.texts == {source: "ab-eF"}
    assert applied.left == ()


def test_two_insertions_at_one_point_do_not_mix() -> None:
    source = Source("one", "ab")
    applied = apply([fix(edit(source, 1, 1, "x")), fix(edit(source, 1, 1, "y"))])
    assert applied.texts == {source: "axb"}
    assert len(applied.left) == 1
