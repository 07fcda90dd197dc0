"""What editors need to start `kblint lsp`: the extension of VS Code, and the page about the others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import kblint
from kblint.cli.main import cli

ROOT = Path(__file__).parent.parent
EXTENSION = ROOT / "editors" / "vscode"
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
STAND_IN = """
const modules = require("module"), load = modules._load;
const told = [], settings = JSON.parse(process.argv[1]);
const vscode = {
  commands: { registerCommand: () => ({}) },
  window: { showErrorMessage: (message) => told.push(message) },
  workspace: { getConfiguration: () => ({ get: () => settings }) },
};
class LanguageClient {
  constructor(id, name, server) { told.push([server.command, ...server.args]); }
  async start() { told.push("started"); }
  isRunning() { return true; }
  async stop() { told.push("stopped"); }
}
modules._load = (name, ...rest) =>
  name === "vscode" ? vscode : name === "vscode-languageclient/node" ? { LanguageClient } : load(name, ...rest);
const extension = require(process.argv[2]);
extension.activate({ subscriptions: [] }).then(extension.deactivate).then(() => console.log(JSON.stringify(told)));
"""
"""Runs the extension where no editor is."""


def test_the_extension_starts_what_kblint_has() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    setting = package["contributes"]["configuration"]["properties"]["kblint.command"]
    assert setting["default"] == ["kblint", "lsp"]
    assert setting["scope"] == "machine", "a repository must not say what is started"
    assert "lsp" in cli.list_commands(None)  # type: ignore[arg-type]
    assert package["version"] == kblint.__version__
    assert (EXTENSION / package["main"]).is_file()


def test_the_extension_runs() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    words = [node, "-e", STAND_IN, json.dumps(["/opt/kblint", "lsp"]), str(EXTENSION / "extension.js")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [["/opt/kblint", "lsp"], "started", "stopped"]


def test_what_the_page_tells_to_write_can_be_read() -> None:
    (helix,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    server = tomllib.loads(helix)["language-server"]["kblint"]
    assert [server["command"], *server["args"]] == ["kblint", "lsp"]
    (setting,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(setting)["kblint.command"][1:] == ["lsp"]
    assert 'cmd = { "kblint", "lsp" }' in PAGE
