"""What is put together of many files is not gone through as a whole for each document that is built of it."""

from __future__ import annotations

from msgspec.structs import replace

from kblint.read.hetzner.ccm import read_document
from kblint.source.text import Source, joined
from kblint.source.yaml_stream import parse_yaml


class Searched(str):
    """A text that nobody may search."""

    __slots__ = ()

    def find(self, *_: object) -> int:
        raise AssertionError("the whole text is gone through")

    def __contains__(self, _: object) -> bool:
        raise AssertionError("the whole text is gone through")


def test_annotations_of_a_built_document_are_looked_for_in_the_document() -> None:
    text = "{kind: Service, apiVersion: v1, metadata: {name: web, annotations: {load-balancer.hetzner.cloud/name: a}}}"
    (document,) = parse_yaml(Source("a.yaml", text)).documents
    whole = joined("kustomization.yaml", [document.source])
    assert read_document(replace(document, source=replace(whole, text=Searched(whole.text)))) is not None
