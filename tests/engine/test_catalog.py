"""The catalogue: what is found, and what is kept between runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kblint.engine.catalog import load_catalog, schema_text
from kblint.engine.rule import Rule, Status
from kblint.engine.rule_check import check_files
from kblint.finding import Severity
from kblint.itself import builtin_rules_folder
from kblint.kept import cache_folder
from kblint.own_file import validator
from tests.engine.toys import RULE, TERMS, Rules, candidate, judged, port, refused, with_lines


def entries(cache: Path) -> list[Path]:
    return sorted(cache.glob("catalog-*.json"))


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rule files were checked, one number for each time."""
    counted: list[int] = []
    check: Callable[..., object] = check_files

    def counting(files: list[object], *others: object) -> object:
        counted.append(len(files))
        return check(files, *others)

    monkeypatch.setattr("kblint.engine.catalog.check_files", counting)
    return counted


def shown(rules: Rules, cache: Path | None) -> list[str]:
    """The messages on one port."""
    catalog = rules.load(cache)
    return [f.message for f in judged(catalog, [candidate(port())])]


def test_rules_are_found_at_any_depth_but_not_in_hidden_folders(rules: Rules) -> None:
    (rules.folder / "service" / "deep").mkdir(parents=True)
    (rules.folder / ".git").mkdir()
    rules.write(RULE, "service/deep/b.yml")
    rules.write(with_lines(RULE, id="AA001", name="aa"), "a.yaml")
    rules.write("no rule at all: [", ".git/c.yaml")
    rules.write("a note", "README.md")
    assert list(rules.load().rules) == ["AA001", "SVC001"]


def test_a_rule_holds_what_its_file_says(rules: Rules) -> None:
    rules.write(
        with_lines(
            RULE,
            "status: preview",
            "yieldsTo: [AA001]",
            "references: [https://kubernetes.io/docs/]",
            """
            examples:
              - {title: a name, bad: "a: 1", fixed: "a: 2", profile: kubernetes, config: {nodes: 2}}
              - good: {a.tf: one, b.yaml: two}
            """,
        )
    )
    rules.write(with_lines(RULE, id="AA001", name="aa"), "a.yaml")
    catalog = rules.load()
    rule: Rule = catalog.rules["SVC001"]
    assert (rule.status, rule.severity, rule.since) == (Status.PREVIEW, Severity.ERROR, "0.1")
    assert rule.check is not None
    assert rule.check.yields_to == {"AA001"}
    bad, good = rule.examples
    assert (bad.is_bad, dict(bad.files), bad.fixed, bad.title) == (True, {"example.yaml": "a: 1"}, "a: 2", "a name")
    assert (bad.profile, dict(bad.config)) == ("kubernetes", {"nodes": 2})
    assert (good.is_bad, dict(good.files), good.profile) == (False, {"a.tf": "one", "b.yaml": "two"}, "hetzner-k3s")
    assert catalog.ids == {"AA001": "AA001", "aa": "AA001", "SVC001": "SVC001", "unresolved-target-port": "SVC001"}


GIVEN = """
examples:
  - {given: [shared], bad: "b: 2  # <- primary"}
"""


def given(rules: Rules, name: str, text: str) -> None:
    (rules.folder / "given").mkdir(parents=True, exist_ok=True)
    (rules.folder / "given" / name).write_text(text)


def test_what_is_given_is_among_the_files_of_the_example_and_no_rule(rules: Rules, tmp_path: Path) -> None:
    given(rules, "shared.yaml", "a: 1")
    rules.write(with_lines(RULE, GIVEN), "service/rule.yaml")
    for _ in range(2):  # the second time from the cache
        (example,) = rules.load(tmp_path / "cache").rules["SVC001"].examples
        assert dict(example.files) == {"shared.yaml": "a: 1", "example.yaml": "b: 2  # <- primary"}
        assert example.given == {"shared.yaml"}


def test_a_rule_sees_what_its_own_folder_gives_before_what_others_do(rules: Rules, tmp_path: Path) -> None:
    others = Rules(tmp_path / "others")
    for folder, text in ((rules, "a: 1"), (others, "a: 2")):
        given(folder, "shared.yaml", text)
    given(others, "more.yaml", "a: 3")
    rules.write(with_lines(RULE, GIVEN.replace("shared", "shared, more")))
    others.write(with_lines(RULE, GIVEN, id="AA001", name="aa"))
    catalog = load_catalog([others.folder, rules.folder], TERMS, cache=None)
    files = {id: dict(rule.examples[0].files) for id, rule in catalog.rules.items()}
    assert (files["SVC001"]["shared.yaml"], files["SVC001"]["more.yaml"]) == ("a: 1", "a: 3")
    assert files["AA001"]["shared.yaml"] == "a: 2"


@pytest.mark.parametrize(
    ("name", "text", "example", "message", "help"),
    [
        ("shard.yaml", "a: 1", GIVEN, "there is no manifest `shared` in `given/`", "did you mean `shard`?"),
        ("shared.yaml", "a: 1  # <- related", GIVEN, "`shared` holds a mark, which only an example can", None),
        (
            "shared.yaml",
            "a: 1",
            GIVEN.replace('"b: 2  # <- primary"', '{shared.yaml: "b: 2"}'),
            "the example has a file `shared.yaml` of its own",
            None,
        ),
    ],
)
def test_what_cannot_be_given_is_refused_where_it_is_named(
    rules: Rules, name: str, text: str, example: str, message: str, help: str | None
) -> None:
    given(rules, name, text)
    refused(rules, with_lines(RULE, example), "shared]", message, help)


def test_a_misspelled_mark_in_an_example_is_refused(rules: Rules) -> None:
    rule = with_lines(RULE, 'examples: [{bad: {a.yaml: "b: 2  # <- primry"}}]')
    refused(rules, rule, "primry", "unknown mark `primry`", "did you mean `primary`?")


def test_the_second_run_checks_nothing_and_finds_the_same(rules: Rules, tmp_path: Path, checks: list[int]) -> None:
    rules.write(RULE)
    first = shown(rules, tmp_path / "cache")
    assert shown(rules, tmp_path / "cache") == first == ["target port `http` of `web` does not exist"]
    assert checks == [1]


def test_a_changed_rule_is_checked_again(rules: Rules, tmp_path: Path, checks: list[int]) -> None:
    rules.write(RULE)
    rules.load(tmp_path)
    rules.write(with_lines(RULE, message="another"))
    assert shown(rules, tmp_path) == ["another"]
    assert checks == [1, 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "",
        lambda _: "\x00",
        lambda text: text.replace("does not exist", "is a lie"),
        lambda _: json.dumps({"rules": []}),
    ],
)
def test_a_damaged_entry_is_ignored_and_written_again(
    rules: Rules, tmp_path: Path, checks: list[int], damage: Callable[[str], str]
) -> None:
    rules.write(RULE)
    rules.load(tmp_path)
    (entry,) = entries(tmp_path)
    entry.write_text(damage(entry.read_text()))
    for _ in range(2):
        assert shown(rules, tmp_path) == ["target port `http` of `web` does not exist"]
    assert entries(tmp_path) == [entry]
    assert checks == [1, 1]


def test_a_changed_manifest_is_seen_in_the_next_run(rules: Rules, tmp_path: Path) -> None:
    rules.write(with_lines(RULE, GIVEN))
    for text in ("a: 1", "a: 2"):
        given(rules, "shared.yaml", text)
        (example,) = rules.load(tmp_path / "cache").rules["SVC001"].examples
        assert example.files["shared.yaml"] == text


def test_without_a_cache_nothing_is_written(rules: Rules, tmp_path: Path) -> None:
    rules.write(RULE)
    before = sorted(tmp_path.rglob("*"))
    rules.load(None)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_cache_that_cannot_be_written_is_no_error(rules: Rules, tmp_path: Path) -> None:
    rules.write(RULE)
    (tmp_path / "file").write_text("in the way")
    assert shown(rules, tmp_path / "file" / "cache") == ["target port `http` of `web` does not exist"]


def test_a_broken_rule_leaves_nothing_in_the_cache(rules: Rules, tmp_path: Path) -> None:
    rules.write(with_lines(RULE, condition="nope"))
    with pytest.raises(Exception, match="unknown name `nope`"):
        rules.load(tmp_path / "cache")
    assert entries(tmp_path / "cache") == []


def test_only_the_newest_entries_are_kept(rules: Rules, tmp_path: Path) -> None:
    for number in range(12):
        rules.write(with_lines(RULE, message=f"message {number}"))
        rules.load(tmp_path)
        for age, entry in enumerate(sorted(entries(tmp_path), key=lambda file: file.stat().st_mtime_ns)):
            os.utime(entry, ns=(age, age))
    assert len(entries(tmp_path)) == 8


@pytest.mark.skipif(sys.platform == "win32", reason="the folders of other systems")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/kblint"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/kblint"),
        ({"HOME": "/h"}, "/h/.cache/kblint"),
        ({}, None),
    ],
)
def test_the_cache_lies_in_the_users_cache_folder(environment: dict[str, str], expected: str | None) -> None:
    assert cache_folder(environment) == (Path(expected) if expected else None)


def test_kblints_own_rules_are_found_in_a_checkout() -> None:
    assert builtin_rules_folder().name == "rules"
    assert builtin_rules_folder().is_dir()


def test_the_schema_of_rule_files_is_a_schema() -> None:
    schema = json.loads(schema_text())
    validator(schema).check_schema(schema)
