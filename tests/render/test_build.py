"""Kustomizations are built, and every value still stands where it was written."""

from __future__ import annotations

import textwrap

from kblint.render.build import build_all
from kblint.render.rendered import Rendered
from kblint.source.text import Place, Source
from kblint.source.values import Origin, PathPart, Unknown

SERVICE = """
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
"""


def built(**files: str) -> Rendered:
    """What is built of these texts, by paths of which `__` stands for `/` and that end in `.yaml`."""
    named = {f"{path.replace('__', '/')}.yaml": textwrap.dedent(text).lstrip("\n") for path, text in files.items()}
    return build_all([Source(path, text) for path, text in named.items()])


def origin(rendered: Rendered, kind: str) -> Origin:
    [build] = rendered.builds
    return next(one.origin for one in build.documents if one.origin.get("kind") == kind)


def at(place: Place) -> str:
    """The file, the line, and what is written there."""
    return f"{place.source.path}:{place.source.point(place.span.start).line} {place.text}"


def found(rendered: Rendered, kind: str, *path: PathPart) -> tuple[object, str]:
    one = origin(rendered, kind)
    return one.get(*path), at(one.place(*path))


def test_a_value_that_nothing_changes_stands_in_the_base() -> None:
    rendered = built(
        base__kustomization="resources: [svc.yaml]", base__svc=SERVICE, top__kustomization="bases: [../base]"
    )
    assert found(rendered, "Service", "spec", "ports", 0, "targetPort") == ("http", "base/svc.yaml:10 http")
    assert rendered.used == {"base/kustomization.yaml", "base/svc.yaml", "top/kustomization.yaml"}


def test_what_an_inline_patch_writes_stands_in_the_kustomization() -> None:
    rendered = built(
        base__kustomization="resources: [svc.yaml]",
        base__svc=SERVICE,
        top__kustomization="""
            resources: [../base]
            patches:
              - patch: |-
                  apiVersion: v1
                  kind: Service
                  metadata: {name: web}
                  spec:
                    ports:
                      - port: 80
                        targetPort: https
            """,
    )
    path = ("spec", "ports", 0, "targetPort")
    assert found(rendered, "Service", *path) == ("https", "top/kustomization.yaml:10 https")


def test_a_name_with_a_prefix_stands_where_the_rest_of_it_does() -> None:
    rendered = built(svc=SERVICE, kustomization="namePrefix: prod-\nnamespace: shop\nresources: [svc.yaml]")
    assert found(rendered, "Service", "metadata", "name") == ("prod-web", "svc.yaml:4 web")
    assert found(rendered, "Service", "metadata", "namespace") == ("shop", "kustomization.yaml:2 shop")


def test_a_label_for_all_stands_in_the_kustomization() -> None:
    rendered = built(svc=SERVICE, kustomization="commonLabels:\n  app: site\nresources: [svc.yaml]")
    assert found(rendered, "Service", "spec", "selector", "app") == ("site", "kustomization.yaml:2 site")


def test_an_entry_of_a_generated_object_stands_in_its_file() -> None:
    sources = [
        Source("kustomization.yaml", "configMapGenerator: [{name: web, files: [nginx.conf], envs: [a.env]}]"),
        Source("nginx.conf", "listen 8080;\n"),
        Source("a.env", "# here\nPORT=8080\n"),
    ]
    rendered = build_all(sources)
    assert found(rendered, "ConfigMap", "data", "nginx.conf")[0] == "listen 8080;\n"
    assert found(rendered, "ConfigMap", "data", "PORT") == ("8080", "a.env:2 8080")
    assert str(found(rendered, "ConfigMap", "metadata", "name")[0]).startswith("web-")


def test_a_base_is_not_changed_by_what_is_built_on_it() -> None:
    rendered = built(
        base__kustomization="resources: [svc.yaml]",
        base__svc=SERVICE,
        dev__kustomization="namePrefix: dev-\ncommonLabels: {app: dev}\nresources: [../base]",
        prod__kustomization="namePrefix: prod-\nresources: [../base]",
    )
    names = [[one.origin.get("metadata", "name") for one in build.documents] for build in rendered.builds]
    assert names == [["dev-web"], ["prod-web"]]
    assert rendered.builds[1].documents[0].origin.get("spec", "selector") == {"app": "web"}


def test_where_an_object_comes_from_is_told_in_it() -> None:
    rendered = built(
        base__kustomization="resources: [svc.yaml]\nsecretGenerator: [{name: key, literals: [A=1]}]",
        base__svc=SERVICE,
        top__kustomization="resources: [../base]\nbuildMetadata: [originAnnotations]",
    )
    annotation = ("metadata", "annotations", "config.kubernetes.io/origin")
    assert origin(rendered, "Service").get(*annotation) == "path: ../base/svc.yaml\n"
    assert str(origin(rendered, "Secret").get(*annotation)).startswith("configuredIn: ../base/kustomization.yaml\n")


def problems(rendered: Rendered) -> list[str]:
    return [f"{at(one.place)}: {one.message}" for one in rendered.problems]


def test_what_kustomize_refuses_is_said_where_it_stands() -> None:
    missing = built(kustomization="resources:\n  - gone.yaml\n")
    assert problems(missing) == ["kustomization.yaml:2 gone.yaml: `gone.yaml` does not exist"]
    refused = built(
        svc=SERVICE,
        kustomization="""
            resources: [svc.yaml]
            patches:
              - patch: |-
                  - {op: remove, path: /spec/none}
              - target: {kind: Service}
                patch: |-
                  - op: remove
                    path: /spec/none
            """,
    )
    assert problems(refused) == [
        "kustomization.yaml:3 |-\n      - {op: remove, path: /spec/none}: a JSON patch needs a `target`",
        "kustomization.yaml:8 /spec/none: `/spec/none` does not exist in Service `web`",
    ]
    nobody = built(
        svc=SERVICE,
        kustomization="resources: [svc.yaml]\npatches: [{path: patch.yaml}]",
        patch=SERVICE.replace("name: web", "name: wep"),
    )
    assert problems(nobody) == ["patch.yaml:4 wep: no object matches this patch of Service `wep`"]
    circle = built(a__kustomization="resources: [../b]", b__kustomization="resources: [../a]")
    assert "in a circle" in problems(circle)[0]
    field = built(svc=SERVICE, kustomization="resource: [svc.yaml]")
    assert problems(field) == ["kustomization.yaml:1 resource: a kustomization has no field `resource`"]


def test_what_is_elsewhere_is_unknown() -> None:
    rendered = built(
        kustomization="resources: [https://example.com/a.yaml]\npatches: [{path: patch.yaml}]", patch=SERVICE
    )
    assert not rendered.problems
    assert not rendered.builds[0].is_whole
    assert rendered.unknown == (("kustomization.yaml", "`https://example.com/a.yaml` is fetched from elsewhere"),)
    assert "patch.yaml" not in rendered.used


def test_what_grows_without_end_is_not_built() -> None:
    files = {"0__kustomization": "resources: [svc.yaml]", "0__svc": SERVICE}
    for level in range(1, 20):
        for side in "ab":
            below = f"[../{level - 1}]"
            files[f"{level}{side}__kustomization"] = f"namePrefix: {side}-\nresources: {below}"
        files[f"{level}__kustomization"] = f"resources: [../{level}a, ../{level}b]"
    rendered = built(**files)
    assert any("objects are built" in reason for _, reason in rendered.unknown)


def test_a_copy_is_not_what_it_was_copied_from() -> None:
    rendered = built(
        svc=SERVICE,
        kustomization="""
            resources: [svc.yaml]
            patches:
              - target: {kind: Service}
                patch: |-
                  - {op: add, path: /metadata/annotations, value: {a: b}}
                  - {op: copy, from: /metadata, path: /metadata/annotations/copy}
                  - {op: add, path: /metadata/annotations/c, value: d}
            """,
    )
    metadata = origin(rendered, "Service").get("metadata")
    copied = {"name": "web", "annotations": {"a": "b"}}
    assert metadata == {"name": "web", "annotations": {"a": "b", "copy": copied, "c": "d"}}


def test_what_is_still_to_be_filled_in_is_unknown() -> None:
    listing = "resources: [svc.yaml, '{{ name }}.yaml']\npatches: [{path: patch.yaml}]"
    rendered = built(
        kustomization=listing, svc=SERVICE.replace("name: web", "name: ${APP}"), patch=SERVICE + "  type: NodePort\n"
    )
    assert not rendered.problems
    assert [reason for _, reason in rendered.unknown] == ["`{{ name }}.yaml` is still to be filled in"]


def elsewhere(*paths: str, **files: str) -> Rendered:
    """What is built where files at these paths are kept out of the input."""
    sources = [Source(f"{name}.yaml", textwrap.dedent(text).lstrip("\n")) for name, text in files.items()]
    return build_all(sources, frozenset(paths))


def test_what_a_file_of_variables_gives_that_is_kept_out_is_not_known() -> None:
    rendered = elsewhere(
        "web.env",
        kustomization="""
            configMapGenerator: [{name: web, envs: [web.env], literals: [A=1]}]
            secretGenerator: [{name: web, envs: [web.env]}]
            """,
    )
    assert not rendered.problems
    for kind in ("ConfigMap", "Secret"):
        assert origin(rendered, kind).get("data") == Unknown("web.env")


def test_what_is_replaced_by_something_unknown_is_unknown() -> None:
    replacement = """
            configMapGenerator: [{name: web, envs: [web.env]}]
            resources: [svc.yaml]
            replacements:
              - source: {kind: ConfigMap, name: web, fieldPath: data.host}
                targets:
                  - select: {kind: Service}
                    fieldPaths: [spec.externalName]
                    options: {delimiter: ., index: 1}
            """
    alias = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalName: web.to-be-replaced}}"
    rendered = elsewhere("web.env", kustomization=replacement, svc=alias)
    assert not rendered.problems
    assert origin(rendered, "Service").get("spec", "externalName") == Unknown("web.to-be-replaced")
    assert not rendered.builds[0].doubt


def test_a_patch_that_is_kept_out_leaves_doubt() -> None:
    rendered = elsewhere("p.yaml", kustomization="resources: [svc.yaml]\npatches: [{path: p.yaml}]", svc=SERVICE)
    assert not rendered.problems
    assert rendered.builds[0].doubt == "`p.yaml` is not in what was read"


def test_doubt_about_a_base_is_doubt_about_what_is_built_of_it() -> None:
    base = {"base__kustomization": "resources: [svc.yaml]\npatches: [{path: /etc/p.yaml}]", "base__svc": SERVICE}
    assert built(**base, top__kustomization="resources: [../base]").builds[0].doubt


def test_old_words_for_true_and_false_are_texts() -> None:
    rendered = built(
        kustomization="""
            resources: [cm.yaml]
            patches:
              - patch: |-
                  {apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {b: off}}
            """,
        cm="{apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {a: on, y: No, c: True, d: [yes, 'yes']}}",
    )
    data = origin(rendered, "ConfigMap").get("data")
    assert data == {"a": "on", "y": "No", "c": True, "d": ["yes", "yes"], "b": "off"}
    assert found(rendered, "ConfigMap", "data", "y")[1] == "cm.yaml:1 No"


def test_a_json_patch_replaces_what_is_not_there() -> None:
    patches = "{op: replace, path: /spec/type, value: NodePort}", "{op: replace, path: /spec/x/y, value: 1}"
    for patch, problems in zip(patches, (0, 1), strict=True):
        kustomization = f"resources: [svc.yaml]\npatches: [{{target: {{kind: Service}}, patch: '[{patch}]'}}]"
        rendered = built(kustomization=kustomization, svc=SERVICE)
        assert len(rendered.problems) == problems
        assert origin(rendered, "Service").get("spec", "type") == (None if problems else "NodePort")
