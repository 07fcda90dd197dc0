import pytest

from kblint.source.comments import directives
from kblint.source.text import Source


def found(text: str, path: str = "a.yaml") -> list[tuple[str, bool]]:
    return [(comment.text, comment.own_line) for comment in directives(Source(path, text))]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "a: 1 # kblint: x\n  # kblint: y\n# no\n", [("kblint: x", False), ("kblint: y", True)]),
        ("a.yaml", "a: |\n  # kblint: no\n  b\n# kblint: y\n", [("kblint: y", True)]),
        ("a.yaml", "a: | # kblint: x\n  # kblint: no\nb: 1\n", [("kblint: x", False)]),
        ("a.yaml", "a: 'b # kblint: no' # kblint: x\n", [("kblint: x", False)]),
        ("a.yaml", 'a: "b\n  # kblint: no"\n', []),
        ("a.yaml", "a: b#kblint: no\n", []),
        ("a.yaml", "a: [b\n---\nc: d # kblint: x\n", [("kblint: x", False)]),
        ("a.yaml", "# kblint: x\r\na: 1\r\n", [("kblint: x", True)]),
        ("<stdin>", "# kblint: x", [("kblint: x", True)]),
        ("a.tf", 'a = "# kblint: no" // kblint: x\n# kblint: y\n', [("kblint: x", False), ("kblint: y", True)]),
        ("a.tf", "a = <<-EOT\n # kblint: no\n EOT\n# kblint: y\n", [("kblint: y", True)]),
        ("a.tf", "/* # kblint: no\n*/ b = 1 # kblint: y\n", [("kblint: y", False)]),
        ("a.json", '{"a": "// kblint: no"} // kblint: x\n', [("kblint: x", False)]),
        ("a.sh", "echo '# kblint: no' # kblint: x\necho a#kblint: no\n", [("kblint: x", False)]),
        ("a.sh", "cat <<'EOF'\n# kblint: no\nEOF\n# kblint: y\n", [("kblint: y", True)]),
        ("user.rules", "# kblint: x\n-A # kblint: y\n", [("kblint: x", True), ("kblint: y", False)]),
    ],
)
def test_only_comments_speak_to_kblint(path: str, text: str, expected: object) -> None:
    assert expected == found(text, path)


def test_the_place_is_the_comment() -> None:
    (comment,) = directives(Source("a.yaml", "a: 1  # kblint: x  \nb: 2\n"))
    assert comment.place.text == "# kblint: x"


def test_a_deeply_nested_text_is_not_followed() -> None:
    assert found("[" * 50_000 + " # kblint: x") == [("kblint: x", False)]
