"""The subject Annotation: what somebody tells Hetzner's cloud controller manager about a balancer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from kblint.engine.facts import Table, boolean, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.model.annotations import PREFIX, WRITTEN_BY_MANAGER, AnnotationProblem, known_keys, problem, stands_alone
from kblint.model.balancer import BalancerAnnotation
from kblint.source.values import Unknown
from kblint.wire.balancers.settings import no_effect
from kblint.wire.topology import Topology


class _Annotation(Struct, frozen=True, eq=False, dict=True):
    """An annotation, and what is wrong with it, which is found out once: words are compared for it."""

    of: BalancerAnnotation

    @property
    def is_known(self) -> bool:
        """Whether the manager reads such a key."""
        return self.of.name in known_keys() or self.of.name in WRITTEN_BY_MANAGER

    @cached_property
    def problem(self) -> AnnotationProblem | None:
        """What is wrong with it."""
        # what is wrong with a key does not depend on its value
        value = "" if isinstance(self.of.value, Unknown) else self.of.value
        return problem(self.of.name, value)

    @property
    def suggestion(self) -> str | None:
        """What was probably meant."""
        return self.problem.suggestion if self.problem else None


def _annotations(topology: Topology) -> Iterator[_Annotation]:
    return map(_Annotation, topology.bundle.all(BalancerAnnotation))


def _is_valid(annotation: _Annotation) -> bool | None:
    if isinstance(annotation.of.value, Unknown):
        return None
    return not annotation.is_known or annotation.problem is None


# fmt: off
ANNOTATION = Table[_Annotation](
    "Annotation", "an annotation for Hetzner's cloud controller manager", lambda a: a.of.origin.key_place(a.of.key), (
    text("key", "the whole key", lambda a: a.of.key, lambda a: a.of.origin.key_place(a.of.key)),
    text("name", "the key without `load-balancer.hetzner.cloud/`", lambda a: a.of.name),
    text("value", "its value", lambda a: a.of.value, lambda a: a.of.origin.place(a.of.key)),
    maybe_text("ownerKind", "the kind of the object it stands in, null in a values file",
        lambda a: a.of.owner.kind if a.of.owner else None),
    boolean("isKnown", "whether the manager reads such a key", lambda a: a.is_known),
    boolean("isValid", "whether the manager can parse the value; true for a key that it does not read", _is_valid),
    text("expected", "what the manager takes", lambda a: a.problem.expected if a.problem else ""),
    maybe_text("suggestion", "the key (without its prefix) or value that was probably meant",
        lambda a: a.suggestion),
    maybe_text("suggestedKey", "the whole key that was probably meant, null where the key is known",
        lambda a: PREFIX + a.suggestion if a.suggestion and not a.is_known else None),
    boolean("renameIsTaken", "whether the manager makes the balancer as before, once the key is the one that was meant",
        lambda a: None if isinstance(a.of.value, Unknown) else stands_alone(a.suggestion, a.of.value)),
    maybe_text("serviceType", "the type of the Service that it ends on, null where that is not known",
        lambda a: a.of.service_type),
    maybe_text("noEffect", "why the manager does not look at it: `no service`, `type`, `tcp check`; null where it may",
        lambda a: why.value if (why := no_effect(a.of)) else None),
))
SUBJECTS = (
    SubjectKind("annotation", "a CCM annotation", ANNOTATION, _annotations, lambda a: a.of.owner,
        lambda a: (a.of,)),
)
