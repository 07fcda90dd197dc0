"""Values and texts that a template engine still has to fill in."""

from __future__ import annotations

import re

from kblint.source.text import Source

_WHOLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_HELM = re.compile(
    r"\{\{-|-\}\}|"
    r"\{\{\s*(?:\$?\.(?:Values|Release|Chart|Capabilities|Files|Template)\b|"
    r"(?:if|else|end|range|with|include|template|define|block|tpl|toYaml|/\*)(?=[\s}*(]))"
)
"""What only a Go template says; `{{` alone also stands in alert rules, dashboards and ExternalSecrets."""

_TERRAFORM = re.compile(r"%\{~?\s*(?:if|else|endif|for|endfor)\b[^}\n]*\}")
"""A directive of Terraform's templates: https://developer.hashicorp.com/terraform/language/expressions/strings"""


def unknown(value: str) -> bool:
    """Whether `value` holds a placeholder that something later fills in, so that nobody knows it yet.

    `${...}`, `{{ ... }}` and `%{ if ... }` anywhere (envsubst, Flux, Terraform, Helm), what Helm writes for nothing
    (`<no value>`), and `$NAME` only where it is the whole value: inside a text it may belong to a shell or to nginx.
    """
    return (
        _holds(value, "${", "}")
        or _holds(value, "{{", "}}")
        or "<no value>" in value
        or ("%{" in value and _TERRAFORM.search(value) is not None)
        or _WHOLE.fullmatch(value) is not None
    )


def _holds(value: str, opening: str, closing: str) -> bool:
    start = value.find(opening)
    return start >= 0 and value.find(closing, start + len(opening)) >= 0


def is_helm_template(source: Source, *, in_chart: bool = False) -> bool:
    """Whether the text is a Go template rather than YAML; ask it only about a text that does not parse.

    `in_chart` says that the file lies under `templates/` of a folder with a `Chart.yaml`: there any `{{` will do.
    """
    return (in_chart and "{{" in source.text) or _HELM.search(source.text) is not None


def is_terraform_template(source: Source) -> bool:
    """Whether the text holds directives that Terraform's `templatefile` works out."""
    return "%{" in source.text and _TERRAFORM.search(source.text) is not None
