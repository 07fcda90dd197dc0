"""Definitions of custom resources that a folder of the user's keeps: `schemas` in `kblint.yaml`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kblint.admission.schema_folders import load_schemas
from kblint.cli.main import cli
from kblint.errors import ConfigError

GADGET = "apiVersion: example.org/v1\nkind: Gadget\nmetadata: {name: a}\nspec: {size: %s}\n"
FIELDS = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 10}}}
WHOLE = {"type": "object", "properties": {"apiVersion": {"type": "string"}, "spec": FIELDS}}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "gadgets.example.org"},
    "spec": {
        "group": "example.org",
        "names": {"kind": "Gadget", "plural": "gadgets"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": WHOLE}}],
    },
}


def run(words: list[str], folder: Path) -> Result:
    """A command in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(cli, words)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a custom resource that is wrong, and a configuration."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "gadget.yaml").write_text(GADGET % 11)
    (tmp_path / "kblint.yaml").write_text("profile: kubernetes\nschemas: [schemas]\n")
    (tmp_path / "schemas" / "example.org").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content"),
    [("example.org/gadget_v1.json", WHOLE), ("crds.yaml", DEFINITION), ("example.org/any.json", DEFINITION)],
)
def test_what_the_folder_defines_is_refused_in_the_input(tree: Path, name: str, content: object) -> None:
    (tree / "schemas" / name).write_text(json.dumps(content))
    result = run(["check", "app", "-f", "json"], tree)
    assert [(one["rule"]["id"], one["severity"]) for one in json.loads(result.stdout)["findings"]] == [
        ("DOC006", "error")
    ]
    (tree / "app" / "gadget.yaml").write_text(GADGET % 10)
    assert json.loads(run(["check", "app", "-f", "json"], tree).stdout)["findings"] == []


def test_a_folder_that_is_not_there_is_an_error_of_the_configuration(tree: Path) -> None:
    (tree / "kblint.yaml").write_text("schemas: [nowhere]\n")
    result = run(["check", "app"], tree)
    assert isinstance(result.exception, ConfigError)
    assert str(result.exception).endswith("nowhere: no such folder of schemas")


def test_a_folder_outside_of_the_repository_is_refused(tree: Path) -> None:
    (tree / "kblint.yaml").write_text("schemas: [../elsewhere]\n")
    result = run(["check", "app"], tree)
    assert isinstance(result.exception, ConfigError)
    assert "lies outside of the folder of this file" in str(result.exception)


def test_a_broken_file_is_an_error_and_a_link_that_leads_out_too(tree: Path) -> None:
    (tree / "schemas" / "broken.yaml").write_text("a: [\n")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_schemas([tree / "schemas"])
    (tree / "schemas" / "broken.yaml").unlink()
    (tree / "schemas" / "out.yaml").symlink_to("/etc/passwd")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_schemas([tree / "schemas"])


def test_what_two_files_tell_differently_is_not_sure(tree: Path) -> None:
    (tree / "schemas" / "a.yaml").write_text(json.dumps(DEFINITION))
    (tree / "schemas" / "b.yaml").write_text(json.dumps(DEFINITION).replace("10", "20"))
    assert load_schemas([tree / "schemas"]) == {("example.org", "v1", "Gadget"): None}
