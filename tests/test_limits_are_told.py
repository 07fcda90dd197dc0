"""What a limit of kblint's own keeps from being followed is told where it was met, as a warning and nothing more."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.given.growth import SHAPES
from tests.given.growth_parts import Files, an_object, service, stream, workload
from tests.given.runs import checked


def pod(**container: object) -> Files:
    spec = {"containers": [{"name": "web", "image": "nginx", **container}]}
    return stream([an_object("v1", "Pod", "web", spec=spec)])


def script(*lines: str) -> Files:
    return pod(command=["sh", "-c", "\n".join(lines)])


def mounted(image: str, path: str, text: str, **more: object) -> Files:
    """A configuration that is mounted into a pod."""
    container = {"name": "web", "image": image, "volumeMounts": [{"name": "a", "mountPath": path}], **more}
    spec = {"containers": [container], "volumes": [{"name": "a", "configMap": {"name": "a"}}]}
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    name = {"/etc/haproxy": "haproxy.cfg", "/usr/local/etc/haproxy": "haproxy.cfg", "/etc/caddy": "Caddyfile"}
    data = {name.get(path, "a.conf"): text}
    return stream([an_object("v1", "Pod", "web", spec=spec), {**settings, "data": data}])


def terraform(locals_: str, end: str) -> Files:
    return {"main.tf": f'locals {{\n{locals_}\n}}\nresource "hcloud_load_balancer" "web" {{\n  name = {end}\n}}\n'}


CONF = "/etc/nginx/conf.d/a.conf"
ENV = [{"name": "A0", "value": "x" * 500}, *({"name": f"A{i}", "value": f"$(A{i - 1})" * 2} for i in range(1, 20))]
LABELS = {"app": "web"}
CASES: Mapping[str, tuple[Files, str]] = {
    "a script that is too long": (script("#" * 300_000), "longer than 262,144 characters"),
    "a script of too many pipes": (script("true " + "| cat " * 4000), "more than 3,000 pipes"),
    "a script of too many commands": (script(*["true"] * 600), "more than 500 commands"),
    "a file that doubles": (
        script(f"echo '{'x' * 1000}' > {CONF}", *[f"cat {CONF} >> {CONF}"] * 9, "nginx"),
        "becomes longer than 65,536",
    ),
    "a script of many edits": (
        script(f"echo a > {CONF}", *[f"sed -i 's/a/b/' {CONF}"] * 25, "nginx"),
        "edits files more than 20 times",
    ),
    "a variable of a shell that doubles": (
        script("A=xxxxxxxxxxxxxxxx", *["A=$A$A$A$A"] * 8, 'nginx -g "$A"'),
        "over 16 times as long",
    ),
    "a word of a shell that is too long": (
        script("A=" + "x" * 20_000, 'nginx -g "$A$A"'),
        "longer than 32,768 characters",
    ),
    "variables of a shell that are filled in often": (
        script(f"A={'x' * 15_000}", *["B=$A$A"] * 40, 'nginx -g "$B"'),
        "over 16 times as long",
    ),
    "a command line of many words": (pod(command=["nginx", *["a"] * 3000]), "more than 2,000 words"),
    "variables of a container that double": (
        stream([an_object("v1", "Pod", "web", spec={"containers": [{"name": "a", "image": "nginx", "env": ENV}]})]),
        "from here on they are not followed",
    ),
    "nginx": (mounted("nginx", "/etc/nginx/conf.d", "#" * 300_000), "longer than 262,144 characters"),
    "redis": (
        mounted("redis", "/conf", "#\n" * 70_000, args=["redis-server", "/conf/a.conf"]),
        "longer than 131,072 characters",
    ),
    "caddy": (mounted("caddy", "/etc/caddy", "#" * 300_000), "longer than 262,144 characters"),
    "haproxy": (mounted("haproxy", "/usr/local/etc/haproxy", "#" * 600_000), "longer than 524,288 characters"),
    "a Service of too many workloads": (
        stream([*(workload(f"web-{i}", LABELS) for i in range(110)), service("web", LABELS)]),
        "selects more than 100 workloads",
    ),
    "policies on many pods": (SHAPES["policies_and_pods"](110), "over 100 policies select over 100 pods"),
    "strings of Terraform": (
        terraform(
            '  a0 = "xx"\n' + "\n".join(f'  a{i} = "${{local.a{i - 1}}}${{local.a{i - 1}}}"' for i in range(1, 20)),
            "local.a19",
        ),
        "values grow to more than 10,000",
    ),
    "lists of Terraform that are equal": (
        terraform(
            "  a0 = [1]\n" + "\n".join(f"  a{i} = [local.a{i - 1}, local.a{i - 1}]" for i in range(1, 20)),
            'local.a19 == local.a19 ? "a" : "b"',
        ),
        "values grow to more than 10,000",
    ),
    "steps of Terraform": (
        terraform("  a0 = 1\n" + "\n".join(f"  a{i} = local.a{i - 1}" for i in range(1, 200)), "local.a199"),
        "levels to work out",
    ),
    "a script of UFW": ({"a.sh": "ufw allow 80\n" + "true | cat\n" * 4000}, "more than 3,000 pipes"),
    "sed in a long file": (
        script(f"echo '{'listen 80; # ' * 100}' > {CONF}", f"sed -i 's/80/81/' {CONF}", "nginx"),
        "texts of more than 1,024 characters, or lines of more than 120, are not edited",
    ),
    "sed with many repeats": (
        script(f"echo 'listen 80;' > {CONF}", f"sed -i 's/a*b*c*80/81/' {CONF}", "nginx"),
        "of more than 500 characters, or with more than 2 repeats, is not followed",
    ),
    "a long command of sed": (
        script(f"echo 'listen 80;' > {CONF}", f"sed -i 's/80/{'1' * 600}/' {CONF}", "nginx"),
        "of more than 500 characters, or with more than 2 repeats, is not followed",
    ),
    "files that change in an unknown way": (
        script(*[f"chmod a /a/{i}" if i % 2 else f"make /a/{i}" for i in range(120)], "nginx"),
        "more than 50 files and folders; from here on no file is known",
    ),
    "shells within shells": (
        script('sh -c "sh -c \'sh -c \\"sh -c nginx\\"\'"'),
        "more than 3 shells within one another",
    ),
    "programs that start others": (pod(command=["exec"] * 30 + ["nginx"]), "more than 20 programs that only start"),
    "ports of one pod": (
        stream([workload("web", LABELS, {"ports": [{"containerPort": 1 + i} for i in range(150)]})]),
        "more than 128 ports",
    ),
    "ports of one Service": (
        stream(
            [
                *(workload(f"web-{i}", LABELS) for i in range(30)),
                service("web", LABELS, *({"name": f"p{i}", "port": 1 + i} for i in range(100))),
            ]
        ),
        "selects more than 20 workloads",
    ),
    "things of one kind": (
        stream([service("web", LABELS, *({"name": f"p{i}", "port": 1 + i} for i in range(6000)))]),
        "from the 5,001th on none is judged",
    ),
    "host names of a route": (
        stream(
            [
                an_object(
                    "gateway.networking.k8s.io/v1",
                    "HTTPRoute",
                    "web",
                    spec={"hostnames": [f"h{i}.example.com" for i in range(20)], "rules": []},
                )
            ]
        ),
        "more than 16 host names",
    ),
    "matches of a route": (
        stream(
            [
                an_object(
                    "gateway.networking.k8s.io/v1",
                    "HTTPRoute",
                    "web",
                    spec={"rules": [{"matches": [{"path": {"value": f"/{i}"}} for i in range(70)]}]},
                )
            ]
        ),
        "more than 64 matches",
    ),
    "a long variable": (pod(env=[{"name": "URL", "value": "http://a" + "b" * 1_100_000}]), "addresses in it"),
    "quotes of Terraform": (
        terraform(
            "\n".join(f'  a{i} = "x" # "' for i in range(700)),
            '"a"',
        ),
        "over 500 quotes",
    ),
    "tasks of Ansible": (
        {
            "a.yaml": json.dumps(
                [{"hosts": "all", "tasks": [{"ufw": {"rule": "allow", "port": "{{ item }}"}, "loop": ["80"] * 2100}]}]
            )
        },
        "more than 2,000 tasks",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_limit_that_was_met_is_told_at_its_place(name: str) -> None:
    files, message = CASES[name]
    told = [one for one in checked(files).findings if one.rule.id == "DOC008"]
    assert [(one.severity.name, message in one.message) for one in told] == [("WARNING", True)], [
        one.message for one in told
    ]
    assert told[0].location.place.source.path in files


def test_releases_that_make_too_much_together_are_told_once() -> None:
    files = {"a.sh": "".join(f"helm upgrade --install t{i} traefik/traefik\n" for i in range(1500))}
    told = [one.message for one in checked(files).findings if one.rule.id == "DOC008"]
    assert sum("releases make more than 200,000 parts" in message for message in told) == 1


CHART = {"chart": "traefik", "repo": "https://traefik.github.io/charts"}
RELEASES = {
    "K3s": {
        "a.yaml": json.dumps(
            {
                "apiVersion": "helm.cattle.io/v1",
                "kind": "HelmChart",
                "metadata": {"name": "traefik", "namespace": "kube-system"},
                "spec": {**CHART, "set": {"KEY": "1"}},
            }
        )
    },
    "helm": {"a.sh": "helm install t traefik/traefik --set 'KEY=1'\n"},
    "Terraform": {
        "main.tf": 'resource "helm_release" "t" {\n  name = "t"\n  chart = "traefik"\n'
        '  repository = "https://traefik.github.io/charts"\n  set {\n    name = "KEY"\n    value = "1"\n  }\n}\n'
    },
}


@pytest.mark.parametrize("form", RELEASES)
def test_a_release_with_values_beyond_a_limit_is_not_followed(form: str) -> None:
    def unread(key: str) -> int:
        return len(checked({path: text.replace("KEY", key) for path, text in RELEASES[form].items()}).summary.not_read)

    assert [unread("a[99]"), unread("a[100]")] == [0, 1]
    assert [unread("a." * 49 + "a"), unread("a." * 50 + "a")] == [0, 1]
