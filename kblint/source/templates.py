"""Values and texts that a template engine still has to fill in."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from kblint.source.regex import regex
from kblint.source.text import Source, Span

_WHOLE = regex(r"\$[A-Za-z_][A-Za-z0-9_]*")
_HELM = regex(
    r"\{\{-|-\}\}|"
    r"\{\{\s*(?:\$?\.(?:Values|Release|Chart|Capabilities|Files|Template)\b|"
    r"(?:if|else|end|range|with|include|template|define|block|tpl|toYaml|/\*)(?=[\s}*(]))"
)
"""What only a Go template says; `{{` alone also stands in alert rules, dashboards and ExternalSecrets."""

_TERRAFORM = regex(r"%\{~?\s*(?:if|else|endif|for|endfor)\b[^}\n]*\}")
"""A directive of Terraform's templates: https://developer.hashicorp.com/terraform/language/expressions/strings"""

_DIRECTIVE = regex(r"%\{~?[ \t]*(if|else|endif|for|endfor)\b[^}\n]*\}")
_DIRECTIVE_LINE = regex(r"^[ \t]*%\{~?[ \t]*(?:if|else|endif|for|endfor)\b[^}\n]*\}[ \t]*(?=\r?$)", re.MULTILINE)


_YTT = regex(
    r"^[ \t]*#@[ \t]*(?:load\(|if[ /]|for[ /]|def[ /]|end\b|data/|overlay/|schema/|yaml/)|:[ \t]+#@[ \t]", re.MULTILINE
)
"""What only a template of ytt says, in comments: https://carvel.dev/ytt/docs/latest/lang-ref-annotation/"""


def unknown(value: str) -> bool:
    """Whether `value` holds a placeholder that something later fills in, so that nobody knows it yet.

    `${...}`, `{{ ... }}` and `%{ if ... }` anywhere (envsubst, Flux, Terraform, Helm), what Helm writes for nothing
    (`<no value>`) and for a release without a name (`RELEASE-NAME`), and `$NAME` only where it is the whole value:
    inside a text it may belong to a shell or to nginx.
    """
    return (
        _holds(value, "${", "}")
        or _holds(value, "{{", "}}")
        or "<no value>" in value
        or "RELEASE-NAME" in value
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


def is_ytt_template(source: Source) -> bool:
    """Whether the text holds what ytt works out, all of it in comments of YAML that parses without."""
    return "#@" in source.text and _YTT.search(source.text) is not None


def is_terraform_template(source: Source) -> bool:
    """Whether the text holds directives that Terraform's `templatefile` works out."""
    return "%{" in source.text and _TERRAFORM.search(source.text) is not None


def without_directives(source: Source) -> Source:
    """The text without the lines on which a directive stands alone; everything else keeps its offset.

    Line breaks stand in for them: blanks would be part of a block scalar, and may be more than it is indented by.
    """
    return Source(source.path, _DIRECTIVE_LINE.sub(lambda line: "\n" * len(line[0]), source.text))


def branches(source: Source) -> tuple[Span, ...]:
    """The parts between the directives that begin and end a condition or loop, in order; inner ones are not told."""
    found: list[Span] = []
    depth = start = 0
    for directive in _DIRECTIVE.finditer(source.text) if "%{" in source.text else ():
        if directive[1] in ("if", "for"):
            start = start if depth else directive.end()
            depth += 1
        elif directive[1] in ("endif", "endfor") and depth:
            depth -= 1
            if not depth:
                found.append(Span(start, directive.start()))
    return (*found, Span(start, len(source.text))) if depth else tuple(found)


def meets(span: Span, parts: Sequence[Span]) -> bool:
    """Whether a span has something in common with one of `parts`, which stand in order."""
    after = bisect.bisect_left(parts, span.end, key=lambda part: part.start)
    return after > 0 and parts[after - 1].end > span.start
