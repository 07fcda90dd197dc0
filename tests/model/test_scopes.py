"""What is deployed together: seen by the paths of each scope, the variants and what is common to them."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.model.bundle import path_of
from kblint.model.scopes import scopes
from kblint.source.text import Source
from tests.given.manifests import config_map, manifest, service, workload

Files = dict[str, str]


def paths(files: Files) -> list[set[str]]:
    """The files of each scope."""
    given = read([Source(path, text) for path, text in files.items()])
    assert not given.faults
    return [{path_of(one) for one in bundle.declarations} for bundle in scopes(given.declarations)]


def named(*names: str, **fields: str) -> str:
    return "---\n".join(config_map(name, **fields) for name in names)


def test_without_an_object_twice_everything_is_one_scope() -> None:
    assert paths({"a/x.yaml": named("a"), "b/y.yaml": named("b")}) == [{"a/x.yaml", "b/y.yaml"}]


def test_only_the_folders_that_clash_are_kept_apart() -> None:
    files = {"x/cm.yaml": named("tools"), "y/cm.yaml": named("tools"), "route/i.yaml": named("i"), "s.yaml": named("s")}
    common = {"route/i.yaml", "s.yaml"}
    assert paths(files) == [{"x/cm.yaml", *common}, {"y/cm.yaml", *common}]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamePrefix: a-\n",
        "apiVersion: v1\nkind: Config\nclusters: []\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {annotations: {a: b}}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${APP}'}\n",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
    ],
)
def test_what_has_no_name_of_its_own_and_namespaces_split_nothing(text: str) -> None:
    files = {"a/k.yaml": text, "b/k.yaml": text, "c.yaml": named("c")}
    assert len(paths(files)) == 1
    again = {"a/k.yaml": named("web"), "b/k.yaml": named("web"), "c.yaml": named("c")}
    assert len(paths(again)) == 2


def test_a_copy_is_kept_apart_as_a_whole_and_a_thing_that_two_bring_along_is_not() -> None:
    release = {"deploy.yaml": named("web", "api"), "only-here/more.yaml": named("NAME")}
    files = {f"{name}/{path}": text.replace("NAME", name) for name in ("v1", "v2") for path, text in release.items()}
    assert paths(files) == [{f"{name}/{path}" for path in release} for name in ("v1", "v2")]
    # one object of many is the same: the folders right around it are kept apart, their neighbours are not
    files = {f"{name}/{n}/x.yaml": named(f"{name}{n}") for name in ("infra", "apps") for n in range(5)}
    files |= {"infra/repos/r.yaml": named("repo"), "apps/repos/r.yaml": named("repo")}
    assert [len(found) for found in paths(files)] == [11, 11]


def test_what_lies_above_variants_belongs_to_each_even_beside_a_file_that_clashes() -> None:
    files = {"all.yaml": named("web"), "more.yaml": named("more"), "parts/web.yaml": named("web")}
    assert paths(files) == [{"all.yaml", "more.yaml"}, {"parts/web.yaml", "more.yaml"}]


def test_variants_of_one_name_come_together() -> None:
    files = {
        f"{app}/overlays/{env}/x.yaml": named(app)
        for app, envs in {"a": ("dev", "prod", "test"), "b": ("prod", "test"), "c": ("dev", "test")}.items()
        for env in envs
    }
    for found in paths(files):
        own = {path for path in found if path.startswith("a/")}
        (env,) = {path.split("/")[2] for path in own}
        assert {path for path in files if f"/{env}/" in path} <= found
        assert len({path.split("/")[0] for path in found}) == len(found) == 3


def test_a_file_that_holds_everything_is_another_way_to_write_its_parts() -> None:
    files = {"install.yaml": named("a", "b", "c"), "a/x.yaml": named("a"), "b/x.yaml": named("b"), "c.yaml": named("c")}
    assert paths(files) == [set(files) - {"install.yaml"}, {"install.yaml"}]


def test_files_of_one_folder_that_clash_are_variants_and_the_others_belong_to_each() -> None:
    files = {"d/one.yaml": named("web"), "d/two.yaml": named("web"), "d/rest.yaml": named("rest")}
    assert paths(files) == [{"d/one.yaml", "d/rest.yaml"}, {"d/two.yaml", "d/rest.yaml"}]


def test_a_name_with_and_without_a_namespace_may_be_one_object() -> None:
    with_one, without = named("web", namespace="shop"), named("web", namespace="")
    assert len(paths({"a/x.yaml": with_one, "b/x.yaml": without})) == 2
    assert len(paths({"d/x.yaml": with_one, "d/y.yaml": without})) == 2
    assert len(paths({"a/x.yaml": with_one, "b/x.yaml": named("web", namespace="store")})) == 1


CHART = {"c/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "c/templates/svc.yaml": service(namespace="")}


def test_a_chart_is_kept_together_and_apart_from_another_way_to_write_it() -> None:
    files = {**CHART, "c/templates/more/app.yaml": workload(namespace=""), "all.yaml": service(namespace="shop")}
    files |= {"z.yaml": named("z")}
    assert paths(files) == [{"all.yaml", "z.yaml"}, set(files) - {"all.yaml"}]
    assert paths({**files, "all.yaml": service("other")}) == [set(files)]


def test_what_one_kustomization_lists_is_kept_together() -> None:
    listing = "resources: [svc/s.yaml, app/a.yaml]\n"
    files = {
        f"{name}/{path}": text
        for name in ("x", "y")
        for path, text in {
            "kustomization.yaml": listing,
            "svc/s.yaml": named("same", *(f"{name}{n}" for n in range(4))),
            "app/a.yaml": named(f"app-{name}"),
        }.items()
    }
    assert paths(files) == [{"x/kustomization.yaml"}, {"y/kustomization.yaml"}]
    alone = {path: text for path, text in files.items() if "kustomization" not in path}
    assert [len(found) for found in paths(alone)] == [3, 3]


def test_what_is_built_of_one_base_in_several_ways_is_kept_apart() -> None:
    files = {"base/kustomization.yaml": "resources: [s.yaml]\n", "base/s.yaml": service(namespace="")}
    files |= {f"{name}/kustomization.yaml": f"namespace: {name}\nresources: [../base]\n" for name in ("dev", "prod")}
    listing = "base/kustomization.yaml"
    assert paths(files) == [{"dev/kustomization.yaml", listing}, {"prod/kustomization.yaml", listing}]
    # two that have nothing in common are deployed side by side
    files["prod/kustomization.yaml"] = "resources: [t.yaml]\n"
    assert paths({**files, "prod/t.yaml": named("t")}) == [{*files} - {"base/s.yaml"}]


def test_every_file_is_in_some_scope_and_no_scope_holds_an_object_twice() -> None:
    files = {f"{i % 7}/{i % 3}/{i}.yaml": named(f"n{i % 5}", f"m{i}") for i in range(60)}
    found = paths(files)
    assert set().union(*found) == set(files)
    for held in found:
        names = [int(path.rpartition("/")[2].removesuffix(".yaml")) % 5 for path in held]
        assert len(names) == len(set(names))


def test_balancers_beside_variants_belong_to_each_and_inside_one_to_that() -> None:
    balancer = (
        "name: NAME\nload_balancer_type: {name: lb11}\nservices: []\ntargets: []\nalgorithm: {type: round_robin}\n"
    )
    files = {f"{env}/app.yaml": named("web", "api") for env in ("dev", "prod")}
    files |= {"prod/lb.yaml": balancer.replace("NAME", "inside"), "lb.yaml": balancer.replace("NAME", "beside")}
    assert paths(files) == [{"dev/app.yaml", "lb.yaml"}, {"prod/app.yaml", "prod/lb.yaml", "lb.yaml"}]


SHAPES = {
    "copies of one": lambda n: {f"v{i}/x.yaml": named("web", f"own{i}") for i in range(n)},
    "copies beside as many others": lambda n: {
        f"{kind}{i}/x.yaml": named("web" if kind == "v" else f"own{i}") for i in range(n // 2) for kind in "vo"
    },
    "pairs": lambda n: {f"p{i // 2}/{i % 2}/x.yaml": named(f"web{i // 2}") for i in range(n)},
    "copies of one beside pairs": lambda n: {
        **{f"v{i}/x.yaml": named("web") for i in range(n // 2)},
        **{f"p{i // 2}/{i % 2}/x.yaml": named(f"pair{i // 2}") for i in range(n // 2)},
    },
    "a chain": lambda n: {f"c{i}/x.yaml": named(f"l{i}", f"l{i + 1}") for i in range(n)},
    "one deep path": lambda n: {f"{'d/' * (i % 50)}{i}/x.yaml": named(f"web{i % 2}") for i in range(n)},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_scopes_grow_about_like_what_is_read(shape: str) -> None:
    def size(n: int) -> int:
        given = read([Source(path, text) for path, text in SHAPES[shape](n).items()])
        return sum(len(bundle.declarations) for bundle in scopes(given.declarations))

    assert size(1600) <= 4 * size(400) * 1.5


def test_order_does_not_matter() -> None:
    files = {f"{i % 4}/{i}.yaml": named(f"n{i % 6}") for i in range(24)}
    assert paths(files) == paths(dict(reversed(files.items())))


def test_an_object_of_an_unknown_kind_counts_by_its_group() -> None:
    one, other = manifest("a.example.com/v1", "Thing", "web"), manifest("b.example.com/v1", "Thing", "web")
    assert len(paths({"a/x.yaml": one, "b/x.yaml": other})) == 1
    assert len(paths({"a/x.yaml": one, "b/x.yaml": one})) == 2
