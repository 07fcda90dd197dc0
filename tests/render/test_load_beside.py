"""Files that only kustomizations read, and those that somebody keeps out."""

from __future__ import annotations

from pathlib import Path

from kblint.config import read_config
from kblint.intake import Loaded, load
from kblint.run import check
from kblint.source.text import Source
from tests.given.manifests import service
from tests.given.runs import catalog, configured
from tests.render.oracle import written

LISTING = """
resources: [svc.yaml, more]
configMapGenerator:
  - name: web
    files: [site.conf, index.html]
    envs: [.env]
secretGenerator:
  - name: key
    files: [tls.key]
"""


def loaded(folder: Path, exclude: str = "[]") -> Loaded:
    config = read_config(Source("kblint.yaml", f"exclude: {exclude}\n"), folder=folder, root=folder)
    return load(["."], config, folder)


def told(found: Loaded) -> list[str]:
    result = check(found, configured("profile: kubernetes\n"), catalog())
    return [f"{one.rule.id} {one.location.place.text}" for one in result.findings]


def test_what_a_kustomization_generates_settings_of_is_read(tmp_path: Path) -> None:
    files = {"k/kustomization.yaml": LISTING, "k/svc.yaml": service(clusterIP="None"), "k/site.conf": "listen 80;"}
    files |= {"k/index.html": "<p>", "k/.env": "A=1\n", "k/more/kustomization.yaml": "namePrefix: x-\n"}
    written(files, tmp_path)
    found = loaded(tmp_path)
    assert {source.path for source in found.beside.sources} == {"k/index.html", "k/.env"}
    # the key is kept out of the repository, as it should be
    assert told(found) == []
    (tmp_path / "k/index.html").unlink()
    assert told(loaded(tmp_path)) == ["DOC007 index.html"]


def test_what_is_left_out_is_not_missing(tmp_path: Path) -> None:
    files = {"k/kustomization.yaml": "resources: [svc.yaml, more]\n", "k/svc.yaml": service(clusterIP="None")}
    files |= {"k/more/kustomization.yaml": "resources: [svc.yaml]\n", "k/more/svc.yaml": service("more")}
    written(files, tmp_path)
    assert told(loaded(tmp_path, "[k/svc.yaml]")) == told(loaded(tmp_path, "[k/more]")) == []


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    written(
        {"in/kustomization.yaml": "configMapGenerator: [{name: a, files: [../out.html]}]\n", "out.html": ""}, tmp_path
    )
    found = loaded(tmp_path / "in")
    assert found.beside.sources == ()
    assert told(found) == []


def test_what_git_keeps_out_of_the_repository_is_not_missing(tmp_path: Path) -> None:
    settings = "configMapGenerator: [{name: a, envs: [../env/a.env]}]\nresources: [../deep/secret-a.yaml, ../env]\n"
    written({".gitignore": "env/\n", "deep/.gitignore": "secret-*\n", "k/kustomization.yaml": settings}, tmp_path)
    written({"deep/a.yaml": service(clusterIP="None")}, tmp_path)
    assert told(loaded(tmp_path)) == []
    assert told(loaded(tmp_path / "k")) == []
    (tmp_path / ".gitignore").write_text("env/\n!env/\n", encoding="utf-8")
    assert told(loaded(tmp_path)) == ["DOC007 ../env/a.env", "DOC007 ../env"]
