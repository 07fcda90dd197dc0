"""Objects in an API version that does not have their kind: misspelled, in the version of others, gone, or soon gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.admission.edits import written_anew
from kblint.admission.misfits import misfits
from kblint.admission.objection import Objection
from kblint.admission.release import Gone, Release
from kblint.finding import Location
from kblint.fix import Applicability, Fix
from kblint.model.meta import Meta
from kblint.source.spelling import nearest
from kblint.wire.faults.fault import Kind, Outcome


def version_objections(metas: Sequence[Meta], release: Release) -> Iterator[Objection]:
    """What is wrong with the `apiVersion` or the `kind` of objects."""
    for meta in metas:
        found = _removed(meta, release) or _too_new(meta, release) or _misplaced(meta, release)
        if found:
            yield found


def _removed(meta: Meta, release: Release) -> Objection | None:
    """A kind that the release does not serve although an older one did, or that a newer one does not serve."""
    api = meta.api_version
    _, last = release.spans.get(f"{meta.group}/{meta.version}/{meta.kind}", (0, 0))
    is_served = release.serves(meta.group, meta.version, meta.kind)
    if is_served and last >= release.newest:
        return None
    gone = release.gone.get((api, meta.kind)) or (None if is_served else release.gone.get((meta.group, meta.kind)))
    if is_served:
        message = f"`{api}` {meta.kind} is gone in Kubernetes 1.{last + 1}"
    else:
        minor = gone.minor if gone else last + 1
        if not 1 < minor <= release.minor:
            return None
        message = f"{release} has no `{api}` {meta.kind}: removed in 1.{minor}"
    new = _new_api(meta, release, gone)
    is_settled = gone is None or not gone.behaviour or bool(gone.settled_by and meta.origin.get(*gone.settled_by))
    differs = [text for text in (gone.fields, None if is_settled else gone.behaviour) if text] if gone else []
    # what is written the same and means something else may only be changed by who knows both
    applicability = Applicability.SAFE if is_settled else Applicability.UNSAFE
    fits_unseen = bool(gone and not gone.fields)
    return Objection(
        Kind.API_VERSION,
        meta,
        message,
        Location(meta.origin.place("apiVersion"), f"use `{new}`" if new else "removed"),
        "; ".join([f"write `apiVersion: {new}`", *differs] if new else differs) or "nothing takes its place",
        fix=_fix(meta, release, "apiVersion", new, applicability, fits_unseen=fits_unseen) if new else None,
        is_served=is_served,
    )


def _too_new(meta: Meta, release: Release) -> Objection | None:
    """A kind that only a later release serves in this version, or serves at all."""
    first, _ = release.spans.get(f"{meta.group}/{meta.version}/{meta.kind}", (0, 0))
    if first <= release.minor:
        return None
    places = [place for place in release.where(meta.kind) if place[0] == meta.group]
    old = _api(places[0]) if places else None
    return Objection(
        Kind.SCHEMA,
        meta,
        f"{release} has no `{meta.api_version}` {meta.kind}: it comes with 1.{first}",
        Location(meta.origin.place("apiVersion"), f"it has `{old}`" if old else f"not before 1.{first}"),
        f"write `apiVersion: {old}`" if old else f"upgrade the cluster to Kubernetes 1.{first} first",
        fix=_fix(meta, release, "apiVersion", old, Applicability.UNSAFE) if old else None,
        outcome=Outcome.NOT_SERVED,
    )


def _new_api(meta: Meta, release: Release, gone: Gone | None) -> str | None:
    """The API version to write instead: the most stable one in the group where the kind is now."""
    group = gone.group if gone else meta.group
    places = [place for place in release.where(meta.kind) if place[0] == group and place != (meta.group, meta.version)]
    return _api(places[0]) if places else None


def _misplaced(meta: Meta, release: Release) -> Objection | None:
    """A kind that the API server has elsewhere, or under almost the same name.

    The API version must be one of the API server's own, which no custom resource can be in. A kind that resembles none
    is left alone: a newer release may have it.
    """
    place = (meta.group, meta.version)
    was_served = f"{meta.group}/{meta.version}/{meta.kind}" in release.spans
    if place not in release.api_versions or was_served or (meta.api_version, meta.kind) in release.gone:
        return None
    near = nearest(meta.kind, [kind for kind in release.kinds if place in release.where(kind)])
    key, right = ("kind", [near]) if near else ("apiVersion", [_api(other) for other in release.where(meta.kind)])
    if not right:
        return None
    label = f"did you mean `{right[0]}`?" if near else f"it is in `{right[0]}`"
    return Objection(
        Kind.SCHEMA,
        meta,
        f"`{meta.api_version}` has no kind `{meta.kind}`",
        Location(meta.origin.place(key), label),
        f"write `{key}: {right[0]}`",
        fix=_fix(meta, release, key, right[0], Applicability.SAFE) if len(right) == 1 else None,
        outcome=Outcome.NOT_SERVED,
    )


def _api(place: tuple[str, str]) -> str:
    return "/".join(part for part in place if part)


def _fix(
    meta: Meta, release: Release, key: str, text: str, applicability: Applicability, *, fits_unseen: bool = False
) -> Fix | None:
    """Another `apiVersion` or `kind`, where the object as it is fits there too.

    `fits_unseen`: it does so where no schema tells.
    """
    api, kind = (meta.api_version, text) if key == "kind" else (text, meta.kind)
    group, _, version = api.rpartition("/")
    definition = release.definition(group, version, kind)
    fits = not misfits(release, definition, meta.origin) if definition else fits_unseen
    edit = written_anew(meta, key, text) if fits else None
    return Fix(f"write `{key}: {text}`", applicability, (edit,)) if edit else None
