"""Every command on folders that nobody wrote: kblint's own files among them, secrets in the others.

A run ends with 0, 1 or an error of kblint's own, says the same twice, shows no secret, and mends a file once.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest
from click.testing import CliRunner
from hypothesis import strategies as st

from kblint.cli.main import cli
from kblint.errors import KblintError
from kblint.report.formats import format_names
from tests.fuzz.budget import Budget
from tests.fuzz.corpus import corpus, inputs
from tests.fuzz.mutations import Draw, changed
from tests.secrets.planted import planted

RUNS = [
    *((command, "--format", name) for command in ("trace", "ports", "checklist") for name in format_names(command)),
    *(("check", "--format", name, *more) for name in format_names() for more in ([], ["--show-suppressed"])),
    *(("check", more) for more in ("--diff", "--isolated", "--closed-world", "--quiet")),
    *(
        ("ports", "--free", "3"),
        ("trace", "--from-node"),
        ("trace", "--inside"),
        ("trace", "--to", "https://shop.example.com/"),
    ),
]
OWN = [
    *(("rules", "--rules", "rules", "--format", name) for name in ("text", "json", "markdown")),
    *(("check", "--rules", "rules"), ("checklist", "--rules", "rules"), ("explain", "TEAM001", "--rules", "rules")),
]
MENDS = [("check", "--fix"), ("check", "--fix", "--unsafe-fixes")]
PLANTED = [(path, text, signs) for _, path, text, signs in planted()]
BETWEEN = {".yaml": "\n---\n", ".json": "\n"}


@contextmanager
def folder(texts: Mapping[str, str]) -> Iterator[Path]:
    """The working directory, with these files in it."""
    before = Path.cwd()
    with TemporaryDirectory() as name:
        for path, text in texts.items():
            (Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / path).write_bytes(text.encode("utf-8", "surrogatepass"))
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)


def said(*words: str) -> str:
    """All that a run tells, whatever it ends with."""
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    error = result.exception
    assert error is None or isinstance(error, KblintError | click.ClickException), words
    assert error is not None or result.return_value in (None, 0, 1, 2)
    return f"{result.return_value} {result.stdout}{result.stderr}{error or ''}{getattr(error, 'help', '')}"


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled rules are kept for all runs of this session, and not where the user's are."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@st.composite
def folders(draw: Draw, own: str = "") -> Mapping[str, str]:
    """Some inputs, one of them changed, or the file of our own."""
    texts = {}
    for format in draw(st.lists(st.sampled_from(inputs()), min_size=1, max_size=4, unique=True)):
        name = draw(st.sampled_from(sorted(corpus()[format])))
        texts[name] = corpus()[format][name]
    if own:
        name = draw(st.sampled_from(sorted(corpus()[own])))
        texts[f"rules/{name}" if own == "rules" else name] = draw(
            changed(corpus()[own][name], list(corpus()[own].values()))
        )
    else:
        texts[name] = draw(changed(texts[name], list(texts.values())))
    return texts


def says_the_same_twice(texts: Mapping[str, str], runs: Sequence[Sequence[str]]) -> None:
    with folder(texts):
        for words in runs:
            assert said(*words) == said(*words)


def test_commands(budget: Budget) -> None:
    runs = st.lists(st.sampled_from(RUNS), min_size=1, max_size=2)
    assert budget.spend(st.tuples(folders(), runs), lambda given: says_the_same_twice(*given)) > 0


def test_configuration(budget: Budget) -> None:
    runs = st.lists(st.sampled_from(RUNS), min_size=1, max_size=2)
    assert budget.spend(st.tuples(folders("configuration"), runs), lambda given: says_the_same_twice(*given)) > 0


def test_rules_of_ones_own(budget: Budget) -> None:
    runs = st.lists(st.sampled_from(OWN), min_size=1, max_size=1)
    assert budget.spend(st.tuples(folders("rules"), runs), lambda given: says_the_same_twice(*given)) > 0


def test_what_fix_writes_is_mended(budget: Budget) -> None:
    def check(given: tuple[Mapping[str, str], Sequence[str]]) -> None:
        texts, words = given
        with folder(texts) as here:
            before = {path: path.read_bytes() for path in sorted(here.rglob("*")) if path.is_file()}
            said(*words)
            assert sorted(path for path in here.rglob("*") if path.is_file()) == list(before)
            once = {path: path.read_bytes() for path in before}
            said(*words)
            assert {path: path.read_bytes() for path in before} == once

    assert budget.spend(st.tuples(folders(), st.sampled_from(MENDS)), check) > 0


@st.composite
def secret(draw: Draw) -> tuple[Mapping[str, str], Sequence[str]]:
    """A secret behind what nobody wrote, beside an input."""
    path, text, signs = draw(st.sampled_from(PLANTED))
    suffix = Path(path).suffix
    kin = [one for name in inputs() for file, one in corpus()[name].items() if Path(file).suffix == suffix] or [""]
    if suffix != ".json":
        text = f"{draw(changed(draw(st.sampled_from(kin)), kin))}{BETWEEN.get(suffix, chr(10))}{text}"
    return {path: text, "shop.yaml": corpus()["kubernetes"]["shop.yaml"]}, signs


def test_secrets(budget: Budget) -> None:
    def check(given: tuple[tuple[Mapping[str, str], Sequence[str]], Sequence[Sequence[str]]]) -> None:
        (texts, signs), runs = given
        with folder(texts):
            shown = [said(*words) for words in itertools.chain(runs, [("check", "--show-suppressed")])]
        assert [sign for sign in signs for text in shown if sign in text] == []

    runs = st.lists(st.sampled_from(RUNS), min_size=1, max_size=2)
    assert budget.spend(st.tuples(secret(), runs), check) > 0
