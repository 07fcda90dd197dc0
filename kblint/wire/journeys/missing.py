"""What is missing where a way in cannot be followed: each reason names the one thing that would tell."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from kblint.model.service import Service
from kblint.source.values import Unknown, shown
from kblint.wire.listening.container import image_program
from kblint.wire.services.makers import Maker, Makers
from kblint.wire.services.ports import PodPort

_MOST = 3
"""Images, or labels, that a reason lists."""


def process_unknown(pod: PodPort) -> str:
    """Why nobody knows what listens on a port of pods: what their images listen on is not known."""
    containers = (pod.holder,) if pod.holder else tuple(pod.workload.pod.running_containers)
    named = [one for one in containers if isinstance(one.image, str)]
    if not named:
        unknown = next((one.image for one in containers if isinstance(one.image, Unknown)), None)
        return f"its image `{unknown.text}` cannot be known" if unknown else "its image is not in the input"
    images = " or ".join(f"`{_without_digest(one.image)}`" for one in named[:_MOST])
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    program = image_program(named[0]) if len(named) == 1 else None
    if program is None or program.runs_code:
        image = "image" if len(named) == 1 else "images"
        return f"what {image} {images}{more} listens on is not known"
    return f"what tells `{_without_digest(named[0].image)}` where to listen is not in the input"


def _without_digest(image: object) -> str:
    return str(image).partition("@")[0]


def pods_unknown(service: Service, makers: Makers) -> str:
    """Why there are no pods behind a Service, for all that is here."""
    made, selector = service.meta.made, service.selector or {}
    if made:
        return f"what pods {made} makes for it is not known"
    labels = ", ".join(f"`{key}: {shown(value)}`" for key, value in list(selector.items())[:_MOST])
    # pods of a chart bear the name of its release
    release = selector.get("app.kubernetes.io/instance")
    name = release if isinstance(release, str) else service.meta.name
    maker = makers.likeliest(name, service.meta.namespace)
    return f"no pods with {labels} are in the input{may_make(maker, 'them')}"


def service_unknown(name: object, namespace: str | None, makers: Makers) -> str:
    """Why a Service is not there, for all that is here."""
    maker = makers.likeliest(name, namespace) if isinstance(name, str) else None
    return f"Service `{shown(name)}` is not in the input{may_make(maker)}"


def may_make(maker: Maker | None, what: str = "it") -> str:
    """Who may make what is missing, as the end of a reason."""
    if maker is None:
        return ""
    # what a script does has no name but the script's
    where = "" if maker.own_name or "`" in maker.name else f" in `{posixpath.basename(maker.place.source.path)}`"
    return f", {maker.name}{where} may make {what}"


def controller_unknown(controller: str, makers: Makers) -> str:
    """Why a controller is not there, for all that is here."""
    word = controller.rpartition("/")[2]
    makers_of_it: Mapping[str, str] = {one.own_name: one.name for one in makers.every if word in one.own_name}
    found = next(iter(makers_of_it.values()), None)
    if found:
        return f"{found} may install it, and its chart is not rendered"
    released = makers.charts.get(word)
    if released:
        return f"{released} installs it, and with which values is not in the input"
    return "nothing in the input installs it"
