"use strict";
// Starts `kblint lsp` and leaves the rest to it: what VS Code shows is what any other editor does.

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const LANGUAGES = ["yaml", "json", "terraform", "shellscript", "dockercompose", "helm", "plaintext"];

let client;

function made() {
  const [command, ...args] = workspace.getConfiguration("kblint").get("command");
  const documentSelector = LANGUAGES.map((language) => ({ scheme: "file", language }));
  return new LanguageClient("kblint", "kblint", { command, args }, { documentSelector });
}

async function start() {
  client = made();
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(`kblint could not be started (${error}); install it with: pip install 'kblint[lsp]'`);
  }
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("kblint.restart", async () => {
      await deactivate();
      await start();
    }),
  );
  await start();
}

async function deactivate() {
  if (client && client.isRunning()) {
    await client.stop();
  }
  client = undefined;
}

module.exports = { activate, deactivate };
