"""Custom resources: what the definitions in the input refuse, and every release of the Gateway API."""

from __future__ import annotations

import json

import pytest

from kblint.admission.cel_rules import MOST_OF_ALL, Rules
from kblint.wire.faults.fault import Outcome
from tests.given.objections import findings
from tests.given.runs import checked, topology

SPEC = """\
{type: object, required: [size, mode], properties: {
  size: {type: integer, minimum: 1, maximum: 10},
  more: {type: number, minimum: 0, exclusiveMinimum: true},
  mode: {type: string, enum: [fast, slow], default: fast},
  name: {type: string, pattern: '^[a-z]+$', minLength: 2, maxLength: 5},
  port: {x-kubernetes-int-or-string: true, pattern: '^[a-z]+$'},
  free: {type: object, x-kubernetes-preserve-unknown-fields: true},
  labels: {type: object, maxProperties: 1, additionalProperties: {type: string, maxLength: 3}},
  closed: {type: object},
  most: {type: integer},
  tags: {type: array, maxItems: 3, x-kubernetes-list-type: set, items: {type: string, minLength: 1}},
  ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port, protocol],
    items: {type: object, required: [port, protocol], properties: {
      port: {type: integer}, protocol: {type: string, default: TCP}}}},
  template: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}},
 x-kubernetes-validations: [
  {rule: '!has(self.most) || self.size <= self.most', message: size is more than most.},
  {rule: 'self.mode != "slow" || !has(self.name)', message: a slow one has no name},
  {rule: 'self.size == oldSelf.size', message: it cannot change},
  {rule: 'isURL(self.name)', message: only the API server can tell}]}
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: %s}}}}
    - {name: v1beta1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
"""


def definition(spec: str = SPEC) -> str:
    """The definition of Gadgets, whose `spec` has this schema."""
    return DEFINITION % " ".join(spec.split())


def gadget(spec: str, version: str = "v1") -> str:
    """A custom resource."""
    return f"apiVersion: example.org/{version}\nkind: Gadget\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"


def said(*texts: str) -> list[tuple[str, str]]:
    """Rule and message of all that is said."""
    return [(one.rule.id, one.message) for one in findings(*texts)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("size: 11", [("DOC006", "`spec.size` must be at most 10, but is the number `11`")]),
        ("size: 0", [("DOC006", "`spec.size` must be 1 or more, but is the number `0`")]),
        ("size: 1, more: 0", [("DOC006", "`spec.more` must be more than 0, but is the number `0`")]),
        ("size: big", [("DOC003", "`spec.size` must be a whole number, but is `big`")]),
        ("mode: slow", [("DOC003", "`size` is missing in `spec`")]),
        ("size: 1, mode: other", [("DOC003", "`spec.mode` cannot be `other`")]),
        ("size: 1, nmae: abc", [("DOC003", "unknown field `nmae` in `spec`")]),
        ("size: 1, name: A-B", [("DOC006", "`spec.name` must be a text that matches `^[a-z]+$`, but is `A-B`")]),
        ("size: 1, name: a", [("DOC006", "`spec.name` must be 2 characters or more, but is `a`")]),
        (
            "size: 1, labels: {a: abcd}",
            [("DOC006", "`spec.labels.a` must be at most 3 characters long, but is `abcd`")],
        ),
        ("size: 1, labels: {a: 5}", [("DOC003", "`spec.labels.a` must be text, but is the number `5`")]),
        ("size: 1, closed: {a: 1}", [("DOC003", "unknown field `a` in `spec.closed`")]),
        ("size: 1, tags: [a, b, a]", [("DOC006", "`a` stands twice in `tags`")]),
        ("size: 1, tags: [a, '']", [("DOC006", "`spec.tags[1]` must be 1 characters or more, but is empty")]),
        (
            "size: 1, ports: [{port: 80}, {port: 80, protocol: TCP}]",
            [("DOC006", "`spec.ports[1]`: two items of `ports` have the same `port` and `protocol`")],
        ),
        ("size: 5, most: 4", [("DOC006", "`spec`: size is more than most")]),
        ("size: 1, mode: slow, name: abc", [("DOC006", "`spec`: a slow one has no name")]),
    ],
)
def test_a_definition_in_the_input_says_what_is_refused(spec: str, expected: list[tuple[str, str]]) -> None:
    assert said(definition(), gadget(spec)) == expected


@pytest.mark.parametrize(
    "spec",
    [
        "size: 1",
        "size: 10, more: 0.5, mode: slow, most: 10",
        "size: 1, mode: null, name: null",
        "size: 1, port: 80",
        "size: 1, port: http",
        "size: 1, free: {any: [1, {x: y}]}",
        "size: 1, labels: {a: abc}",
        "size: 1, ports: [{port: 80}, {port: 80, protocol: UDP}, {port: 81}]",
        "size: 1, template: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {}}",
        "size: 5, most: 4, name: '${NAME}'",
        "size: '${SIZE}', name: '${NAME}'",
    ],
)
def test_what_a_definition_takes_is_left_alone(spec: str) -> None:
    assert said(definition(), gadget(spec)) == []


def test_a_value_that_is_not_in_a_long_list_is_refused_without_telling_the_list() -> None:
    # an error of a JSON Schema holds the whole list: as many times as many values once took 22 GB
    values = ", ".join(f"x{number}" for number in range(2_000))
    items = f"{{type: string, enum: [{values}]}}"
    listed = f"{{type: object, properties: {{all: {{type: array, items: {items}}}}}}}"
    wrong = ", ".join(f"y{number}" for number in range(2_000))
    texts = [text for _, text in said(definition(listed), gadget(f"all: [x7, {wrong}, null]"))]
    assert "`spec.all[1]` must be one of the 2000 values that its definition lists, but is `y0`" in texts[0]
    assert all(len(text) < 300 and "x7" not in text for text in texts)


def test_nothing_is_said_without_a_definition() -> None:
    assert said(gadget("size: 11")) == []


def test_two_definitions_that_differ_say_nothing() -> None:
    assert said(definition(), definition(SPEC.replace("maximum: 10", "maximum: 20")), gadget("size: 11")) == []
    assert len(said(definition(), definition(), gadget("size: 11"))) == 1


def test_a_version_that_is_not_served_is_not_applied() -> None:
    (found,) = findings(definition(), gadget("size: 1", "v1beta1"))
    assert (found.rule.id, found.symptom) == ("DOC004", Outcome.NOT_SERVED.value)
    assert found.message == "`example.org/v1beta1` has no kind `Gadget`: its definition serves `v1`"
    assert [one.place.source.path for one in found.related] == ["0.yaml"]


@pytest.mark.parametrize(
    ("definer", "resource", "severity"),
    [
        ("crds/a.yaml", "crds/b.yaml", "error"),
        ("crds/a.yaml", "crds/deep/b.yaml", "error"),
        ("a.yaml", "apps/b.yaml", "error"),
        ("apps/crds/a.yaml", "apps/b.yaml", "error"),
        ("one/a.yaml", "other/b.yaml", "warning"),
    ],
)
def test_a_definition_in_another_folder_may_be_of_another_installation(
    definer: str, resource: str, severity: str
) -> None:
    for spec, version in (("size: 11", "v1"), ("sise: 1, size: 1", "v1"), ("size: 1", "v1beta1")):
        (found,) = findings(files={definer: definition(), resource: gadget(spec, version)})
        assert found.severity.label == severity
        assert bool(found.lowered) is (severity == "warning")


@pytest.mark.parametrize(
    "schema",
    [
        "{type: object, properties: {size: {type: string, pattern: '(?=a)('}}}",
        "{type: object, properties: {'a/b~%#': {type: object, properties: {c: {type: integer}}}}}",
        "{type: object, properties: [1, 2], required: {a: b}, x-kubernetes-validations: {a: b}}",
        "{type: object, properties: {size: {type: array, items: [1]}}, x-kubernetes-validations: [{rule: 5}, 6]}",
        "{type: object, properties: {size: {type: integer, maximum: x, enum: {a: b}}}}",
        "{type: object, properties: {size: {type: number, minimum: .nan, maximum: .inf}}}",
        (
            "{type: object, properties: {size: {type: array, x-kubernetes-list-type: map, "
            "x-kubernetes-list-map-keys: [k], items: {type: object, properties: {k: {default: [1]}}}}}}"
        ),
        "{type: object, properties: {size: {type: string, enum: ['']}}}",
        "{type: object, x-kubernetes-validations: [{rule: 'self >'}, {rule: 'self.size.all(a, a)'}]}",
    ],
)
def test_a_broken_definition_refuses_nothing_by_what_is_broken(schema: str) -> None:
    assert [rule for rule, _ in said(definition(schema), gadget("size: 1"))] in ([], ["DOC003"])


def test_a_schema_as_deep_as_one_likes_is_read() -> None:
    schema: dict[str, object] = {"type": "integer"}
    for _ in range(90):
        schema = {"type": "object", "properties": {"a": schema}}
    assert said(definition(json.dumps(schema)), gadget("a: {a: 5}")) == [
        ("DOC003", "`spec.a.a` must be a mapping, but is the number `5`")
    ]


GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec: {gatewayClassName: traefik, listeners: [%s]}
"""
ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: edge}
spec: {parentRefs: [{name: web}], hostnames: [shop.example.org], rules: [%s]}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            GATEWAY % "{name: a, protocol: HTTP, port: 80}, {name: a, protocol: HTTP, port: 81}",
            "`spec.listeners[1]`: two items of `listeners` have the same `name`",
        ),
        (
            GATEWAY % "{name: a, protocol: HTTP, port: 0}",
            "`spec.listeners[0].port` must be 1 or more, but is the number `0`",
        ),
        (
            GATEWAY % "{name: a, protocol: HTTP, port: 80, tls: {mode: Terminate}}",
            "`spec.listeners`: tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
        ),
        (ROUTE % "{backendRef: [{name: web, port: 80}]}", "unknown field `backendRef` in `spec.rules[0]`"),
        (
            ROUTE % "{backendRefs: [{name: web}]}",
            "`spec.rules[0].backendRefs[0]`: Must have port for Service reference",
        ),
        (
            ROUTE % "{matches: [{path: {type: Prefix, value: /}}]}",
            "`spec.rules[0].matches[0].path.type` cannot be `Prefix`",
        ),
        (
            ROUTE % "{filters: [{type: RequestRedirect}]}",
            "`spec.rules[0].filters[0]`: filter.requestRedirect must be specified for RequestRedirect filter.type",
        ),
    ],
)
def test_what_every_release_of_the_gateway_api_refuses_is_told_without_its_definitions(
    text: str, expected: str
) -> None:
    assert [message for _, message in said(text)] == [expected]


def test_a_right_gateway_and_its_route_are_left_alone() -> None:
    plain, tls = "{name: a, protocol: HTTP, port: 80}", "tls: {certificateRefs: [{name: x}]}"
    listeners = f"{plain}, {{name: b, protocol: HTTPS, port: 443, {tls}}}"
    rules = "{matches: [{path: {type: PathPrefix, value: /}}], backendRefs: [{name: web, port: 80}]}"
    assert said(GATEWAY % listeners, ROUTE % rules) == []


def test_a_route_that_is_refused_breaks_its_journeys() -> None:
    files = {
        "gateway.yaml": GATEWAY % "{name: a, protocol: HTTP, port: 80}",
        "route.yaml": ROUTE % "{backendRefs: [{name: web}]}",
    }
    (found,) = (one for one in checked(files).findings if one.rule.id == "DOC006")
    assert found.journeys == ("http://shop.example.org/",)
    assert topology(*files.values()).journeys


COSTLY = json.dumps(
    {
        "type": "object",
        "required": ["size"],
        "properties": {"size": {"type": "integer"}},
        "x-kubernetes-validations": [{"rule": f"self.size != {number}"} for number in range(1200)],
    }
)


def test_rules_that_cost_too_much_are_told_and_the_schema_counts_all_the_same() -> None:
    told = checked({"a.yaml": "---\n".join([definition(COSTLY), gadget("size: 0"), gadget("size: a")])}).findings
    assert {(one.rule.id, one.location.place.text) for one in told} == {("DOC008", "Gadget"), ("DOC003", "a")}


def test_rules_cost_no_more_however_many_objects_they_are_for() -> None:
    rules, asked = Rules([("self.size() != 3", {})]), 0
    for _ in range(20):
        rules.begin()
        for _ in range(1000):
            rules.breaks(0, [1] * 1000)
            asked += not rules.is_cut
    assert 1000 < asked < MOST_OF_ALL / 1000
