"""An editor for tests: pygls' own client, which starts `kblint lsp` as editors do."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parent.parent.parent
_PATIENCE = 60.0


class Editor:
    """What is open, and what the server told of it."""

    def __init__(self, folder: Path, client: LanguageClient) -> None:
        self.folder = folder
        self.client = client
        self.told: dict[str, Sequence[types.Diagnostic]] = {}
        self.shown: list[str] = []
        self._news = asyncio.Event()
        self._versions: dict[str, int] = {}

        def published(told: types.PublishDiagnosticsParams) -> None:
            self.told[self.name(told.uri)] = told.diagnostics
            self._news.set()

        def shown(told: types.ShowMessageParams) -> None:
            self.shown.append(told.message)
            self._news.set()

        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        client.feature(types.WINDOW_SHOW_MESSAGE)(shown)

    def uri(self, name: str) -> str:
        return uris.from_fs_path(str(self.folder / name)) or ""

    def name(self, uri: str) -> str:
        return Path(uris.to_fs_path(uri) or "").relative_to(self.folder).as_posix()

    def document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str, text: str | None = None) -> None:
        text = (self.folder / name).read_text() if text is None else text
        self._versions[name] = 1
        item = types.TextDocumentItem(self.uri(name), "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, name: str, text: str) -> None:
        self._versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[name], self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, name: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(name)))

    def changed_on_disk(self, name: str) -> None:
        event = types.FileEvent(self.uri(name), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what was told is so."""
        async with asyncio.timeout(_PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def codes(self, name: str) -> list[object]:
        return [one.code for one in self.told.get(name, ())]


def edit(folder: Path, session: Callable[[Editor], Awaitable[None]], **capabilities: object) -> None:
    """One session of an editor that has a folder open."""

    async def run() -> None:
        client = LanguageClient("editor", "1")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        await client.start_io(sys.executable, "-m", "kblint", "lsp", env=environment, cwd=str(folder.parent))
        editor = Editor(folder, client)
        opened = [types.WorkspaceFolder(editor.uri(""), folder.name)]
        asked = types.ClientCapabilities(**capabilities)  # type: ignore[arg-type]
        await client.initialize_async(types.InitializeParams(capabilities=asked, workspace_folders=opened))
        client.initialized(types.InitializedParams())
        try:
            await session(editor)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()  # type: ignore[no-untyped-call]

    asyncio.run(run())
