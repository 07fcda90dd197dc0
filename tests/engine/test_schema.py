"""What is said about objects that the Kubernetes API would not take as they are."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kblint.admission.release import load_release, versions
from kblint.admission.verdicts import verdicts
from kblint.errors import ConfigError
from kblint.finding import Finding, Severity
from kblint.fix import Applicability, apply
from kblint.intake import read
from kblint.source.text import Source
from tests.given.objections import findings
from tests.given.runs import configured
from tests.strategies import json_values

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.27
          env: [{name: PORT, value: "80"}]
          ports:
            - containerPort: 80
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
    - port: 80
      targetPort: 8080
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
"""


def one(text: str, old: str, new: str) -> Finding:
    """The one finding about `text` with `new` in place of `old`."""
    assert findings(text) == ()
    assert old in text
    (finding,) = findings(text.replace(old, new, 1))
    return finding


def mended(text: str) -> str:
    source = Source("web.yaml", text)
    given = read([source])
    found = verdicts(given.declarations, None, given.parts).objections()
    return apply(objection.fix for objection in found if objection.fix).texts.get(source, text)


@pytest.mark.parametrize(
    ("text", "old", "new", "message", "help"),
    [
        (
            DEPLOYMENT,
            "replicas: 2",
            "replica: 2",
            "unknown field `replica` in `spec`",
            "did you mean `replicas`?",
        ),
        (
            DEPLOYMENT,
            "      containers:",
            "      replicas: 3\n      containers:",
            "unknown field `replicas` in `spec.template.spec`",
            "`replicas` belongs in `spec`",
        ),
        (
            DEPLOYMENT,
            "          image:",
            "          hostNetwork: true\n          image:",
            "unknown field `hostNetwork` in `spec.template.spec.containers[0]`",
            "`hostNetwork` belongs in `spec.template.spec`",
        ),
        (
            DEPLOYMENT,
            "          image:",
            "          runAsUser: 1000\n          image:",
            "unknown field `runAsUser` in `spec.template.spec.containers[0]`",
            "`runAsUser` belongs in `spec.template.spec.containers[].securityContext`",
        ),
        (
            DEPLOYMENT,
            "      containers:",
            "      livenessProbe: {httpGet: {port: 80}}\n      containers:",
            "unknown field `livenessProbe` in `spec.template.spec`",
            "`livenessProbe` belongs in `spec.template.spec.containers[]`",
        ),
        (
            DEPLOYMENT,
            "metadata: {name: web",
            "namespace: shop\nmetadata: {name: web",
            "unknown field `namespace` in a Deployment",
            "`namespace` belongs in `metadata`",
        ),
        (
            DEPLOYMENT,
            "{matchLabels: {app: web}}",
            "{app: web}",
            "unknown field `app` in `spec.selector`",
            "`app` belongs in `spec.selector.matchLabels`",
        ),
        (
            DEPLOYMENT,
            "- containerPort: 80",
            "- port: 80",
            "unknown field `port` in `spec.template.spec.containers[0].ports[0]`",
            "did you mean `containerPort`?",
        ),
        (
            SERVICE,
            "  selector:",
            "  targetport: 80\n  selector:",
            "unknown field `targetport` in `spec`",
            "did you mean `targetPort`, which belongs in `spec.ports[]`?",
        ),
        (
            SERVICE,
            "{app: web}",
            "{matchLabels: {app: web}}",
            "`spec.selector.matchLabels` must be text, but is a mapping",
            "write the labels directly under `selector`: this selector knows no `matchLabels`",
        ),
        (
            SERVICE,
            "- port: 80\n      targetPort: 8080",
            "port: 80",
            "`spec.ports` must be a list, but is a mapping",
            "write a list: each item starts with `- `",
        ),
        (
            SERVICE,
            "port: 80\n",
            "port: eighty\n",
            "`spec.ports[0].port` must be a whole number, but is `eighty`",
            "write a whole number",
        ),
        (
            SERVICE,
            "- port: 80",
            "- name: http",
            "`port` is missing in `spec.ports[0]`",
            "add `port`; the API server does not fill it in",
        ),
        (
            INGRESS,
            "pathType: Prefix",
            "pathType: Regex",
            "`spec.rules[0].http.paths[0].pathType` cannot be `Regex`",
            "write `Exact`, `ImplementationSpecific` or `Prefix`",
        ),
        (
            INGRESS,
            "{service: {name: web, port: {number: 80}}}",
            "{serviceName: web, servicePort: 80}",
            "unknown field `serviceName` in `spec.rules[0].http.paths[0].backend`",
            "an older API version has it; today this is `service: {name: ..., port: {number: ...}}`",
        ),
        (
            DEPLOYMENT,
            'value: "80"',
            "value: on",
            "`spec.template.spec.containers[0].env[0].value` must be text, but is `on`, which YAML reads as `true`",
            'quote it: `"on"`',
        ),
    ],
)
def test_a_mistake_is_said_once_with_what_to_do(text: str, old: str, new: str, message: str, help: str) -> None:
    finding = one(text, old, new)
    assert (message, help) == (finding.message, finding.help)
    assert (finding.severity, finding.rule.id, finding.certainty) == (Severity.ERROR, "DOC003", "known")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("replicas: 2", "replica: 2", "replica"),
        ("replicas: 2", "replicas: two", "two"),
        ("  selector: {matchLabels: {app: web}}\n", "", "spec"),
        ("containers:\n        - name: web\n", "containers:\n          name: web\n", "containers"),
        ("            - containerPort: 80", "            - {name: http}", "name: http"),
    ],
)
def test_the_smallest_place_that_shows_it_is_underlined(old: str, new: str, place: str) -> None:
    assert place == one(DEPLOYMENT, old, new).location.place.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("replicas: 2", 'replicas: "2"'),
        ("replicas: 2", "replicas: '2'"),
        ("containerPort", "ContainerPort"),
        ('value: "80"', "value: 80"),
        ("image:", "imagePullPolicy: always\n          image:"),
        ("containers:", 'hostNetwork: "true"\n      containers:'),
        ("image:", "args: [-c, 1, yes, 0o17]\n          image:"),
        ("apps/v1", "v1"),
        ("apps/v1", '"v1"'),
        ("kind: Deployment", "kind: deployment"),
    ],
)
def test_what_has_one_right_form_is_mended_and_fits_then(old: str, new: str) -> None:
    broken = DEPLOYMENT.replace(old, new, 1)
    assert findings(broken)
    assert all(found.fix and found.fix.applicability is Applicability.SAFE for found in findings(broken))
    assert findings(mended(broken)) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("replicas: 2", 'replicas: "02"'),
        ("replicas: 2", "replica: 2"),
        ("replicas: 2", "Replicas: 2\n  replicas: 2"),
        ("metadata: {name: web, labels", "metadata: {name: &n 1, generateName: *n, labels"),
    ],
)
def test_what_has_no_one_right_form_is_not_mended(old: str, new: str) -> None:
    assert [found.fix for found in findings(DEPLOYMENT.replace(old, new, 1)) if not found.fix]


def test_a_value_from_a_merge_key_is_not_changed_where_others_use_it() -> None:
    text = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: &labels {app: web}}
spec:
  containers:
    - name: web
      image: nginx:1.27
      env: [&one {name: A, value: 1}]
    - name: other
      image: nginx:1.27
      env: [{<<: *one, name: B}]
"""
    (found,) = findings(text)
    assert found.fix is None


def test_the_same_mistake_in_several_places_is_one_finding_that_shows_and_mends_all() -> None:
    text = SERVICE.replace("port: 80\n", 'port: "80"\n') + '    - {name: b, port: "81"}\n    - {name: c, port: "82"}\n'
    (found,) = findings(text)
    assert [place.place.text for place in (found.location, *found.related)] == ['"80"', '"81"', '"82"']
    assert findings(mended(text)) == ()


def test_a_misspelled_required_field_is_not_also_missing() -> None:
    (found,) = findings(DEPLOYMENT.replace("  selector:", "  selectors:"))
    assert found.message == "unknown field `selectors` in `spec`"


def test_an_object_that_is_wrong_all_over_gives_a_few_findings_and_says_so() -> None:
    extra = "".join(f"  nonsense{number}: {number}\n" for number in range(9))
    found = findings(DEPLOYMENT + extra)
    assert len(found) == 5
    assert (found[-1].help or "").endswith("; 4 more in this object do not fit")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("replicas: 2", "replicas: ${REPLICAS}"),
        ("replicas: 2", "replicas: '{{ .Values.replicas }}'"),
        ("replicas: 2", "replicas: null"),
        ("replicas: 2", "replicas: 2.0"),
        ("metadata: {name: web,", "metadata: {name: web, creationTimestamp: null,"),
        ("image: nginx:1.27", "image: nginx:1.27\n          resources: {limits: {cpu: 1, memory: 1Gi}}"),
        ("image: nginx:1.27", "image: nginx:1.27\n          livenessProbe: {httpGet: {port: http}}"),
        ("image: nginx:1.27", "image: nginx:1.27\n          imagePullPolicy: ''"),
        ("spec:\n", "status: {whatever: [1]}\nspec:\n"),
        ("  replicas: 2", "  strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}"),
        ("spec:\n", "sops: {mac: abc}\nnonsense: 1\nspec:\n"),
        ("image: nginx:1.27", "image: nginx:1.27\n          imagePullPolicy: 'ENC[AES256_GCM,data:a,type:str]'"),
        ("replicas: 2", "replicas: *nowhere"),
        ("  replicas: 2", "  $patch: replace"),
        ("apps/v1", "apps.example.com/v1"),
        ("kind: Deployment", "kind: Rollout"),
        ("kind: Deployment", "kind: Template"),
    ],
)
def test_what_the_api_takes_or_nobody_knows_yet_is_silent(old: str, new: str) -> None:
    assert findings(DEPLOYMENT.replace(old, new, 1)) == ()


@pytest.mark.parametrize("where", ["kustomization.yaml", "component/kustomization.yml"])
@pytest.mark.parametrize(
    "listing",
    [
        "patches: [{path: PATH}]",
        "patchesStrategicMerge: [PATH]",
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches: [{path: PATH}]",
    ],
)
def test_a_file_that_a_kustomization_patches_with_may_lack_fields(where: str, listing: str) -> None:
    part = DEPLOYMENT.replace("  selector: {matchLabels: {app: web}}\n", "")
    path = "more/web.yaml" if "/" not in where else "../more/web.yaml"
    files = {where: listing.replace("PATH", path), "more/web.yaml": part}
    assert findings(files=files) == ()
    assert findings(files={**files, where: "resources: [more/web.yaml]"})


def test_an_unknown_field_in_a_patch_is_still_unknown() -> None:
    files = {
        "kustomization.yaml": "patches: [{path: web.yaml}]",
        "web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replica: 2}\n",
    }
    (found,) = findings(files=files)
    assert found.message == "unknown field `replica` in `spec`"


@pytest.mark.parametrize(
    "part",
    [
        "spec: {replicas: 3}",
        "metadata: {annotations: {a: b}}",
        "spec: {template: {spec: {containers: [{name: web, image: 'nginx:1.28'}]}}}",
        "spec: {template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}]}}}",
    ],
)
def test_a_workload_without_what_every_whole_one_has_is_a_patch(part: str) -> None:
    name = "" if "metadata: {ann" in part else "metadata: {name: web}\n"
    assert findings(f"apiVersion: apps/v1\nkind: Deployment\n{name}{part}\n") == ()


def test_a_field_that_another_declaration_of_the_object_has_is_not_missing() -> None:
    part = DEPLOYMENT.replace("  selector: {matchLabels: {app: web}}\n", "")
    assert len(findings(part)) == 1
    assert findings(part, DEPLOYMENT) == ()
    assert len(findings(part, DEPLOYMENT.replace("name: web, labels", "name: other, labels"))) == 1
    assert len(findings(part, part)) == 2


@pytest.mark.parametrize("listing", ["commonLabels: {a: b}", "labels: [{pairs: {a: b}, includeSelectors: true}]"])
def test_a_selector_that_kustomize_writes_is_not_missing(listing: str) -> None:
    part = DEPLOYMENT.replace("  selector: {matchLabels: {app: web}}\n", "")
    assert findings(files={"kustomization.yaml": listing, "web.yaml": part}) == ()
    assert findings(
        files={"kustomization.yaml": listing.replace("true", "false").replace("common", ""), "w.yaml": part}
    )


def test_the_items_of_a_list_are_looked_at() -> None:
    items = [yaml.safe_load(SERVICE), yaml.safe_load(DEPLOYMENT)]
    items[1]["spec"]["replicas"] = "2"
    (found,) = findings(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    assert found.object is not None
    assert found.object.kind == "Deployment"


def test_a_wrong_type_hides_nothing_and_says_nothing_of_what_is_inside() -> None:
    (found,) = findings(DEPLOYMENT.replace("{matchLabels: {app: web}}", "[{matchLabels: {app: web}}]"))
    assert found.message == "`spec.selector` must be a mapping, but is a list"


@pytest.mark.parametrize(
    ("api", "kind", "severity", "message", "help"),
    [
        (
            "extensions/v1beta1",
            "Ingress",
            Severity.ERROR,
            "Kubernetes 1.31 has no `extensions/v1beta1` Ingress: removed in 1.22",
            "write `apiVersion: networking.k8s.io/v1`; `serviceName` and",
        ),
        (
            "policy/v1beta1",
            "PodSecurityPolicy",
            Severity.ERROR,
            "Kubernetes 1.31 has no `policy/v1beta1` PodSecurityPolicy: removed in 1.25",
            "nothing takes its place",
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1beta2",
            "FlowSchema",
            Severity.ERROR,
            "Kubernetes 1.31 has no `flowcontrol.apiserver.k8s.io/v1beta2` FlowSchema: removed in 1.29",
            "write `apiVersion: flowcontrol.apiserver.k8s.io/v1`",
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1beta3",
            "FlowSchema",
            Severity.WARNING,
            "`flowcontrol.apiserver.k8s.io/v1beta3` FlowSchema is gone in Kubernetes 1.32",
            "write `apiVersion: flowcontrol.apiserver.k8s.io/v1`",
        ),
    ],
)
def test_an_api_version_that_goes_is_said_with_what_takes_its_place(
    api: str, kind: str, severity: Severity, message: str, help: str
) -> None:
    (found,) = findings(f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: web}}\n", version="1.31")
    assert (severity, "DOC004", message) == (found.severity, found.rule.id, found.message)
    assert (found.help or "").startswith(help)
    assert found.location.place.text == api


@pytest.mark.parametrize(
    ("selector", "applicability"),
    [("{matchLabels: {app: web}}", Applicability.SAFE), ("{}", Applicability.UNSAFE)],
)
def test_a_budget_is_only_mended_without_asking_if_it_means_the_same(
    selector: str, applicability: Applicability
) -> None:
    head = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"
    (found,) = findings(f"{head}spec: {{selector: {selector}}}\n")
    assert found.fix is not None
    assert found.fix.applicability is applicability


def test_an_object_that_does_not_fit_the_new_version_is_not_moved_there() -> None:
    old = DEPLOYMENT.replace("apps/v1", "apps/v1beta2")
    assert [bool(found.fix) for found in findings(old)] == [True]
    assert [bool(found.fix) for found in findings(old.replace("  selector: {matchLabels: {app: web}}\n", ""))] == [
        False
    ]


def test_what_is_written_by_hand_agrees_with_what_the_releases_serve() -> None:
    spans = load_release(None).spans
    for gone in {*load_release(None).gone.values()}:
        for kind in gone.kinds:
            _, last = spans.get(f"{gone.api}/{kind}", (0, 24))
            assert gone.minor == last + 1 or (last == 24 and gone.minor <= 25)
            assert gone.group is None or load_release(None).where(kind)[0][0] in (gone.group, "")


def test_each_release_has_its_own_fields() -> None:
    text = SERVICE.replace("  selector:", "  trafficDistribution: PreferClose\n  selector:")
    assert findings(text, version="1.31") == ()
    assert len(findings(text, version="1.29")) == 1


def test_a_release_that_is_not_known_is_refused_where_it_is_written() -> None:
    with pytest.raises(ConfigError, match=r"unknown Kubernetes version `1\.3`") as caught:
        configured('kubernetes-version: "1.3"\n')
    assert (caught.value.line, caught.value.column) == (1, 21)


@pytest.mark.parametrize("version", versions())
def test_every_definition_of_every_release_is_whole(version: str) -> None:
    release = load_release(version)
    kinds = [key.split("/") for key in release.spans]
    names = {name for group, api, kind in kinds if (name := release.definition(group, api, kind))}
    assert len(names) >= 36
    for name in names:
        needs = release.definitions[name].get("required", ())
        assert release.validator(name).is_valid({"metadata": {"name": "a"}}) is not bool(needs)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_object_makes_it_raise_and_every_place_is_in_its_text(data: st.DataObject) -> None:
    root: Any = yaml.safe_load(data.draw(st.sampled_from([DEPLOYMENT, SERVICE, INGRESS])))
    spoil(root, data)
    text = yaml.safe_dump(root, allow_unicode=True)
    for found in findings(text):
        start, end = found.location.place.span
        assert 0 <= start < end <= len(text)
        assert found.help


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_null_counts_as_not_set(data: st.DataObject) -> None:
    root: Any = yaml.safe_load(data.draw(st.sampled_from([DEPLOYMENT, SERVICE, INGRESS])))
    fields = [spot for spot in spots(root) if isinstance(spot[1], str) and spot[1] not in ("apiVersion", "kind")]
    holder, key = data.draw(st.sampled_from(fields))
    holder[key] = None
    is_refused = bool(findings(yaml.safe_dump(root)))
    del holder[key]
    assert is_refused <= bool(findings(yaml.safe_dump(root)))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_mending_ends_and_leaves_nothing_it_could_still_mend(data: st.DataObject) -> None:
    root: Any = yaml.safe_load(data.draw(st.sampled_from([DEPLOYMENT, SERVICE, INGRESS])))
    spoil(root, data)
    text = yaml.safe_dump(root)
    for _ in range(20):
        text, before = mended(text), text
        if text == before:
            break
    assert not [found for found in findings(text) if found.fix]


def spoil(root: Any, data: st.DataObject) -> None:
    """Put anything in a few places."""
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(spots(root))))
        if isinstance(key, str) and data.draw(st.booleans()):
            holder[data.draw(st.sampled_from([key.upper(), key[:-1], "hostNetwork", "port", "$x"]))] = holder.pop(key)
        else:
            holder[key] = data.draw(json_values)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every key of every mapping and every index of every list below `value`."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    inner = itertools.chain.from_iterable(spots(value[key]) for key in keys)
    return [*((value, key) for key in keys), *inner]
