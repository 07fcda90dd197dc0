"""`kblint lsp` with a real client: what an editor is told while one types."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.given.manifests import container, service, workload
from tests.lsp.editor import Editor, edit

PODS = workload(container(ports="[{name: http, containerPort: 8080}]"))
SERVICE = service(ports="[{port: 80, targetPort: http}]")
WRONG = SERVICE.replace("targetPort: http", "targetPort: https")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    made.mkdir()
    (made / "pods.yaml").write_text(PODS)
    (made / "service.yaml").write_text(SERVICE)
    return made


def at(text: str, word: str) -> types.Position:
    """Where a word begins, as an editor counts."""
    start = text.index(word)
    before = text[:start].split("\n")
    return types.Position(len(before) - 1, len(before[-1].encode("utf-16-le")) // 2)


def test_what_is_typed_is_told_across_files_and_nothing_is_written(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("service.yaml")
        editor.type("service.yaml", WRONG)
        await editor.until(lambda: editor.codes("service.yaml") == ["SVC001"])
        (told,) = editor.told["service.yaml"]
        assert told.severity is types.DiagnosticSeverity.Error
        assert told.source == "kblint"
        assert told.range.start == at(WRONG, "https")
        assert "help: use a declared name (`http`)" in told.message
        ends = told.related_information or []
        assert {editor.name(one.location.uri) for one in ends} == {"service.yaml", "pods.yaml"}
        # the mistake is mended in the other file, which nobody saved either
        editor.open("pods.yaml")
        editor.type("pods.yaml", PODS.replace("name: http", "name: https"))
        await editor.until(lambda: editor.codes("service.yaml") == [])

    edit(folder, session)
    assert (folder / "service.yaml").read_text() == SERVICE


def test_what_lies_on_disk_counts_once_a_buffer_is_closed_or_a_file_changes(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("service.yaml", WRONG)
        await editor.until(lambda: editor.codes("service.yaml") == ["SVC001"])
        editor.close("service.yaml")
        await editor.until(lambda: editor.codes("service.yaml") == [])
        (folder / "service.yaml").write_text(WRONG)
        editor.changed_on_disk("service.yaml")
        await editor.until(lambda: editor.codes("service.yaml") == ["SVC001"])

    edit(folder, session)


def test_a_file_that_is_not_on_disk_yet_counts(folder: Path) -> None:
    (folder / "pods.yaml").unlink()

    async def session(editor: Editor) -> None:
        editor.open("service.yaml", WRONG)
        editor.open("pods.yaml", PODS)
        await editor.until(lambda: editor.codes("service.yaml") == ["SVC001"])

    edit(folder, session)


def test_a_fix_is_offered_as_edits_and_mends(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("service.yaml", WRONG)
        await editor.until(lambda: editor.codes("service.yaml") == ["SVC001"])
        where = editor.told["service.yaml"][0].range
        context = types.CodeActionContext([])
        asked = types.CodeActionParams(editor.document("service.yaml"), where, context)
        (action,) = await editor.client.text_document_code_action_async(asked) or []
        assert isinstance(action, types.CodeAction)
        assert action.is_preferred
        assert action.edit
        assert action.edit.changes
        ((uri, (change,)),) = action.edit.changes.items()
        assert editor.name(uri) == "service.yaml"
        assert isinstance(change, types.TextEdit)
        assert (change.range, change.new_text) == (where, "http")
        editor.type("service.yaml", f"# {WRONG}")
        # what is typed meanwhile moves the place: an old edit would spoil it
        assert not await editor.client.text_document_code_action_async(asked)

    edit(folder, session)


def test_hovering_tells_of_the_rule(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("service.yaml", WRONG)
        await editor.until(lambda: editor.codes("service.yaml") == ["SVC001"])
        asked = types.HoverParams(editor.document("service.yaml"), at(WRONG, "https"))
        told = await editor.client.text_document_hover_async(asked)
        assert told
        assert isinstance(told.contents, types.MarkupContent)
        assert told.contents.value.startswith("**SVC001 unresolved-target-port** (error)")
        elsewhere = types.HoverParams(editor.document("service.yaml"), types.Position(0, 0))
        assert await editor.client.text_document_hover_async(elsewhere) is None

    edit(folder, session)


async def ends(editor: Editor, name: str, position: types.Position, *, back: bool = False) -> set[tuple[str, int]]:
    """The other ends of links at a position: files, and lines from 1."""
    if back:
        context = types.ReferenceContext(include_declaration=False)
        asked = types.ReferenceParams(context, editor.document(name), position)
        found = await editor.client.text_document_references_async(asked)
    else:
        found = await editor.client.text_document_definition_async(  # type: ignore[assignment]
            types.DefinitionParams(editor.document(name), position)
        )
    assert isinstance(found, list | tuple)
    return {(editor.name(one.uri), one.range.start.line + 1) for one in found}


def test_links_lead_from_listener_to_node_port_and_from_a_service_to_its_pods_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    (folder / "lb").mkdir(parents=True)
    listeners = (
        "name: lb\nservices:\n  - protocol: tcp\n    listen_port: 80\n    destination_port: 30080\n"
        "targets: [{type: label_selector, label_selector: {selector: role=worker}}]\nload_balancer_type: {name: lb11}\n"
    )
    node_port = service(type="NodePort", ports="[{port: 80, targetPort: http, nodePort: 30080}]")
    for name, text in (("lb/lb.yaml", listeners), ("service.yaml", node_port), ("pods.yaml", PODS)):
        (folder / name).write_text(text)

    async def session(editor: Editor) -> None:
        editor.open("service.yaml", "# moved by a line\n" + node_port.replace("http", "https"))
        await editor.until(lambda: bool(editor.codes("service.yaml")))
        assert {name for name, _ in await ends(editor, "lb/lb.yaml", at(listeners, "30080"))} == {"service.yaml"}
        selector = at("# moved by a line\n" + node_port, "selector")
        (found,) = await ends(editor, "service.yaml", selector)
        assert found[0] == "pods.yaml"
        line = types.Position(found[1] - 1, 0)
        assert "service.yaml" in {name for name, _ in await ends(editor, "pods.yaml", line, back=True)}
        assert await ends(editor, "pods.yaml", types.Position(0, 0)) == set()

    edit(folder, session)


def test_a_mistake_in_the_configuration_is_told_where_it_is(folder: Path) -> None:
    (folder / "kblint.yaml").write_text("profile: hetzner\n")

    async def session(editor: Editor) -> None:
        await editor.until(lambda: bool(editor.told.get("kblint.yaml")))
        (told,) = editor.told["kblint.yaml"]
        assert told.message == "unknown profile `hetzner`\nhelp: did you mean `hetzner-k3s`?"
        assert told.range.start == types.Position(0, 9)
        (folder / "kblint.yaml").write_text("profile: hetzner-k3s\nignore: [DOC005]\n")
        editor.changed_on_disk("kblint.yaml")
        await editor.until(lambda: not editor.told["kblint.yaml"])

    edit(folder, session)


def test_what_has_no_place_is_shown_once(folder: Path) -> None:
    (folder / "kblint.yaml").write_text("rules: [gone]\n")

    async def session(editor: Editor) -> None:
        await editor.until(lambda: bool(editor.shown))
        assert "no such folder of rules" in editor.shown[0]

    edit(folder, session)


def test_characters_are_counted_as_the_editor_does_and_secrets_are_masked(folder: Path) -> None:
    text = PODS.replace("containerPort: 8080", 'x: "\U0001f600", containerPort: "Zq91x00Vk"')
    secret = "\nenv: [{name: DB_PASSWORD, value: Zq91x03Vk}]"

    async def session(editor: Editor) -> None:
        editor.open("pods.yaml", text)
        await editor.until(lambda: bool(editor.codes("pods.yaml")))
        places = [one.range.start for one in editor.told["pods.yaml"]]
        assert at(text, '"Zq91x00Vk"') in places
        assert secret not in str(editor.told)

    edit(folder, session)
