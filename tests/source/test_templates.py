import pytest

from kblint.source.templates import is_helm_template, is_terraform_template, unknown
from kblint.source.text import Source


@pytest.mark.parametrize(
    "value",
    [
        "${PORT}",
        "a-${PORT}-b",
        "${A:-1}",
        "{{ .Values.x }}",
        "a{{b}}c",
        "<no value>",
        "$PORT",
        "%{ if a }1%{ endif }",
        "RELEASE-NAME-web",
    ],
)
def test_placeholders_are_unknown(value: str) -> None:
    assert unknown(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "80",
        "$",
        "$5",
        "a $PORT b",
        "$host:$port",
        "{{",
        "}} {{",
        "${",
        "$(PORT)",
        "{a}",
        "%{http_code}",
        "%{",
        "100%",
    ],
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


@pytest.mark.parametrize("text", ["a: 1\n%{ if x ~}\nb: 2\n%{ endif ~}\n", "# %{for a in b}\n", "a: b%{~ else }\n"])
def test_directives_make_a_terraform_template(text: str) -> None:
    assert is_terraform_template(Source("a.yaml", text))


@pytest.mark.parametrize("text", ["a: ${b}\n", "curl -w '%{http_code}' x\n", "%{ if\n}", "%YAML 1.2\n---\na: 1\n"])
def test_other_percent_signs_do_not(text: str) -> None:
    assert not is_terraform_template(Source("a.yaml", text))
