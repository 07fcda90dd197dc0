"""The table of programs: every entry is well-formed, and is found by what it says."""

from __future__ import annotations

import importlib.resources
import re

import pytest
import yaml

from kblint.wire.listening.container import READERS
from kblint.wire.listening.images import ImageRef, Program, catalogue, frameworks, index, parse_image, read_entry

TEXT = importlib.resources.files("kblint.wire.listening").joinpath("images.yaml").read_text("utf-8")
ENTRIES = yaml.safe_load(TEXT)
PROGRAMS = [read_entry(entry) for entry in TEXT.split("\n- program:")[1:]]
IDS = [f"{number}-{program.program}" for number, program in enumerate(PROGRAMS)]


def test_reading_entry_by_entry_is_reading_the_whole_file() -> None:
    assert [program.program for program in PROGRAMS] == [entry["program"] for entry in ENTRIES]
    assert [list(program.images) for program in PROGRAMS] == [entry.get("images", []) for entry in ENTRIES]
    assert [len(program.listeners) for program in PROGRAMS] == [len(entry["listeners"]) for entry in ENTRIES]


def test_the_index_knows_every_image_and_command() -> None:
    found = catalogue()
    assert {image for program in PROGRAMS for image in program.images} == set(found.by_image)
    commands = {command for program in PROGRAMS for command in program.commands}
    assert commands == {(first, *rest) for first, items in found.by_command.items() for rest, _ in items}


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_an_entry_is_well_formed(program: Program) -> None:
    assert program.listeners
    assert program.images or program.commands
    assert program.source.startswith(("https://", "http://"))
    assert program.reader is None or program.reader in READERS
    assert (program.layout is not None) is (program.reader in ("apache", "nginx"))
    assert program.layout is None or (program.layout.text != "") is (program.layout.own is not None)
    for listener in program.listeners:
        assert listener.port is None or 0 < listener.port < 65536
        assert listener.speaks in ("http", "tls", "other", None)
        assert listener.protocol in ("TCP", "UDP")
        assert not (listener.optional and listener.port and not listener.flags)
        assert program.config.is_read or not (listener.keys or listener.host_keys)
        assert all(isinstance(flag, str) for flag in (*listener.flags, *listener.host_flags))
    variables = [name for listener in program.listeners for name in listener.env]
    assert program.service_link is None or program.service_link in variables
    assert program.service_link is None or re.fullmatch(r"[A-Z0-9_]+_PORT", program.service_link)


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_an_entry_is_found_by_its_images_and_commands(program: Program) -> None:
    for image in program.images:
        tag = re.sub(r"\[(.).*?\]", r"\1", program.tags).replace("*", "x").lstrip("x") or "1"
        found = catalogue().of_image(f"{image}:{'x' if program.tags.startswith('*') else ''}{tag}")
        assert found is not None
        assert found.program == program.program
    for command in program.commands:
        found = catalogue().of_command(command)
        assert found is not None
        assert found.program == program.program


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("nginx", ImageRef("", "nginx", "latest")),
        ("nginx:1.27", ImageRef("", "nginx", "1.27")),
        ("n8nio/n8n@sha256:00", ImageRef("", "n8nio/n8n", "latest")),
        ("localhost/a/b:c", ImageRef("localhost", "a/b", "c")),
        ("registry:5000/a/b:c@sha256:00", ImageRef("registry:5000", "a/b", "c")),
        ("ghcr.io/a/b/c", ImageRef("ghcr.io", "a/b/c", "latest")),
        ("", ImageRef("", "", "latest")),
    ],
)
def test_an_image_reference_comes_apart(reference: str, expected: ImageRef) -> None:
    assert parse_image(reference) == expected


def test_people_run_these() -> None:
    assert len({image for program in PROGRAMS for image in program.images}) >= 350


def test_frameworks_are_told_where_to_listen() -> None:
    for framework in frameworks():
        assert framework.source.startswith("https://")
        for listener in framework.listeners:
            assert listener.port is None
            assert listener.env + listener.address_env + listener.flags


def test_a_key_that_does_not_exist_is_refused() -> None:
    (entry,) = index("\n- program: a\n  images: [a]\n  portz: 1\n  listeners: []").by_image["a"]
    with pytest.raises(TypeError):
        read_entry(entry)
