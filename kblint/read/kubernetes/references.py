"""Objects that name others: scale targets, disruption budgets, monitors, webhooks, aggregated APIs.

Each gives one `Reference` for each thing it names. A reference's `purpose` is one of

    scale-target            HorizontalPodAutoscaler, VerticalPodAutoscaler or ScaledObject, by kind and name
    disruption-budget       PodDisruptionBudget, pods by labels
    monitor-port            ServiceMonitor or PodMonitor, a port name of what its labels select
    monitor-target-port     the same, a container port
    webhook                 an admission webhook's Service and port
    conversion-webhook      a CustomResourceDefinition's
    api-service             an APIService's

Its `namespace` is None where the object's own is meant, and `*` where it looks into several.
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.meta import Meta
from kblint.model.policy import Reference
from kblint.read.kubernetes.selectors import selector
from kblint.read.values import as_text, known_word, mapping, port, word, words
from kblint.source.values import Origin

HTTPS = 443
"""The port of a webhook or APIService that names none."""


def read_autoscaler(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """A HorizontalPodAutoscaler."""
    target = origin.child("spec", "scaleTargetRef")
    if target.node:
        name = as_text(target.node.get("name"))
        yield Reference("scale-target", meta, word(target.node, "kind"), name, None, None, None, target)


def read_scaled_object(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """KEDA's ScaledObject, of a Deployment where no kind is written.

    https://keda.sh/docs/2.17/reference/scaledobject-spec/
    """
    target = origin.child("spec", "scaleTargetRef")
    if target.node:
        name, kind = as_text(target.node.get("name")), word(target.node, "kind") or "Deployment"
        yield Reference("scale-target", meta, kind, name, None, None, None, target)


def read_vertical_autoscaler(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """A VerticalPodAutoscaler: https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler ."""
    target = origin.child("spec", "targetRef")
    if target.node:
        name = as_text(target.node.get("name"))
        yield Reference("scale-target", meta, word(target.node, "kind"), name, None, None, None, target)


def read_disruption_budget(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """A PodDisruptionBudget."""
    pods = selector(origin, "spec", "selector")
    if pods is not None:
        yield Reference("disruption-budget", meta, "Pod", None, None, None, pods, origin.child("spec", "selector"))


def read_monitor(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """A ServiceMonitor or PodMonitor: https://prometheus-operator.dev/docs/api-reference/api/ ."""
    kind, endpoints = ("Pod", "podMetricsEndpoints") if meta.kind == "PodMonitor" else ("Service", "endpoints")
    spec = origin.child("spec")
    fields = mapping(spec.node, "namespaceSelector")
    names = words(fields, "matchNames")
    namespace = "*" if fields.get("any") is True or len(names) > 1 else next(iter(names), None)
    found = selector(spec, "selector")
    for item in spec.children(endpoints):
        node = item.node
        name = port(node, "port")
        purpose = "monitor-target-port" if name is None else "monitor-port"
        asked = port(node, "targetPort") or port(node, "portNumber") if name is None else name
        yield Reference(purpose, meta, kind, None, namespace, asked, found, item)


def read_webhooks(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """A MutatingWebhookConfiguration or ValidatingWebhookConfiguration."""
    for item in origin.children("webhooks"):
        yield from _service("webhook", meta, item.child("clientConfig"))


def read_api_service(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """An APIService; one without `service` is served by the API server itself."""
    return _service("api-service", meta, origin.child("spec"))


def read_resource_definition(meta: Meta, origin: Origin) -> Iterator[Reference]:
    """A CustomResourceDefinition: nothing but who converts between its versions."""
    # `webhookClientConfig` is how v1beta1 writes it
    for path in (("webhook", "clientConfig"), ("webhookClientConfig",)):
        if origin.is_written("spec", "conversion", path[0]):
            return _service("conversion-webhook", meta, origin.child("spec", "conversion", *path))
    return iter(())


def _service(purpose: str, meta: Meta, client: Origin) -> Iterator[Reference]:
    if not mapping(client.node, "service"):
        return
    service = client.child("service")
    node = service.node
    asked = port(node, "port")
    yield Reference(
        purpose=purpose,
        meta=meta,
        kind="Service",
        name=as_text(node.get("name")),
        namespace=known_word(node, "namespace"),
        port=HTTPS if asked is None else asked,
        selector=None,
        origin=service,
    )
