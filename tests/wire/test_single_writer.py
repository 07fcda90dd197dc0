from __future__ import annotations

import pytest

from kblint.wire.listening.container import single_writer
from tests.wire.containers import first_container


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ("image: n8nio/n8n", "n8n"),
        ("image: n8nio/n8n\nargs: [start]", "n8n"),
        ("image: n8nio/n8n\ncommand: [n8n, start]", "n8n"),
        ("image: n8nio/n8n\nargs: [worker]", None),
        ("image: n8nio/n8n\ncommand: [n8n, worker]", None),
        ("image: postgres:17", "postgres"),
        ("image: postgres:17\ncommand: [pg_dump]", None),
        ("image: nginx", None),
        ("image: registry.example.com/web", None),
        ("image: ${IMAGE}", None),
    ],
)
def test_which_containers_write_alone(container: str, expected: str | None) -> None:
    found = single_writer(first_container(container))
    assert (found and found.program) == expected
