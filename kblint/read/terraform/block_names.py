"""How Terraform's provider for Kubernetes spells the fields of an object: blocks, and names in snake case.

A misspelt one is refused by the provider, not by the API: blocks that are not named here are left out.

https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs
"""

from __future__ import annotations

from collections.abc import Mapping

from kblint.source.regex import regex

SINGLE = frozenset(
    {
        *("backend", "capabilities", "client_ip", "config_map", "config_map_key_ref", "config_map_ref", "csi"),
        *("default_backend", "dns_config", "downward_api", "empty_dir", "exec", "field_ref", "grpc", "host_path"),
        *("http", "http_get", "ip_block", "job_template", "lifecycle", "liveness_probe", "metadata"),
        *("namespace_selector", "nfs", "persistent_volume_claim", "pod_selector", "post_start", "pre_stop"),
        *("readiness_probe", "resource", "resource_field_ref", "resources", "rolling_update"),
        *("secret", "secret_key_ref", "secret_ref", "security_context", "selector", "service"),
        *("session_affinity_config", "spec", "startup_probe", "strategy", "tcp_socket", "template"),
        *("update_strategy", "value_from"),
    }
)
"""Blocks that stand there once, and are a mapping."""
MANY: Mapping[str, str] = {
    "address": "addresses",
    "container": "containers",
    "egress": "egress",
    "env": "env",
    "env_from": "envFrom",
    "from": "from",
    "image_pull_secrets": "imagePullSecrets",
    "ingress": "ingress",
    "init_container": "initContainers",
    "items": "items",
    "match_expressions": "matchExpressions",
    "path": "paths",
    "port": "ports",
    "ports": "ports",
    "rule": "rules",
    "subset": "subsets",
    "tls": "tls",
    "to": "to",
    "toleration": "tolerations",
    "volume": "volumes",
    "volume_claim_template": "volumeClaimTemplates",
    "volume_mount": "volumeMounts",
}
"""Blocks that may be repeated, and are a list."""
_ODD = {
    **{name: f"{name.partition('_')[0]}{name.rpartition('_')[2].upper()}" for name in ("host_ip", "cluster_ip")},
    "client_ip": "clientIP",
    "cluster_ips": "clusterIPs",
    "downward_api": "downwardAPI",
    "external_ips": "externalIPs",
    "host_ipc": "hostIPC",
    "host_pid": "hostPID",
    "load_balancer_ip": "loadBalancerIP",
    "timezone": "timeZone",
}
_CAPITAL = regex(r"[A-Z]+")
_WORD = regex(r"_([a-z0-9])")
_NUMBERS = regex(
    r"(?:.*_)?(?:port|number|replicas|seconds|threshold|limit|parallelism|completions)"
    r"|run_as_(?:user|group)|fs_group|max_(?:surge|unavailable)"
)
_SWITCHES = regex(
    r"host_(?:network|ipc|pid)|(?:.*_)?read_only(?:_.*)?|optional|privileged|(?:run|allow|share|automount|enable)_.*"
    r"|publish_.*|stdin(?:_once)?|tty|suspend|paused|immutable"
)
_TEXTS = frozenset({"host", "host_ip", "image", "name", "namespace", "path", "value"})
LEFT_OUT = frozenset({"default_mode", "mode", "run_as_username"})
"""Attributes that the API spells, or counts, in another way, and that decide nothing here."""


def field_name(name: str) -> str:
    """What the API calls it."""
    return _ODD.get(name) or _WORD.sub(lambda match: match[1].upper(), name)


def provider_name(field: str) -> str:
    """What Terraform's provider calls a field of the API."""
    return _CAPITAL.sub(lambda match: f"_{match[0].lower()}", field)


def is_mapping(block: str, holder: str) -> bool:
    """Whether a block is a mapping: the `port` of an Ingress's `service` is one."""
    return block in SINGLE or (block == "port" and holder == "service")


def converted(value: object, name: str) -> object:
    """A scalar in the type that the provider makes of it: it turns texts into numbers, and numbers into texts."""
    if isinstance(value, str):
        is_digits = value.isascii() and value.isdecimal() and len(value) < 10
        if is_digits and _NUMBERS.fullmatch(name):
            return int(value)
        if value in ("true", "false") and _SWITCHES.fullmatch(name):
            return value == "true"
    elif isinstance(value, int | float) and name in _TEXTS:
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value
