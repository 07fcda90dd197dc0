import pytest

from kblint.intake import read
from kblint.model.bundle import Bundle
from kblint.source.text import Source
from kblint.views.variants import variant_names
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
        ([("/abs/x.yaml", "y.yaml"), ("b/x.yaml",)], ("", "b/x.yaml")),
    ],
)
def test_a_variant_is_named_by_what_it_has_alone(bundles: list[tuple[str, ...]], names: tuple[str, ...]) -> None:
    assert variant_names([bundle(*paths) for paths in bundles]) == names


def test_nothing_has_no_name() -> None:
    assert variant_names([topology().bundle]) == ("",)
