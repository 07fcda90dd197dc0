"""Every input that kblint is held to as a whole, by the name of the golden file that tells what is said about it.

One golden file may hold several inputs that belong together, such as the examples of one rule; each is a folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kblint.engine.rule import Rule
from tests.given.runs import catalog
from tests.lab.mutations import MUTATIONS, mutated
from tests.lab.wirings import Wiring, right_wiring
from tests.single_mistakes import MISTAKES, written

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT.parent / "shared" / "cases"
"""What people got wrong; it lies beside the repository, and not everywhere."""
RIGHT, MIXED = 6, 10
"""How many generated deployments have no mistake, and how many have one to three."""


@dataclass(frozen=True)
class Given:
    """One input: files by path, or a folder that is there."""

    files: Mapping[str, str]
    folder: Path | None = None

    def placed(self, folder: Path) -> Path:
        """Where it can be read; what is not there yet is written into `folder`."""
        if self.folder is not None:
            return self.folder
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def names() -> list[str]:
    """All golden files, without those of cases that are not there."""
    return [
        "nothing",
        *(f"fixtures/{name}" for name in _fixtures()),
        *(f"rules/{id}" for id, rule in catalog().rules.items() if rule.examples),
        *(f"mistakes/{name}" for name in MISTAKES),
        *(f"lab/{name}" for name in MUTATIONS),
        *(f"lab/right-{seed}" for seed in range(RIGHT)),
        *(f"lab/mixed-{seed}" for seed in range(MIXED)),
        *(f"cases/{name}" for name in _cases()),
    ]


def inputs(name: str) -> dict[str, Given]:
    """The inputs of one golden file by a name of their own."""
    group, _, rest = name.partition("/")
    match group:
        case "fixtures":
            return {"": Given({}, _fixtures()[rest])}
        case "rules":
            return dict(_examples(catalog().rules[rest]))
        case "mistakes":
            return {"": Given(written(MISTAKES[rest]))}
        case "lab":
            return {"": Given(_wiring(rest).texts())}
        case "cases":
            folder = CASES / rest
            sides = [folder / side for side in ("bad", "good") if (folder / side).is_dir()]
            return {side.name: Given({}, side) for side in sides} if sides else {"": Given({}, folder)}
        case _:
            return {
                "kubernetes": Given({"kblint.yaml": "profile: kubernetes\n"}),
                "hetzner-k3s": Given({"kblint.yaml": "profile: hetzner-k3s\n"}),
            }


def _fixtures() -> dict[str, Path]:
    """Every folder of `fixtures/` that is a scenario, by a name without slash."""
    folder = ROOT / "fixtures"
    found = sorted(file.parent for file in folder.rglob("expected.txt"))
    return {path.relative_to(folder).as_posix().replace("/", "-"): path for path in found}


def _examples(rule: Rule) -> Iterator[tuple[str, Given]]:
    for number, example in enumerate(rule.examples):
        files = dict(example.files)
        files.setdefault("kblint.yaml", json.dumps({"profile": example.profile, **example.config}))
        yield f"{number} {'bad' if example.is_bad else 'good'}", Given(files)


def _wiring(name: str) -> Wiring:
    kind, _, seed = name.rpartition("-")
    if kind in ("right", "mixed"):
        return right_wiring(int(seed)) if kind == "right" else mutated(100 + int(seed))
    return mutated(1, name)


def _cases() -> list[str]:
    return [
        folder.relative_to(CASES).as_posix()
        for kind in ("field", "repositories", "reproducers", "lab")
        for folder in sorted((CASES / kind).glob("*"))
        if folder.is_dir()
    ]
