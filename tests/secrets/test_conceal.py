"""What is hidden in the texts of a report."""

from __future__ import annotations

import pytest

from kblint.secrets.conceal import Concealer
from kblint.source.text import Source

SECRET = "kind: Secret\nstringData: {{type: {}}}\n"
ROUTE = "kind: Ingress\nspec: {rules: [{host: git.example.com}]}\n"


@pytest.mark.parametrize(
    ("value", "is_shown"), [("git", True), ("fig", False), ("example", True), ("passphrase", False)]
)
def test_a_short_word_that_another_file_has_in_the_open_is_no_secret(value: str, is_shown: bool) -> None:
    sources = (Source("secret.yaml", SECRET.format(value)), Source("web.yaml", f"{ROUTE}# passphrase\n"))
    said = f"the host is {value}.example.org"
    shown = Concealer(sources).text(said)
    assert shown == (said if is_shown else f"the host is {'*' * len(value)}.example.org")
