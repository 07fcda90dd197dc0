"""Charts of which it is known where each value is written: each text stands in one file, on one line."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kblint.intake import Input
from kblint.model.policy import ConfigMap
from kblint.source.text import Place
from kblint.source.values import Origin
from tests.given.helm import needs_helm, read_with_helm

pytestmark = needs_helm


@dataclass
class Draft:
    """A chart while it is made up: what its files hold, and where entry after entry is to be found."""

    template: list[str] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    given: dict[str, object] = field(default_factory=dict)
    inner: dict[str, object] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """By the key of an entry the text that stands where its value is written, once in all files."""


Way = Callable[[Draft, int], None]


def line(draft: Draft, number: int, value: str, text: str) -> None:
    """An entry, and what is written where its value is."""
    draft.template.append(f"  k{number}: {value}")
    draft.said[f"k{number}"] = text


def literal(draft: Draft, number: int) -> None:
    line(draft, number, f"v{number}", f"v{number}")


def direct(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = f"v{number}"
    line(draft, number, f"{{{{ .Values.a{number} }}}}", f"v{number}")


def quoted(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": {"c": f"v{number}"}}
    line(draft, number, f"{{{{- .Values.a{number}.b.c | quote | indent 1 }}}}", f"v{number}")


def in_quotes(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = f"v{number}"
    line(draft, number, f'"{{{{ .Values.a{number} }}}}"', f"v{number}")


def overridden(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": f"v{number}", "c": 1}
    draft.given[f"a{number}"] = {"b": f"w{number}"}
    line(draft, number, f"{{{{ .Values.a{number}.b }}}}", f"w{number}")


def not_overridden(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": f"v{number}", "c": 1}
    draft.given[f"a{number}"] = {"c": 2}
    line(draft, number, f"{{{{ .Values.a{number}.b }}}}", f"v{number}")


def by_default(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": ""}
    draft.values[f"b{number}"] = f"v{number}"
    line(draft, number, f"{{{{ .Values.a{number}.b | default .Values.b{number} }}}}", f"v{number}")


def by_default_text(draft: Draft, number: int) -> None:
    line(draft, number, f'{{{{ .Values.a{number} | default "v{number}" }}}}', f"v{number}")


def coalesced(draft: Draft, number: int) -> None:
    draft.values[f"b{number}"] = f"v{number}"
    draft.given[f"c{number}"] = f"w{number}"
    line(draft, number, f"{{{{ coalesce .Values.a{number} .Values.b{number} .Values.c{number} }}}}", f"v{number}")


def put_together(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = "same"
    line(draft, number, f'{{{{ printf "%s-%d" .Values.a{number} {number} }}}}', f"k{number}")


def with_text_around(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = "same"
    line(draft, number, f"before-{{{{ .Values.a{number} }}}}-after", f"k{number}")


def inside_with(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": f"v{number}"}
    draft.template += [f"  {{{{- with .Values.a{number} }}}}", f"  k{number}: {{{{ .b }}}}", "  {{- end }}"]
    draft.said[f"k{number}"] = f"v{number}"


def inside_else(draft: Draft, number: int) -> None:
    draft.values[f"b{number}"] = f"v{number}"
    draft.template += [
        f"  {{{{- with .Values.a{number} }}}}",
        f"  k{number}: {{{{ .b }}}}",
        "  {{- else }}",
        f"  k{number}: {{{{ .Values.b{number} }}}}",
        "  {{- end }}",
    ]
    draft.said[f"k{number}"] = f"v{number}"


def looped(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = [
        {"name": f"k{number}i", "value": f"v{number}i"},
        {"name": f"k{number}j", "value": f"v{number}j"},
    ]
    draft.template += [f"  {{{{- range .Values.a{number} }}}}", "  {{ .name }}: {{ .value }}", "  {{- end }}"]
    draft.said |= {f"k{number}i": f"v{number}i", f"k{number}j": f"v{number}j"}


def looped_with_gaps(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = [
        {"name": f"k{number}{at}", "value": f"v{number}{at}", "active": at != "j"} for at in "ijk"
    ]
    draft.template += [
        f"  {{{{- range $i, $e := .Values.a{number} }}}}",
        "  {{- if $e.active }}",
        "  {{ $e.name }}: {{ $e.value | quote }}",
        "  {{- end }}",
        "  {{- end }}",
    ]
    draft.said |= {f"k{number}i": f"v{number}i", f"k{number}k": f"v{number}k"}


def over_mapping(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {f"k{number}z": f"v{number}z", f"k{number}a": f"v{number}a"}
    draft.template += [f"  {{{{- range $k, $v := .Values.a{number} }}}}", "  {{ $k }}: {{ $v }}", "  {{- end }}"]
    draft.said |= {f"k{number}z": f"v{number}z", f"k{number}a": f"v{number}a"}


def block(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {f"k{number}y": f"v{number}y", f"k{number}x": f"v{number}x"}
    draft.given[f"a{number}"] = {f"k{number}x": f"w{number}x"}
    draft.template.append(f"  {{{{- toYaml .Values.a{number} | nindent 2 }}}}")
    draft.said |= {f"k{number}y": f"v{number}y", f"k{number}x": f"w{number}x"}


def variable(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": f"v{number}"}
    draft.template.append(f"  {{{{- $x := .Values.a{number} }}}}")
    line(draft, number, "{{ $x.b }}", f"v{number}")


def named(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = f"v{number}"
    draft.helpers.append(f'{{{{- define "x{number}" -}}}}\n{{{{ .Values.a{number} }}}}\n{{{{- end }}}}')
    line(draft, number, f'{{{{ include "x{number}" . }}}}', f"v{number}")


def named_with_dict(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = {"b": {"c": f"v{number}"}}
    draft.helpers.append(f'{{{{- define "x{number}" }}}}{{{{ .of.c | trunc 60 }}}}{{{{ end }}}}')
    line(draft, number, f'{{{{ include "x{number}" (dict "of" .Values.a{number}.b "root" $) | quote }}}}', f"v{number}")


def named_block(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = f"v{number}"
    draft.helpers.append(
        f'{{{{- define "x{number}" }}}}\nk{number}i: {{{{ .Values.a{number} }}}}\nk{number}j: v{number}j\n{{{{ end }}}}'
    )
    draft.template.append(f'  {{{{- include "x{number}" . | nindent 2 }}}}')
    draft.said |= {f"k{number}i": f"v{number}", f"k{number}j": f"v{number}j"}


def evaluated(draft: Draft, number: int) -> None:
    draft.values[f"a{number}"] = f"v{number}"
    line(draft, number, f"{{{{ tpl .Values.a{number} $ }}}}", f"v{number}")


def of_the_chart_inside(draft: Draft, number: int) -> None:
    draft.inner[f"a{number}"] = f"v{number}"
    draft.said[f"inner.k{number}"] = f"v{number}"


def given_to_the_chart_inside(draft: Draft, number: int) -> None:
    draft.inner[f"a{number}"] = f"v{number}"
    held = draft.values.setdefault("inner", {})
    assert isinstance(held, dict)
    held[f"a{number}"] = f"w{number}"
    draft.said[f"inner.k{number}"] = f"w{number}"


def shared(draft: Draft, number: int) -> None:
    held = draft.values.setdefault("global", {})
    assert isinstance(held, dict)
    held[f"a{number}"] = f"v{number}"
    line(draft, number, f"{{{{ .Values.global.a{number} }}}}", f"v{number}")


WAYS: tuple[Way, ...] = (
    *(literal, direct, quoted, in_quotes, overridden, not_overridden, by_default, by_default_text, coalesced),
    *(put_together, with_text_around, inside_with, inside_else, looped, looped_with_gaps, over_mapping),
    *(block, variable, named, named_with_dict, named_block, evaluated, of_the_chart_inside),
    *(given_to_the_chart_inside, shared),
)


def dumped(values: Mapping[str, object], depth: int = 0) -> str:
    """Values as YAML, each on a line of its own."""
    return "".join(f"{'  ' * depth}{key}:{_below(value, depth)}" for key, value in values.items())


def _below(value: object, depth: int) -> str:
    if isinstance(value, dict):
        return f"\n{dumped(value, depth + 1)}"
    if isinstance(value, list):
        items = "".join(f"{'  ' * depth}  -{_item(one, depth)}" for one in value)
        return f"\n{items}"
    return f" {str(value).lower() if isinstance(value, bool) else value}\n" if value != "" else ' ""\n'


def _item(value: object, depth: int) -> str:
    return f"\n{dumped(value, depth + 2)}" if isinstance(value, dict) else _below(value, depth)


def files_of(draft: Draft) -> dict[str, str]:
    """The chart, the one in it, and a script that releases it with its values."""
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata:\n  none: nothing\n"
    entries = "".join(f"  k{key[1:]}: {{{{ .Values.{key} }}}}\n" for key in draft.inner)
    inner = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: inner}}\ndata:\n  none: nothing\n{entries}"
    return {
        "web/Chart.yaml": "",
        "web/values.yaml": dumped(draft.values) or "{}\n",
        "web/templates/_x.tpl": "\n".join(draft.helpers),
        "web/templates/all.yaml": head + "\n".join(draft.template) + "\n",
        "web/charts/inner/Chart.yaml": "",
        "web/charts/inner/values.yaml": dumped(draft.inner) or "{}\n",
        "web/charts/inner/templates/inner.yaml": inner,
        "given.yaml": dumped(draft.given) or "{}\n",
        "run.sh": "helm install shop ./web -f given.yaml\n",
    }


def shown(place: Place) -> str:
    """A place as file and line."""
    return f"{place.source.path}:{place.source.point(place.span.start).line}"


def standing(text: str, files: Mapping[str, str]) -> str:
    """Where a text stands that stands in all files once."""
    found = [
        f"{path}:{number}"
        for path, content in files.items()
        for number, one in enumerate(content.splitlines(), 1)
        if text in one.replace(",", " ").replace(":", " ").replace('"', " ").replace("-", " - ").split()
    ]
    assert len(found) == 1, (text, found)
    return found[0]


def entries(given: Input) -> dict[str, Place]:
    """Each entry of the ConfigMaps, with where its value stands."""
    found: dict[str, Place] = {}
    for one in given.declarations:
        if isinstance(one, ConfigMap):
            data: Origin = one.meta.origin.child("data")
            lead = "inner." if one.meta.name == "inner" else ""
            found |= {f"{lead}{key}": data.place(key) for key in data.node}
    return found


def held_to_the_truth(draft: Draft) -> None:
    """Render the chart, and look up every entry."""
    files = files_of(draft)
    with tempfile.TemporaryDirectory() as folder:
        result = read_with_helm(Path(folder), files)
    assert not result.problems, result.problems
    found = entries(result)
    assert {key: shown(found[key]) for key in draft.said} == {
        key: standing(text, files) for key, text in draft.said.items()
    }
    printed = result.provenance.printed
    assert all(one.is_sure for place in found.values() for one in printed.get(place, ()))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
def test_each_way_to_print_a_value_leads_to_it(way: Way) -> None:
    draft = Draft()
    way(draft, 10)
    way(draft, 11)
    held_to_the_truth(draft)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WAYS), min_size=3, max_size=12))
def test_all_of_them_together_do(ways: list[Way]) -> None:
    draft = Draft()
    for number, way in enumerate(ways, 10):
        way(draft, number)
    held_to_the_truth(draft)
