"""Broken rule files are refused, with the place of the mistake."""

from __future__ import annotations

import pytest

from tests.engine.toys import RULE, Rules, refusal, refused, with_lines


def test_a_sound_rule_is_accepted(rules: Rules) -> None:
    rules.write(RULE)
    assert list(rules.load().rules) == ["SVC001"]


def test_bad_yaml_is_refused_where_it_breaks(rules: Rules) -> None:
    rules.write(RULE + "help: [")
    error = refusal(rules)
    assert error.line is not None
    assert error.line >= RULE.count("\n") + 1


def test_a_duplicate_key_is_refused(rules: Rules) -> None:
    rules.write(RULE + "since: '0.2'\n")
    assert "written twice" in refusal(rules).message


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_is_refused(rules: Rules, text: str) -> None:
    refused(rules, text, None, "the file holds no rule", None)


def test_a_second_document_is_refused(rules: Rules) -> None:
    rules.write(f"{RULE}---\n{RULE}")
    assert refusal(rules).message == "a rule file holds one rule"


def test_a_list_is_refused(rules: Rules) -> None:
    refused(rules, "- a\n", "- a", "a rule is a mapping", None)


def test_text_that_is_not_utf_8_is_refused(rules: Rules) -> None:
    rules.write("")
    (rules.folder / "rule.yaml").write_bytes(b"a: \xff")
    assert refusal(rules).message == "cannot be read: is not UTF-8 text (byte 3)"


def test_a_missing_folder_is_refused(rules: Rules) -> None:
    assert refusal(rules).message == "no such folder of rules"


@pytest.mark.parametrize(
    ("replaced", "lines", "at", "message", "help"),
    [
        ({"message": ""}, (), None, "`message` is missing", None),
        ({"location": "{label: x}"}, (), None, "`at` is missing", None),
        ({}, ("sverity: info",), "sverity", "unknown key `sverity`", "did you mean `severity`?"),
        ({"location": "{at: port.port, labl: x}"}, (), "labl", "unknown key `labl`", "did you mean `label`?"),
        ({"severity": "critical"}, (), "critical", "`critical` is none of error, warning, info", None),
        (
            {"id": "svc1"},
            (),
            "svc1",
            "`svc1` is not a rule id: two to five capital letters and three digits",
            None,
        ),
        (
            {"since": "0.1"},
            (),
            "0.1",
            "expected text, found a number",
            "quote it; an expression that starts with `!` must be quoted too",
        ),
        (
            {"condition": "!port.names"},
            (),
            None,
            "this is empty",
            "quote it; an expression that starts with `!` must be quoted too",
        ),
        ({}, ("related: []",), "[]", "this is empty", None),
        ({}, ("help: [a]",), "help", "expected text, found a list", None),
        (
            {},
            ("fix: {title: t, applicability: safe, replace: port.port}",),
            "replace",
            "`replace` needs `with` beside it",
            None,
        ),
        (
            {},
            ("fix: {title: t, applicability: safe}",),
            "fix",
            "exactly one of `replace` and `remove` is needed",
            None,
        ),
        ({}, ("examples: [{good: a, bad: b}]",), None, "exactly one of `bad` and `good` is needed", None),
        ({}, ("examples: [{good: a, fixed: b}]",), "fixed", "`fixed` needs `bad` beside it", None),
        ({}, ("builtIn: true",), "subject", "`subject` has no place in a built-in or removed rule", None),
        (
            {},
            ("lower: [{to: error, when: 'true', because: so}]",),
            "error, when",
            "`error` is none of warning, info",
            None,
        ),
    ],
)
def test_a_file_that_does_not_fit_the_schema_is_refused(
    rules: Rules, replaced: dict[str, str], lines: tuple[str, ...], at: str | None, message: str, help: str | None
) -> None:
    rule = with_lines(RULE, *lines, **replaced)
    refused(rules, rule, at, message, help)


@pytest.mark.parametrize(
    ("replaced", "lines", "at", "message", "help"),
    [
        (
            {"condition": "port.targtPort in port.names"},
            (),
            "targtPort",
            "`targtPort` is no field of ServicePort",
            "did you mean `targetPort`?",
        ),
        ({"condition": "prt.port > 1"}, (), "prt", "unknown name `prt`", "did you mean `port`?"),
        ({"condition": "port.port > 1 && prt.port > 1"}, (), "prt", "unknown name `prt`", "did you mean `port`?"),
        ({"condition": "port.port > 'a'"}, (), "> 'a'", "`>` cannot be applied to (int, string)", None),
        ({"condition": "port.port"}, (), "port.port", "expected a bool, this gives: int", None),
        ({"condition": "port.nodePort"}, (), "port.nodePort", "expected a bool, this gives: int", None),
        ({"condition": "port.service"}, (), "port.service", "expected a bool, this gives: Service", None),
        (
            {"message": "port ${port.prt} is wrong"},
            (),
            "prt",
            "`prt` is no field of ServicePort",
            "did you mean `port`?",
        ),
        (
            {"message": "port ${port.service} is wrong"},
            (),
            "port.service",
            "expected a single value, or a list of strings or ints, this gives: Service",
            None,
        ),
        (
            {"message": "port ${port.port"},
            (),
            "${",
            "`${` without its `}`",
            "close it, or write `$${` for a plain `${`",
        ),
        ({"message": "port ${}"}, (), "${", "`${}` holds no expression", None),
        (
            {"certainty": ""},
            ("certainty: 'true'", "likely: a guess"),
            "true",
            "expected a string, this gives: bool",
            None,
        ),
        ({"location": "{at: prt.port}"}, (), "prt", "unknown name `prt`", "did you mean `port`?"),
        ({"location": "{at: port.service.nme}"}, (), "nme", "`nme` is no field of Service", "did you mean `name`?"),
        ({"location": "{at: port.port.x}"}, (), "x}", "no fields below this value: int", None),
        (
            {"location": "{at: port.service.workloads.name}"},
            (),
            "name}\nrationale",
            "a list of rows has no fields",
            "take one of them: `[0]`",
        ),
        (
            {"location": "{at: 'port.names[0]'}"},
            (),
            "[0]",
            "an index needs a list of rows, found: list of string",
            None,
        ),
        (
            {},
            ("related: [{each: port.names, as: one, at: one, label: x}]",),
            "port.names, as",
            "`each` needs a list of rows, found: list of string",
            None,
        ),
        (
            {},
            ("related: [{each: port.service.workloads, as: port, at: port, label: x}]",),
            "port, at",
            "`port` is already taken",
            "choose another name",
        ),
        (
            {},
            ("related: [{each: port.service.workloads, as: w, at: w.nme, label: x}]",),
            "nme",
            "`nme` is no field of Workload",
            "did you mean `name`?",
        ),
        ({}, ("related: [{at: w, label: x}]",), "w, label", "unknown name `w`", "there are `port`, `profile`"),
        (
            {},
            ("fix: {title: t, applicability: safe, remove: port.service}",),
            "port.service}",
            "a fix changes single values, found: row",
            None,
        ),
        (
            {},
            ("fix: {title: t, applicability: safe, replace: port.port, with: port.names}",),
            "port.names}",
            "expected an int or a string, this gives: list of string",
            None,
        ),
        (
            {"severity": "warning"},
            ("lower: [{to: warning, when: 'true', because: so}]",),
            "warning, when",
            "`warning` is not below `warning`",
            None,
        ),
        ({"subject": "ServisePort"}, (), "ServisePort", "unknown subject `ServisePort`", "did you mean `ServicePort`?"),
        ({}, ("yieldsTo: [SVC002]",), "SVC002", "unknown rule `SVC002`", "did you mean `SVC001`?"),
    ],
)
def test_a_name_path_or_expression_that_means_nothing_is_refused(
    rules: Rules, replaced: dict[str, str], lines: tuple[str, ...], at: str, message: str, help: str | None
) -> None:
    rule = with_lines(RULE, *lines, **replaced)
    refused(rules, rule, at, message, help)


def test_a_mistake_in_a_block_scalar_is_shown_at_its_own_line(rules: Rules) -> None:
    rule = with_lines(RULE, condition="|\n  port.targetPort in port.names\n    && port.nope > 1")
    refused(rules, rule, "nope", "`nope` is no field of ServicePort", refusal_help(rules, rule))


def refusal_help(rules: Rules, rule: str) -> str | None:
    rules.write(rule)
    return refusal(rules).help


def test_a_mistake_in_a_folded_template_is_shown_at_its_own_line(rules: Rules) -> None:
    rule = with_lines(RULE, message=">-\n  port `${port.port}`\n  of `${port.servce.name}`")
    refused(rules, rule, "servce", "`servce` is no field of ServicePort", "did you mean `service`?")


def test_two_rules_with_one_id_are_refused(rules: Rules) -> None:
    rules.write(RULE, "a.yaml")
    rules.write(with_lines(RULE, name="other-name"), "b.yaml")
    error = refusal(rules)
    assert error.message == f"id `SVC001` is already used by `{(rules.folder / 'a.yaml').as_posix()}`"
    assert (error.path, error.line, error.column) == ((rules.folder / "b.yaml").as_posix(), 1, 5)


def test_two_rules_with_one_name_are_refused(rules: Rules) -> None:
    rules.write(RULE, "a.yaml")
    rules.write(with_lines(RULE, id="SVC002"), "b.yaml")
    assert "name `unresolved-target-port` is already used" in refusal(rules).message


def test_rules_that_yield_to_each_other_are_refused(rules: Rules) -> None:
    rules.write(with_lines(RULE, "yieldsTo: [SVC002]"), "a.yaml")
    rules.write(with_lines(RULE, "yieldsTo: [SVC001]", id="SVC002", name="other-name"), "b.yaml")
    assert refusal(rules).message == "`SVC002` yields to this rule too, so that both would stay silent"


def test_a_built_in_rule_speaks_of_no_subject(rules: Rules) -> None:
    described = with_lines(RULE, "builtIn: true", subject="", condition="", message="", location="")
    rules.write(described + "help: look at ${port.port}\n")
    assert refusal(rules).message == "this rule has no subject to speak of"
    rules.write(described + "help: look at it\n")
    assert rules.load().rules["SVC001"].check is None


def test_any_other_mistake_is_told_as_the_compiler_says_it(rules: Rules) -> None:
    rules.write(with_lines(RULE, condition="port.port > 1 &&"))
    assert refusal(rules).message.startswith("syntax error: ")
