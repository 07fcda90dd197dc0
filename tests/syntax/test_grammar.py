from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kblint.syntax.grammar import Name, found, parse

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n"


@pytest.mark.parametrize("language", ["hcl", "bash"])
def test_offsets_are_those_of_characters(language: Name) -> None:
    text = "# é\U0001f600ß\u2028\x00\u00a0\nab = 1\n"
    (comment, *_) = [node for node in (parse(text, language, "x").children) if node.type == "comment"]
    assert text[comment.start_byte : comment.end_byte] == text.partition("\n")[0]


def test_what_a_query_finds_stands_in_the_order_of_the_text() -> None:
    root = parse('a = "b"\nc "d" {\n  e = ["f", "g"]\n}\n' * 20, "hcl", "x")
    quotes = [node.start_byte for node in found(root, "hcl", "(quoted_template_start) @quote")["quote"]]
    assert len(quotes) == 80
    assert quotes == sorted(quotes)


def test_a_run_over_plain_yaml_loads_no_grammar(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SERVICE, encoding="utf-8")
    program = (
        "import sys\nfrom kblint.cli.start import main\n"
        f"sys.argv = ['kblint', 'check', {str(tmp_path)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('tree_sitter' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "False"
