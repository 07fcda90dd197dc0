"""A pack of rules that a stranger wrote neither hangs nor fills the memory: the rule that would is named."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kblint.cel.growth import MOST, check_growth, growth
from kblint.own_file import MistakeError
from tests.cli.running import APP, NEVER

ROOT = Path(__file__).parents[2]
EVALUATED = "could not be evaluated on"
NAME = "port.service.name"
DOUBLING = "[s].map(x, x + x)" + ".map(x, x + x)" * 30


@pytest.mark.parametrize(
    ("expression", "longest", "is_bounded"),
    [
        ("a.name + ' ' + b.name", 1_000_000, True),
        ("names.map(n, '`' + n + '`').join(', ')", 1_000_000, True),
        ("names.map(n, n.replace('.', '-'))", 1_000_000, True),
        ("names.map(n, s)", 100, True),
        ("names.map(n, s)", 100_000, False),
        ("s.replace('a', s)", 1000, True),
        ("s.replace('a', s)", 1_000_000, False),
        ("s.split('').join(s)", 1_000_000, False),
        ("s.replace('', 'aaaaaaaaaa')" + ".replace('', 'aaaaaaaaaa')" * 6, 100, False),
        (DOUBLING, 1, False),
        ("[[s]].map(x, x + x)" + ".map(x, [x, x])" * 30, 1, False),
    ],
)
def test_what_an_expression_can_make_is_bounded_by_what_it_is_given(
    expression: str, longest: int, is_bounded: bool
) -> None:
    assert (growth(expression).most(longest) <= MOST) is is_bounded


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (DOUBLING, "what this expression makes could have more than 50,000,000 characters"),
        ("1 + " * 2000 + "1", "this expression has 8,001 characters, 5,000 are the most"),
    ],
)
def test_an_expression_that_grows_whatever_it_is_given_is_refused(expression: str, message: str) -> None:
    with pytest.raises(MistakeError, match=message):
        check_growth(expression)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (DOUBLING.replace("s]", "NAME]"), "what this expression makes could have more than"),
        (
            "port.service.name.split('').map(a, port.service.name.replace('a', port.service.name))",
            "could not be evaluated on",
        ),
        ("NAME.split('').map(a, NAME.replace('a', NAME))", EVALUATED),
        ("NAME.split('').map(a, NAME).join('')", EVALUATED),
        ("NAME.split('').map(a, NAME.split('').map(b, b))", EVALUATED),
    ],
)
def test_a_rule_that_would_fill_the_memory_is_named(expression: str, message: str, tmp_path: Path) -> None:
    rule = NEVER.replace("port.port / (80 - port.port) == 0", f"size({expression.replace('NAME', NAME)}) < 0")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(rule, encoding="utf-8")
    (tmp_path / "app.yaml").write_text(APP.replace("name: web,", f"name: {'a' * 20_000},"), encoding="utf-8")
    program = textwrap.dedent("""
        import resource
        import sys

        resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        from kblint.cli.start import main

        sys.argv = ["kblint", "check", "--rules", "rules", "app.yaml"]
        main()
    """)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr[-2000:]
    assert "SVC090" in done.stderr or "rules/a.yaml" in done.stderr
