"""`.gitignore` means what it means to git, and asking it costs no more than it must."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from kblint.source.discover import discover
from kblint.source.ignore import MAX_LINE, MAX_PATTERNS, Ignores

NAMES = ("a", "b", "ab", "a.yaml", "b.yaml", "a b.yaml", "x[1].yaml")
PATTERNS = (
    *(
        "a",
        "b/",
        "/a",
        "a/",
        "*.yaml",
        "!a.yaml",
        "!b/",
        "a/b",
        "/a/b.yaml",
        "a/*",
        "!a/b",
        "a/**",
        "**/b",
        "a/**/b.yaml",
    ),
    *(
        "**/a/*.yaml",
        "*",
        "!*/",
        "?",
        "[ab]",
        "[!a].yaml",
        "[^b].yaml",
        "a\\ b.yaml",
        "a b.yaml  ",
        "\\!a",
        "#a",
        "\\#a",
        "",
    ),
    *(
        "x\\[1\\].yaml",
        "x[[]1].yaml",
        "/",
        "//",
        "**",
        "a**",
        "**/",
        "/**/a.yaml",
        "b/**/**/a",
        "a.yaml\r",
        "a.y*l",
        "**a/b",
    ),
)
GIT = shutil.which("git")


def grow(folder: Path, depth: int) -> None:
    """Every file of NAMES, and every folder of the names without a suffix, `depth` times."""
    for name in NAMES:
        if "." in name:
            (folder / name).write_text("", encoding="utf-8")
        elif depth:
            (folder / name).mkdir()
            grow(folder / name, depth - 1)


def kept_by_git(root: Path) -> set[str]:
    command = ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard"]
    told = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode()
    return {path for path in told.split("\0") if path.endswith(".yaml")}


@pytest.mark.skipif(GIT is None, reason="git is asked what it ignores")
def test_ignored_is_what_git_ignores(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    grow(tmp_path, 2)
    chosen = random.Random(7)
    for _ in range(60):
        for file in (".gitignore", "a/.gitignore", "a/b/.gitignore", ".git/info/exclude"):
            lines = [chosen.choice(PATTERNS) for _ in range(chosen.randint(0, 4))]
            (tmp_path / file).write_text("\n".join(lines), encoding="utf-8", newline="")
        found = {path.relative_to(tmp_path).as_posix() for path in discover(["."], root=tmp_path).files}
        texts = [(tmp_path / folder / ".gitignore").read_text(encoding="utf-8") for folder in (".", "a", "a/b")]
        assert found == kept_by_git(tmp_path), texts


def test_what_only_this_clone_ignores_counts_too_and_not_in_isolation(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("mine.yaml\n", encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.yaml").write_text("", encoding="utf-8")
    assert discover(["a"], root=tmp_path).files == ()
    assert len(discover(["a"], root=tmp_path, gitignore=False).files) == 1
    (tmp_path / ".git" / "info" / "exclude").unlink()
    (tmp_path / ".git" / "info" / "exclude").symlink_to("/etc/passwd")
    found = discover(["a"], root=tmp_path)
    assert [one.is_outside for one in found.outside] == [True]
    assert len(found.files) == 1
    (tmp_path / "elsewhere" / "info").mkdir(parents=True)
    (tmp_path / "elsewhere" / "info" / "exclude").write_text("mine.yaml\n", encoding="utf-8")
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / ".git").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "repository" / "mine.yaml").write_text("", encoding="utf-8")
    assert len(discover(["repository"], root=tmp_path).files) == 1


def test_a_pattern_that_backtracks_costs_no_time() -> None:
    ways = Ignores().with_lines([f"**/{'a/**/' * 20}b", f"{'*a' * 60}b", f"/{'**/' * 50}x"])
    start = time.process_time()
    for _ in range(300):
        assert ways.leaves_out("a" * 250, is_dir=True) is None
        ways = ways.inside("a")
    assert ways.leaves_out("b", is_dir=False)
    assert time.process_time() - start < 5


def seconds(root: Path, depth: int) -> float:
    """How long it takes to list so many folders inside each other, each with a `.gitignore`."""
    folder = root
    for _ in range(depth):
        folder /= "a"
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text("*.txt\nnone\n/a/b\n", encoding="utf-8")
        (folder / "a.yaml").write_text("", encoding="utf-8")
    start = time.process_time()
    assert len(discover(["."], root=root).files) == depth
    return time.process_time() - start


def test_folders_inside_each_other_are_listed_in_bounded_time(tmp_path: Path) -> None:
    seconds(tmp_path / "warm", 20)
    short, long = (min(seconds(tmp_path / f"{depth}-{number}", depth) for number in range(2)) for depth in (150, 600))
    assert long < 16 * short + 0.2, (short, long)  # the system itself walks down to each: at most the square of four


def test_too_many_patterns_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("a.yaml\n" * (MAX_PATTERNS + 1), encoding="utf-8")
    found = discover(["."], root=tmp_path)
    assert [(one.path, one.reason) for one in found.unread] == [(".gitignore", "has more than 10,000 lines")]
    assert [path.name for path in found.files] == ["a.yaml"]


def nested(root: Path, depth: int, *lines: str) -> None:
    """Folders inside each other, each with these patterns, and a file in the last."""
    folder = root
    for _ in range(depth):
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("\n".join(lines), encoding="utf-8")
        folder /= "d"
    (folder.parent / "a.yaml").write_text("", encoding="utf-8")


@pytest.mark.parametrize(
    ("depth", "patterns"), [(600, ("**/*/b",)), (600, ("**/d/**/x",)), (300, (f"**/*/b{i}" for i in range(100)))]
)
def test_patterns_of_folders_inside_each_other_take_bounded_time(
    depth: int, patterns: tuple[str, ...], tmp_path: Path
) -> None:
    nested(tmp_path, depth, *patterns)
    start = time.process_time()
    assert len(discover(["."], root=tmp_path).files) == 1
    assert time.process_time() - start < 5


def test_too_many_wildcards_around_a_folder_are_said(tmp_path: Path) -> None:
    nested(tmp_path, 3, *(f"*.a{i}" for i in range(900)))
    found = discover(["."], root=tmp_path)
    assert [(one.path, one.reason) for one in found.unread] == [
        ("d/d/.gitignore", "has, with those of the folders around it, more than 2,000 of the signs `*`, `?` and `[`")
    ]


def test_a_line_that_is_longer_than_any_path_is_said(tmp_path: Path) -> None:
    nested(tmp_path, 1, "a" * (MAX_LINE + 1))
    found = discover(["."], root=tmp_path)
    assert [(one.path, one.reason) for one in found.unread] == [
        (".gitignore", "has a line of more than 4,096 characters")
    ]


@pytest.mark.parametrize(
    ("path", "is_left_out"),
    [
        ("k8s/web.yaml", True),
        ("../k8s/web.yaml", True),
        ("/k8s/web.yaml", True),
        ("k8s/keep/web.yaml", False),
        ("k8s/keep/old/web.yaml", True),
        ("web.yaml", False),
        ("other/old", False),
    ],
)
def test_a_file_is_left_out_with_its_folders(path: str, is_left_out: bool) -> None:
    patterns = Ignores().with_lines(["/k8s/*", "!/k8s/keep/", "old/"])
    assert patterns.leaves_out_file(path) is is_left_out
