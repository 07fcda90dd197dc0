"""`kblint rules --test`: examples that do not hold are told where they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from kblint.errors import KblintError
from tests.cli.running import run

ROOT = Path(__file__).parent.parent.parent
WEB = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort # <- related
  selector: {app: web}
  ports:
    - targetPort: 81 # <- primary
      port: 80
"""
FIX = {"title": "80", "applicability": "safe", "replace": "port.targetPort", "with": "80"}
FACTS = {
    "id": "OUR002",
    "name": "port-eighty",
    "summary": "a Service has another port than 80",
    "severity": "warning",
    "since": "1.0",
    "subject": "ServicePort",
    "condition": "port.targetPort == 80",
    "message": "port `${port.targetPort}` is not 80",
    "location": {"at": "port.targetPort", "label": "here"},
    "related": [{"at": "port.service.type", "label": "there"}],
    "fix": FIX,
    "rationale": "A test.",
}
RIGHT = WEB.replace("81 # <- primary", "80").replace(" # <- related", "")
GOOD = {"good": RIGHT}


class Literal(yaml.SafeDumper):
    """Writes texts of several lines as people do."""


Literal.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pack").mkdir()
    return tmp_path / "pack"


def told(pack: Path, *examples: Mapping[str, object], **changes: object) -> list[str]:
    """What is said of a rule with these examples: each failure with its line."""
    rule = {**FACTS, **changes, "examples": list(examples)}
    text = yaml.dump(rule, Dumper=Literal, sort_keys=False, width=1000)
    (pack / "rule.yaml").write_text(text)
    code, output = run("rules", "--test", "pack")
    failures = re.findall(r"^error\[OUR002\]: (.*?)\n +--> pack/rule.yaml:(\d+):\d+$", output, re.DOTALL | re.MULTILINE)
    assert bool(failures) is bool(code)
    lines = text.splitlines()
    return [f"{' '.join(message.split())} @ {lines[int(line) - 1].strip()}" for message, line in failures]


Example = Mapping[str, object]


def bad(text: str | Mapping[str, str] = WEB, fixed: str | None = "targetPort: 80", **more: object) -> Example:
    return {"bad": text, **({"fixed": fixed} if fixed else {}), **more}


def test_examples_that_hold_pass(pack: Path) -> None:
    assert told(pack, bad(), GOOD) == []
    files = {"a.yaml": WEB, "b.yaml": WEB.replace("name: web", "name: api")}
    assert told(pack, {"bad": files, "fixed": "targetPort: 80"}, GOOD) == []


def test_a_mark_that_nothing_meets_is_told_where_it_is(pack: Path) -> None:
    text = WEB.replace("name: web}", "name: web} # <- primary")
    assert told(pack, bad(text), GOOD) == ["this is marked, and not reported @ metadata: {name: web} # <- primary"]
    text = WEB.replace("name: web}", "name: web} # <- related")
    found = told(pack, bad({"x.yaml": text}), GOOD)
    assert found == ["this is marked, and not shown with a finding @ metadata: {name: web} # <- related"]


def test_what_no_mark_announces_is_told_where_it_is(pack: Path) -> None:
    assert told(pack, bad(WEB.replace(" # <- primary", "")), GOOD) == [
        "this is reported, and no mark says so: port `81` is not 80 @ - targetPort: 81"
    ]
    assert told(pack, bad(WEB.replace(" # <- related", "")), GOOD) == [
        "this is shown with a finding, and no mark says so: port `81` is not 80 @ type: NodePort"
    ]
    assert len(told(pack, bad(), {"good": WEB.replace(" # <- primary", "")})) == 1


def test_what_a_fix_leaves_is_compared(pack: Path) -> None:
    other = {**FIX, "with": "82"}
    assert told(pack, bad(fixed="targetPort: 82"), GOOD) == ["the fix leaves no such line @ fixed: 'targetPort: 82'"]
    assert told(pack, bad(fixed="targetPort: 82"), GOOD, fix=other) == [
        "what the fix leaves is reported again @ fixed: 'targetPort: 82'"
    ]
    assert told(pack, bad(fixed=None), GOOD) == [
        "a safe fix is offered here, and nothing says what it leaves @ - bad: |"
    ]
    assert told(pack, bad(fixed=None), GOOD, fix={**FIX, "applicability": "unsafe"}) == []
    assert told(pack, bad(), GOOD, fix={**FIX, "when": "port.targetPort == 1"}) == [
        "no fix is offered here @ fixed: 'targetPort: 80'"
    ]


def test_an_example_that_cannot_be_read_proves_nothing(pack: Path) -> None:
    (one,) = told(pack, bad(), {"good": RIGHT.replace("{app: web}", "{app: web")})
    assert re.fullmatch(r"this cannot be read: .* @ ports:", one)


def test_a_condition_that_cannot_be_evaluated_is_told(pack: Path) -> None:
    mended, right = told(pack, bad(), GOOD, condition="80 / (port.targetPort - 80) == 1")
    assert "could not be evaluated" in mended
    assert mended.endswith("@ fixed: 'targetPort: 80'")
    assert "could not be evaluated" in right
    assert right.endswith("@ port: 80")


def test_a_rule_needs_examples_of_both_kinds(pack: Path) -> None:
    assert told(pack, bad()) == ["no example shows what this rule leaves alone @ examples:"]
    assert told(pack, GOOD) == ["no example shows what this rule reports @ examples:"]


def test_what_stands_in_given_is_told_at_the_example(pack: Path) -> None:
    (pack / "given").mkdir()
    (pack / "given" / "other.yaml").write_text(RIGHT.replace("targetPort: 80", "targetPort: 82").replace("web", "api"))
    first, second = told(pack, bad(), {**GOOD, "given": ["other"]})
    assert first.startswith("in `other.yaml`: this is shown with a finding")
    assert second == "in `other.yaml`: this is reported, and no mark says so: port `82` is not 80 @ - good: |"


def test_only_the_rules_of_the_folder_are_tried_and_each_once(pack: Path) -> None:
    (pack.parent / "kblint.yaml").write_text("rules: [pack]\n")
    assert told(pack, bad(), GOOD) == []
    assert run("rules", "--test", "./pack/")[1] == "OUR002 port-eighty: 2 examples, ok\n\n1 rule passed\n"


@pytest.mark.parametrize(("folder", "message"), [("gone", "no such folder"), ("empty", "there is no rule in `empty`")])
def test_a_folder_without_rules_is_no_pass(pack: Path, folder: str, message: str) -> None:
    (pack.parent / "empty").mkdir()
    with pytest.raises(KblintError, match=message):
        run("rules", "--test", folder)


@pytest.mark.parametrize("area", ["document", "service", "balancer"])
def test_the_rules_of_kblint_pass(area: str) -> None:
    code, output = run("rules", "--test", str(ROOT / "rules" / area))
    assert (code, re.findall(r"^.*failure.*$", output, re.MULTILINE)) == (0, [])
