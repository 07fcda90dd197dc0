import os
from pathlib import Path

import pytest

from kblint.errors import UsageError
from kblint.source import reader
from kblint.source.discover import discover, read_source, shown_path, suffix_of
from kblint.source.reader import ReadFailure
from kblint.source.text import Source


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n")


def listed(root: Path, *paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [path.relative_to(root).as_posix() for path in discover(paths or (".",), exclude=exclude, root=root).files]


def test_candidates_are_listed_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b/z.YML", "b/a.json", "a.yaml", "c.tf", "ufw-status", "user.rules", "x.py", "README.md", "Makefile")
    assert listed(tmp_path) == ["a.yaml", "b/a.json", "b/z.YML", "c.tf", "ufw-status", "user.rules"]


def test_hidden_and_vendored_are_left_out(tmp_path: Path) -> None:
    make(
        tmp_path,
        ".git/a.yaml",
        ".terraform/b.tf",
        "node_modules/c.json",
        "vendor/d.yaml",
        ".e.yaml",
        "venv/f.txt",
        "g.yaml",
    )
    assert listed(tmp_path) == ["g.yaml"]


def test_a_named_file_is_always_listed_once(tmp_path: Path) -> None:
    make(tmp_path, ".hidden", "a.yaml")
    assert listed(tmp_path, ".hidden", "a.yaml", ".", "./a.yaml") == [".hidden", "a.yaml"]


def test_gitignore_is_respected_also_nested_and_negated(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml", "out/b.yaml", "sub/c.yaml", "sub/d.yaml", "sub/deep/e.yaml", "sub/keep.yaml")
    (tmp_path / ".gitignore").write_text("out/\nkeep.yaml\n")
    (tmp_path / "sub/.gitignore").write_text("/c.yaml\ndeep\n!keep.yaml\n")
    assert listed(tmp_path) == ["a.yaml", "sub/d.yaml", "sub/keep.yaml"]


def test_gitignore_above_the_named_folder_counts_inside_a_repository(tmp_path: Path) -> None:
    make(tmp_path, "sub/a.yaml", "sub/b.yaml", ".git/config")
    (tmp_path / ".gitignore").write_text("/sub/a.yaml\n")
    assert listed(tmp_path, "sub") == ["sub/b.yaml"]


def test_exclude_wins_over_a_negated_gitignore(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml", "b/c.yaml", "b/d.yaml")
    (tmp_path / "b/.gitignore").write_text("!c.yaml\n")
    assert listed(tmp_path, exclude=("b/c.yaml",)) == ["a.yaml", "b/d.yaml"]


def test_symlink_loops_end_and_no_folder_is_read_twice(tmp_path: Path) -> None:
    make(tmp_path, "real/a.yaml")
    (tmp_path / "real/loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "real")
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nothing")
    assert listed(tmp_path) == ["dangling.yaml", "real/a.yaml"]
    assert ReadFailure("dangling.yaml", "does not exist any more") == read_source(tmp_path / "dangling.yaml", tmp_path)


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"`nope\.yaml` does not exist"):
        discover(["nope.yaml"], root=tmp_path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a: \xc3\xa9\r\n", "a: é\r\n"),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        ("a: é".encode("utf-16"), "a: é"),
        ("\ufeffa: é".encode("utf-16-be"), "a: é"),
        (b"", ""),
    ],
)
def test_text_is_decoded_without_its_byte_order_mark(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    source = read_source(tmp_path / "a.yaml", tmp_path)
    assert isinstance(source, Source)
    assert ("a.yaml", text) == (source.path, source.text)


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (b"a: \xff", ReadFailure("a.yaml", "is not UTF-8 text (byte 3)")),
        (b"\xff\xfea", ReadFailure("a.yaml", "is not UTF-16 text (byte 2)")),
        (b"a\x00b", ReadFailure("a.yaml", "is a binary file", is_binary=True)),
    ],
)
def test_what_is_no_text_is_a_failure(tmp_path: Path, data: bytes, failure: ReadFailure) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    assert failure == read_source(tmp_path / "a.yaml", tmp_path)


def test_what_is_no_file_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ReadFailure("gone.yaml", "does not exist any more") == read_source(tmp_path / "gone.yaml", tmp_path)
    os.mkfifo(tmp_path / "pipe.yaml")
    assert ReadFailure("pipe.yaml", "is not a regular file") == read_source(tmp_path / "pipe.yaml", tmp_path)
    monkeypatch.setattr(reader, "MAX_BYTES", 4)
    (tmp_path / "big.yaml").write_bytes(b"12345")
    assert ReadFailure("big.yaml", "is larger than 0 MB") == read_source(tmp_path / "big.yaml", tmp_path)


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/w/p/a.yaml", "a.yaml"), ("/w/a.yaml", "../a.yaml"), ("/a.yaml", "../../a.yaml"), ("a.yaml", "a.yaml")],
)
def test_paths_are_shown_relative(path: str, shown: str) -> None:
    assert shown == shown_path(path, Path("/w/p"))


def test_a_far_path_is_shown_absolute() -> None:
    assert shown_path("/x/a.yaml", Path("/w/p/q")) == "/x/a.yaml"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a/web.yaml", ".yaml"),
        ("a/web.YAML.tftpl", ".yaml"),
        ("init.sh.tpl", ".sh"),
        ("config.yaml.j2", ".yaml"),
        ("user-data.tftpl", ".tftpl"),
        ("templates/_helpers.tpl", ".tpl"),
        ("k3s.service", ".service"),
        ("Kustomization", ""),
    ],
)
def test_a_template_has_the_suffix_of_what_is_made_of_it(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


def test_templates_are_read_whose_name_says_what_they_become(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml.tpl", "b.tftpl", "c.yaml.j2", "d.tpl", "e.html.j2", "f.service")
    assert listed(tmp_path, ".") == ["a.yaml.tpl", "b.tftpl", "c.yaml.j2", "f.service"]
