"""The server itself: it looks again when something changes, in a thread of its own, once the typing pauses."""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from lsprotocol import types
from msgspec import Struct
from pygls import uris
from pygls.lsp.server import LanguageServer

from kblint import __version__
from kblint.lsp.answers import actions, definitions, hover, references
from kblint.lsp.diagnostics import diagnostics
from kblint.lsp.look import Look, looked
from kblint.lsp.places import Places
from kblint.source.discover import SUFFIXES, shown_path

QUIET = 0.1
"""Seconds without a change, after which is looked."""
PATIENCE = 1.0
"""Seconds for which changes may put that off."""
_WATCHED = f"**/*{{{','.join(sorted(SUFFIXES))}}}"
"""The files whose changes on disk matter: what is read is known by its name."""

Answer = TypeVar("Answer")


class _Pending(Struct):
    """What changed since the last look began; `since` is when the first of it did, None where nothing did."""

    since: float | None = None
    last: float = 0.0
    is_disk_changed: bool = False


class KblintServer(LanguageServer):
    """A server for the folders that an editor has open."""

    def __init__(self) -> None:
        super().__init__("kblint", __version__)
        self._looks: dict[Path, Look] = {}
        self._published: dict[Path, frozenset[str]] = {}
        self._pending = _Pending()
        self._task: asyncio.Task[None] | None = None
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._told: set[str] = set()

    def change(self, *, on_disk: bool) -> None:
        """Something changed: look soon."""
        now = time.monotonic()
        self._pending.since = self._pending.since or now
        self._pending.last = now
        self._pending.is_disk_changed = self._pending.is_disk_changed or on_disk
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look())

    def answer(
        self, uri: str, ask: Callable[[Look, Places], Answer], otherwise: Answer, *, is_exact: bool = False
    ) -> Answer:
        """What the last look says of a file; `otherwise` without one, or (`is_exact`) if a text is another now."""
        folder = self._folder(uri)
        look = self._looks.get(folder) if folder else None
        if look is None or folder is None:
            return otherwise
        if is_exact and look.texts != self._texts(folder):
            return otherwise
        return ask(look, self._places(folder))

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._pending.since is not None:
            wait = min(self._pending.last + QUIET, self._pending.since + PATIENCE) - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
                continue
            pending, self._pending = self._pending, _Pending()
            folders = self._folders()
            for folder in self._looks.keys() - set(folders):
                self._publish(Look(folder))
                del self._looks[folder]
            for folder in folders:
                before = self._looks.get(folder, Look(folder))
                texts = self._texts(folder)
                as_before = not pending.is_disk_changed
                try:
                    work = partial(looked, before, texts, is_disk_as_before=as_before)
                    look = await loop.run_in_executor(self._worker, work)
                except Exception as error:  # noqa: BLE001 - the last resort: an editor must learn that nothing is told
                    self._tell(f"{error!r}: this is a mistake in kblint itself; please report it")
                    self.window_log_message(types.LogMessageParams(types.MessageType.Error, traceback.format_exc()))
                    continue
                self._looks[folder] = look
                self._publish(look)

    def _publish(self, look: Look) -> None:
        found = diagnostics(look, self._places(look.root))
        for uri in sorted(self._published.get(look.root, frozenset()) | found.keys()):
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, list(found.get(uri, ()))))
        self._published[look.root] = frozenset(found)
        if look.mistake is not None and look.mistake.place is None:
            self._tell(str(look.mistake))

    def _tell(self, message: str) -> None:
        """Show what has no place in a file, once."""
        if message not in self._told:
            self._told.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"kblint: {message}"))

    def _folders(self) -> list[Path]:
        """The folders that are open; of those inside each other, the outer ones."""
        named = self.workspace.folders.values()
        paths = [path for one in named if (path := uris.to_fs_path(one.uri))]
        if not paths and self.workspace.root_path:
            paths = [self.workspace.root_path]
        found = sorted({Path(os.path.normpath(path)) for path in paths if Path(path).is_dir()})
        return [one for one in found if not any(other in one.parents for other in found)]

    def _folder(self, uri: str) -> Path | None:
        path = uris.to_fs_path(uri)
        return next((one for one in self._looks if path and Path(path).is_relative_to(one)), None)

    def _texts(self, folder: Path) -> Mapping[str, str]:
        """The texts of open documents in a folder, by their shown paths."""
        found: dict[str, str] = {}
        for uri, document in self.workspace.text_documents.items():
            path = uris.to_fs_path(uri)
            if path and Path(path).is_relative_to(folder):
                found[shown_path(path, folder)] = document.source
        return found

    def _places(self, folder: Path) -> Places:
        return Places(folder, self.workspace.position_codec)


def server() -> KblintServer:
    """A server that answers; `start_io` lets it listen."""
    made = KblintServer()
    _listen(made)
    _answer(made)
    return made


def _listen(made: KblintServer) -> None:
    """Look again when something happens."""

    @made.feature(types.INITIALIZED)
    async def start(_: types.InitializedParams) -> None:
        made.change(on_disk=True)
        workspace = made.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watched = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)])
            event = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration(event, event, watched)
            await made.client_register_capability_async(types.RegistrationParams([registration]))

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def type_(_: types.DidChangeTextDocumentParams) -> None:
        made.change(on_disk=False)

    for event in (
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_SAVE,
        types.TEXT_DOCUMENT_DID_CLOSE,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    ):
        made.feature(event)(lambda _: made.change(on_disk=True))


def _answer(made: KblintServer) -> None:
    """Answer what is asked."""

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    def hover_(asked: types.HoverParams) -> types.Hover | None:
        uri, at = asked.text_document.uri, asked.position
        return made.answer(uri, lambda look, places: hover(look, places, uri, at), None)

    @made.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def act(asked: types.CodeActionParams) -> list[types.CodeAction]:
        uri, where = asked.text_document.uri, asked.range
        none: list[types.CodeAction] = []
        return made.answer(uri, lambda look, places: actions(look, places, uri, where), none, is_exact=True)

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    def define(asked: types.DefinitionParams) -> list[types.Location]:
        uri, at = asked.text_document.uri, asked.position
        none: list[types.Location] = []
        return made.answer(uri, lambda look, places: definitions(look, places, uri, at), none)

    @made.feature(types.TEXT_DOCUMENT_REFERENCES)
    def refer(asked: types.ReferenceParams) -> list[types.Location]:
        uri, at = asked.text_document.uri, asked.position
        none: list[types.Location] = []
        return made.answer(uri, lambda look, places: references(look, places, uri, at), none)
