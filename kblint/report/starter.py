"""What `kblint init` says, and the files that it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kblint.report.document import inline
from kblint.report.printable import printable
from kblint.report.wording import plural
from kblint.source.discover import NAMES, SUFFIXES, TEMPLATES
from kblint.survey import Survey

SCHEMA_FILE = "kblint.schema.json"
BASELINE_FILE = "kblint-baseline.json"


def _any(suffixes: Iterable[str]) -> str:
    return "|".join(suffix.removeprefix(".") for suffix in sorted(suffixes))


READ = rf"\.({_any(SUFFIXES)})(\.({_any(TEMPLATES)}))?$|(^|/)({_any(NAMES)})[^./]*$"
"""A regular expression for the paths that are read, by their names."""
HOOK = f"""\
  - repo: local
    hooks:
      - id: kblint
        name: kblint
        entry: kblint check
        language: system
        # what one file breaks shows in another: the hook needs every file, not only the changed ones
        pass_filenames: false
        files: {READ}
"""
"""An entry of `repos:` in `.pre-commit-config.yaml`."""
_NAMED = 3


def said(survey: Survey) -> str:
    """What was found, a line a thing; ends with a line end."""
    return "".join(f"{printable(line)}\n" for line in _said(survey))


def configuration(survey: Survey) -> str:
    """A `kblint.yaml` that changes nothing but which folders are checked, and says what could be changed."""
    shows = "\n".join(f"# {printable(line)}" for line in _shows(survey))
    return _CONFIGURATION.format(
        schema=SCHEMA_FILE,
        shows=shows,
        paths=inline(survey.folders),
        baseline=BASELINE_FILE,
    )


def hooks() -> str:
    """A `.pre-commit-config.yaml` with nothing but the hook."""
    return f"repos:\n{HOOK}"


_CONFIGURATION = """\
# yaml-language-server: $schema={schema}

# What is taken as given about the cluster. auto takes hetzner-k3s where the files show both Hetzner and K3s, else
# kubernetes; what a profile says that is only detected is a guess, what one says that is named here is your statement.
{shows}
profile: auto

# What to check when no path is named. Everything that decides about a request belongs in here: manifests, balancers,
# firewalls, K3s configuration, Terraform.
paths: {paths}

# Files to leave out, as in .gitignore.
exclude: []

# Rules to leave out: everywhere, or for some files and objects (Kind/name or Kind/namespace/name, * allowed).
ignore: []
#  - {{rules: [POD002], paths: [apps/old/], objects: [Deployment/batch-*], reason: only reached from its own node}}

# From which severity on the exit code is 1: error, warning, info or never.
fail-on: error

# Findings that are known: made by `kblint check --write-baseline {baseline}`.
# baseline: {baseline}

# closed: the files hold everything that exists, so that what is not in them is missing.
# world: open

# cluster:
#   overlay: working      # pods were seen to reach each other across nodes
#   nodes: 3
"""


def _shows(survey: Survey) -> Iterator[str]:
    for name, paths in (("Hetzner", survey.hetzner), ("K3s", survey.k3s)):
        yield f"Shown here: {name}, by {_some(paths)}." if paths else f"Nothing here shows {name}."


def _said(survey: Survey) -> Iterator[str]:
    yield f"{plural(survey.files, 'file')} that kblint reads, in {', '.join(survey.folders)}"
    yield from (f"  {plural(*count)}" for count in survey.counts)
    for number, one, more, paths in (
        (len(survey.kustomizations), "kustomization", "kustomizations", survey.kustomizations),
        (len(survey.charts), "chart", "charts", survey.charts),
    ):
        if number:
            yield f"  {plural(number, one, more)}: {_some(paths)}"
    yield from _shows(survey)


def _some(paths: Sequence[str]) -> str:
    others = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {others} more" if others > 0 else "")
