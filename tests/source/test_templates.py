import pytest

from kblint.source.templates import is_helm_template, unknown
from kblint.source.text import Source


@pytest.mark.parametrize(
    "value", ["${PORT}", "a-${PORT}-b", "${A:-1}", "{{ .Values.x }}", "a{{b}}c", "<no value>", "$PORT"]
)
def test_placeholders_are_unknown(value: str) -> None:
    assert unknown(value)


@pytest.mark.parametrize(
    "value", ["", "80", "$", "$5", "a $PORT b", "$host:$port", "{{", "}} {{", "${", "$(PORT)", "{a}"]
)
def test_other_texts_are_known(value: str) -> None:
    assert not unknown(value)


@pytest.mark.parametrize(
    "text", ["{{- if .x }}\n", "a: {{ .Values.b }}\n", '{{ include "x" . }}', "{{ if eq .a 1 }}", "{{ end }}"]
)
def test_go_templates_are_told(text: str) -> None:
    assert is_helm_template(Source("a.yaml", text))


@pytest.mark.parametrize("text", ["a: {{ b }}", "a: '{{ $labels.pod }}'", "a: {{ .token }}", "a: b"])
def test_braces_alone_make_no_helm_template(text: str) -> None:
    assert not is_helm_template(Source("a.yaml", text))


def test_in_a_chart_braces_are_enough() -> None:
    assert is_helm_template(Source("a.yaml", "a: {{ b }}"), in_chart=True)
    assert not is_helm_template(Source("a.yaml", "a: b"), in_chart=True)
