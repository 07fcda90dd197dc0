"""The subject Annotation: what somebody tells Hetzner's cloud controller manager about a balancer."""

from __future__ import annotations

from kblint.engine.facts import Table, boolean, maybe_text, text
from kblint.engine.subject import SubjectKind
from kblint.model.annotations import PREFIX, WRITTEN_BY_MANAGER, AnnotationProblem, known_keys, problem, stands_alone
from kblint.model.balancer import BalancerAnnotation
from kblint.source.values import Unknown
from kblint.wire.balancers.settings import no_effect


def _is_known(annotation: BalancerAnnotation) -> bool:
    return annotation.name in known_keys() or annotation.name in WRITTEN_BY_MANAGER


def _problem(annotation: BalancerAnnotation) -> AnnotationProblem | None:
    # what is wrong with a key does not depend on its value
    value = "" if isinstance(annotation.value, Unknown) else annotation.value
    return problem(annotation.name, value)


def _is_valid(annotation: BalancerAnnotation) -> bool | None:
    if isinstance(annotation.value, Unknown):
        return None
    return not _is_known(annotation) or _problem(annotation) is None


def _suggestion(annotation: BalancerAnnotation) -> str | None:
    found = _problem(annotation)
    return found.suggestion if found else None


# fmt: off
ANNOTATION = Table[BalancerAnnotation](
    "Annotation", "an annotation for Hetzner's cloud controller manager", lambda a: a.origin.key_place(a.key), (
    text("key", "the whole key", lambda a: a.key, lambda a: a.origin.key_place(a.key)),
    text("name", "the key without `load-balancer.hetzner.cloud/`", lambda a: a.name),
    text("value", "its value", lambda a: a.value, lambda a: a.origin.place(a.key)),
    maybe_text("ownerKind", "the kind of the object it stands in, null in a values file",
        lambda a: a.owner.kind if a.owner else None),
    boolean("isKnown", "whether the manager reads such a key", _is_known),
    boolean("isValid", "whether the manager can parse the value; true for a key that it does not read", _is_valid),
    text("expected", "what the manager takes", lambda a: problem.expected if (problem := _problem(a)) else ""),
    maybe_text("suggestion", "the key (without its prefix) or value that was probably meant", _suggestion),
    maybe_text("suggestedKey", "the whole key that was probably meant, null where the key is known",
        lambda a: PREFIX + meant if (meant := _suggestion(a)) and not _is_known(a) else None),
    boolean("renameIsTaken", "whether the manager makes the balancer as before, once the key is the one that was meant",
        lambda a: None if isinstance(a.value, Unknown) else stands_alone(_suggestion(a), a.value)),
    maybe_text("serviceType", "the type of the Service that it ends on, null where that is not known",
        lambda a: a.service_type),
    maybe_text("noEffect", "why the manager does not look at it: `no service`, `type`, `tcp check`; null where it may",
        lambda a: why.value if (why := no_effect(a)) else None),
))
SUBJECTS = (
    SubjectKind("annotation", "a CCM annotation", ANNOTATION, lambda topology: topology.bundle.all(BalancerAnnotation),
        lambda a: a.owner, lambda a: (a,)),
)
