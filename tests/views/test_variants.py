import pytest

from kblint.intake import read
from kblint.model.bundle import Bundle
from kblint.source.text import Source
from kblint.views.variants import SHARED, in_order, told_once, variant_names
from tests.given.manifests import service
from tests.given.runs import topology


def bundle(*paths: str) -> Bundle:
    return Bundle(read([Source(path, service()) for path in paths]).declarations)


@pytest.mark.parametrize(
    ("bundles", "names"),
    [
        ([("a/x.yaml",)], ("",)),
        ([("a/x.yaml", "a/y.yaml"), ("b/x.yaml",)], ("a", "b/x.yaml")),
        ([("a/x.yaml", "lb.yaml"), ("b/x.yaml", "lb.yaml")], ("a/x.yaml", "b/x.yaml")),
        ([("lb.yaml",), ("lb.yaml", "b/x.yaml")], ("lb.yaml", "b/x.yaml")),
        ([("/abs/x.yaml", "y.yaml"), ("b/x.yaml",)], ("/abs, y.yaml", "b/x.yaml")),
        ([("a/x.yaml", "c/y.yaml"), ("b/x.yaml",)], ("a, c", "b/x.yaml")),
        ([("/a/x.yaml", "/c/y.yaml"), ("/b/x.yaml",)], ("/a, /c", "/b/x.yaml")),
        ([("a.yaml",), ("a.yaml",), ("a.yaml",)], ("a.yaml", "a.yaml (2)", "a.yaml (3)")),
    ],
)
def test_a_variant_is_named_by_what_it_has_alone(bundles: list[tuple[str, ...]], names: tuple[str, ...]) -> None:
    assert variant_names([bundle(*paths) for paths in bundles]) == names


def test_nothing_has_no_name() -> None:
    assert variant_names([topology().bundle]) == ("",)


def test_what_several_hold_is_told_once_and_first() -> None:
    assert in_order(told_once(("a", "b"), ["xy", "xz"])) == [(SHARED, ("x",)), ("a", ("y",)), ("b", ("z",))]


def test_what_all_hold_alike_needs_no_name() -> None:
    assert in_order(told_once(("a", "b"), ["x", "x"])) == [("", ("x",))]
