"""Manifests below 1 MB that a stranger may write to keep kblint busy; `benchmarks/worst.py` runs them."""

# ruff: noqa: E501 - a table of texts, each on the lines it needs
from __future__ import annotations

from collections.abc import Callable, Mapping

SIZE = 900_000
"""Characters of an input: a bit less than 1 MB."""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {a: b}}\nspec:\n  containers:\n  - name: a\n    image: nginx\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n"
UFW = "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"
    "  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: a, image: nginx}]}\n"
    f"---\n{SERVICE}  selector: {{a: b}}\n  ports: [{{port: 80}}]\n"
)
SHARED = {"web.yaml": WEB}
CUSTOM = (
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: cs.a.b}\nspec:\n  group: a.b\n"
    "  scope: Namespaced\n  names: {kind: C, plural: cs}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n"
    "    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n"
    "            type: object\n            properties: {a: {type: integer}}\n            x-kubernetes-validations:\n"
)
"""A definition of a custom resource, up to its rules."""
Files = Mapping[str, str]


def filled(line: Callable[[int], str], size: int = SIZE) -> str:
    """Lines with a number in them, up to a size."""
    lines: list[str] = []
    length = number = 0
    while length < size:
        lines.append(line(number))
        length += len(lines[-1]) + 1
        number += 1
    return "\n".join(lines)


def again(piece: str, size: int = SIZE) -> str:
    """One piece over and over."""
    return piece * (size // len(piece))


def nested(opening: str, closing: str, inner: str = "") -> str:
    """As deep as the size allows."""
    count = SIZE // len(opening + closing)
    return opening * count + inner + closing * count


def pod_of(script: str) -> Files:
    """A pod that runs a script."""
    inner = "\n".join(f"      {line}" for line in script.splitlines())
    return {"a.yaml": f"{POD}    command: [sh, -c]\n    args:\n    - |\n{inner}\n"}


def mounted(image: str, path: str, name: str, text: str) -> Files:
    """A configuration that a pod mounts."""
    inner = "\n".join(f"    {line}" for line in text.splitlines())
    pod = POD.replace("nginx", image) + f"    volumeMounts: [{{name: a, mountPath: {path}}}]\n"
    pod += "  volumes: [{name: a, configMap: {name: a}}]\n"
    return {
        "a.yaml": f"{pod}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  {name}: |\n{inner}\n"
    }


def tf(text: str) -> Files:
    """A folder of Terraform with a balancer."""
    return {"main.tf": f'resource "hcloud_load_balancer" "a" {{\n  name = "a"\n}}\n{text}'}


def config(text: str) -> Files:
    """An application beside a configuration."""
    return {**SHARED, "kblint.yaml": text}


MANIFESTS: Mapping[str, Callable[[], Files]] = {
    "manifest-empty-documents": lambda: {"a.yaml": again("---\n")},
    "manifest-tiny-objects": lambda: {
        "a.yaml": filled(lambda i: f"---\n{{apiVersion: v1, kind: S, metadata: {{name: a{i}}}}}")
    },
    "manifest-tiny-services": lambda: {
        "a.yaml": filled(
            lambda i: f"---\n{{apiVersion: v1, kind: Service, metadata: {{name: a{i}}}, spec: {{selector: {{a: b}}}}}}"
        )
    },
    "manifest-tiny-pods": lambda: {
        "a.yaml": filled(
            lambda i: (
                f"---\n{{apiVersion: v1, kind: Pod, metadata: {{name: a{i}, labels: {{a: b}}}}, spec: {{containers: [{{}}]}}}}"
            )
        )
    },
    "manifest-flow-nested": lambda: {"a.yaml": SERVICE + "  a: " + nested("[", "]")},
    "manifest-quotes": lambda: {"a.yaml": SERVICE + "  a: " + again('"')},
    "manifest-single-quotes": lambda: {"a.yaml": SERVICE + "  a: '" + again("''")},
    "manifest-long-line": lambda: {"a.yaml": SERVICE + "  a: " + again("x")},
    "manifest-urls-in-one-line": lambda: {"a.yaml": SERVICE + '  a: "' + again("http://a.b/c\\\\n") + '"'},
    "manifest-long-name-of-a-chart": lambda: {
        "a.yaml": "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec: {chart: "
        + again("a-1.1")
        + "}\n"
    },
    "manifest-long-blank-behind-a-password": lambda: {"a.sh": f"ufw allow 80\nPASSWORD: a{again(chr(9))}b\n"},
    "manifest-expressions-of-ansible-that-do-not-end": lambda: {
        "a.yaml": "- hosts: all\n  tasks:\n  - ufw: {rule: allow, port: '" + again("{{a}") + "'}\n"
    },
    "manifest-rules-of-custom-resources": lambda: {
        "a.yaml": "---\n".join(
            [
                CUSTOM + "".join(f"            - {{rule: self.a != {i}}}\n" for i in range(8000)),
                *("apiVersion: a.b/v1\nkind: C\nmetadata: {name: a}\nspec: {a: -1}\n" for _ in range(2000)),
            ]
        )
    },
    "manifest-variables-of-many-shells": lambda: {
        "a.yaml": f"{POD.partition('  containers')[0]}  containers:\n"
        + filled(
            lambda i: f"  - {{name: a{i}, image: nginx, command: [sh, -c, 'a=xxxxxxxx;{'a=$a$a$a$a;' * 80}nginx $a']}}"
        )
    },
    "manifest-anchors": lambda: {"a.yaml": SERVICE + filled(lambda i: f"  a{i}: &a{i} x")},
    "manifest-merge-keys": lambda: {"a.yaml": "a: &a {b: 1}\n" + filled(lambda i: f"c{i}: {{<<: *a}}")},
    "manifest-keys": lambda: {"a.yaml": SERVICE + filled(lambda i: f"  k{i}:")},
    "manifest-same-key": lambda: {"a.yaml": SERVICE + again("  k: 1\n")},
    "manifest-ports": lambda: {
        "a.yaml": f"{WEB.partition('  ports')[0]}  ports:\n" + filled(lambda i: f"  - {{port: {i}}}")
    },
    "manifest-ports-named": lambda: {
        "a.yaml": f"{WEB.partition('  ports')[0]}  ports:\n"
        + filled(lambda i: f"  - {{port: {i}, targetPort: p{i}, name: p{i}}}")
    },
    "manifest-container-ports": lambda: {
        "a.yaml": POD
        + "    ports:\n"
        + filled(lambda i: f"    - {{containerPort: {i}}}")
        + f"\n---\n{SERVICE}  selector: {{a: b}}\n  ports: [{{port: 80}}]"
    },
    "manifest-host-ports": lambda: {
        "a.yaml": POD
        + "    ports:\n"
        + filled(lambda i: f"    - {{containerPort: {i % 60000}, hostPort: {i % 60000}}}")
    },
    "manifest-containers": lambda: {"a.yaml": POD + filled(lambda i: f"  - {{name: a{i}, image: nginx}}")},
    "manifest-env": lambda: {
        "a.yaml": POD + "    env:\n" + filled(lambda i: f"    - {{name: A{i}, value: $(A{i - 1})}}")
    },
    "manifest-env-urls": lambda: {
        "a.yaml": POD + "    env:\n" + filled(lambda i: f"    - {{name: A{i}, value: 'http://b{i}:80'}}")
    },
    "manifest-env-from": lambda: {
        "a.yaml": POD + "    envFrom:\n" + filled(lambda i: f"    - configMapRef: {{name: a{i}}}")
    },
    "manifest-volumes": lambda: {
        "a.yaml": POD + "  volumes:\n" + filled(lambda i: f"  - {{name: v{i}, configMap: {{name: c{i}}}}}")
    },
    "manifest-mounts": lambda: {
        "a.yaml": POD + "    volumeMounts:\n" + filled(lambda i: f"    - {{name: v{i}, mountPath: /etc/nginx/v{i}}}")
    },
    "manifest-labels": lambda: {
        "a.yaml": SERVICE
        + "  selector:\n"
        + filled(lambda i: f"    l{i}: x", SIZE // 2)
        + "\n---\n"
        + POD.replace("{a: b}", "{l1: x}")
    },
    "manifest-rules-of-ingress": lambda: {
        "a.yaml": WEB
        + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  rules:\n"
        + filled(
            lambda i: (
                f"  - {{host: h{i}.a.de, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: a, port: {{number: 80}}}}}}}}]}}}}"
            )
        )
    },
    "manifest-ingress-paths": lambda: {
        "a.yaml": WEB
        + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  rules:\n  - host: a.de\n    http:\n      paths:\n"
        + filled(
            lambda i: (
                f"      - {{path: /a{i}, pathType: Prefix, backend: {{service: {{name: a, port: {{number: 80}}}}}}}}"
            )
        )
    },
    "manifest-traefik-match": lambda: {
        "a.yaml": "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a}\nspec:\n  routes:\n  - kind: Rule\n    match: "
        + again("Host(`a`)||")
        + "Host(`a`)\n    services: [{name: a, port: 80}]\n"
    },
    "manifest-traefik-parentheses": lambda: {
        "a.yaml": "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a}\nspec:\n  routes:\n  - kind: Rule\n    match: "
        + nested("(", ")", "Host(`a`)")
        + "\n    services: [{name: a, port: 80}]\n"
    },
    "manifest-network-policy": lambda: {
        "a.yaml": WEB
        + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n  ingress:\n"
        + filled(
            lambda i: (
                f"  - {{from: [{{ipBlock: {{cidr: 10.{i // 256 % 256}.{i % 256}.0/24}}}}], ports: [{{port: {i}}}]}}"
            )
        )
    },
    "manifest-annotations": lambda: {
        "a.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n"
        + filled(lambda i: f"    load-balancer.hetzner.cloud/a{i}: x")
    },
    "manifest-secrets": lambda: {
        "a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n"
        + filled(lambda i: f"  p{i}: secret{i}")
    },
    "manifest-templates": lambda: {"a.yaml": SERVICE + again("  {{ if x }}\n")},
    "manifest-braces": lambda: {"a.yaml": SERVICE + "  a: '" + again("{{") + "'"},
    "suppressions-comments": lambda: {"a.yaml": WEB + filled(lambda _: "# kblint: ignore[SVC001]")},
    "suppressions-one-line": lambda: {"a.yaml": WEB + "# kblint: ignore[" + again("SVC001,") + "]"},
    "suppressions-file": lambda: {"a.yaml": WEB + filled(lambda i: f"# kblint: ignore-file[X{i}] a")},
    "suppressions-annotation": lambda: {
        "a.yaml": WEB.replace(
            "{name: a}", "{name: a, annotations: {kblint.io/ignore: '" + again("SVC001: a;") + "'}}", 1
        )
    },
}
