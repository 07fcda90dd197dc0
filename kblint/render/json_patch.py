"""JSON patches (https://www.rfc-editor.org/rfc/rfc6902), as kustomize applies them to one object.

It replaces a key that is not there, and copies nothing from one, where the RFC asks for an error:
https://github.com/evanphx/json-patch/blob/v4.12.0/patch.go
"""

from __future__ import annotations

import re

from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import BuiltObject, WrittenValue, is_heavy
from kblint.source.regex import regex
from kblint.source.values import PathPart, PositionedDict, PositionedList

_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
_INDEX = regex(r"-?(?:0|[1-9][0-9]*)", re.ASCII)


def is_json_patch(root: object) -> bool:
    """Whether a document is a list of operations."""
    return isinstance(root, PositionedList) and all(isinstance(one, dict) and "op" in one for one in root)


def apply_json_patch(resource: BuiltObject, operations: PositionedList) -> None:
    """Change an object as `operations` say.

    Raises:
        RefusedError: one of them cannot be applied.
        NotHereError: one copies too much.
    """
    for number, operation in enumerate(operations):
        if isinstance(operation, PositionedDict):
            try:
                _apply(resource, operation)
            except RefusedError as error:
                span = error.span or operation.value_spans.get("path") or operations.item_spans[number]
                raise RefusedError(error.message, error.help, span) from None


def _apply(resource: BuiltObject, operation: PositionedDict) -> None:
    name = operation.get("op")
    if name not in _OPERATIONS:
        raise RefusedError(f"`{name}` is no operation of a JSON patch", None, operation.value_spans.get("op"))
    path = _path(resource, operation, "path", is_added=name in ("add", "move", "copy"))
    if name == "add":
        _add(resource, path, _value(operation))
    elif name == "remove":
        _found(resource, path)
        resource.remove(path)
    elif name == "replace":
        if not isinstance(resource.get(*path[:-1]), PositionedDict):
            _found(resource, path)
        resource.put(path, _value(operation))
    elif name == "test":
        if _found(resource, path) != operation.get("value"):
            raise RefusedError(f"the patch tests `{operation.get('path')}`, and another value stands there")
    else:
        source = _path(resource, operation, "from", is_added=False)
        if name == "move" or not isinstance(resource.get(*source[:-1]), PositionedDict):
            _found(resource, source)
        written = _written(resource, source)
        if is_heavy(written.value):
            raise NotHereError(f"`{_pointer(source)}` is too much to be copied")
        resource.share()
        if name == "move":
            resource.remove(source)
        _add(resource, path, written)


def _value(operation: PositionedDict) -> WrittenValue:
    if "value" not in operation:
        return WrittenValue(None, operation.span)
    # what it writes is called by the path that it is written to
    return WrittenValue(operation["value"], operation.value_spans["value"], operation.value_spans.get("path"))


def _add(resource: BuiltObject, path: tuple[PathPart, ...], written: WrittenValue) -> None:
    *way, last = path
    parent = resource.get(*way)
    if isinstance(parent, PositionedDict):
        resource.put(path, written)
    elif isinstance(parent, PositionedList) and isinstance(last, int) and 0 <= last <= len(parent):
        holder = resource.owned(tuple(way))
        if isinstance(holder, PositionedList):
            holder.insert(last, written.value)
            holder.item_spans.insert(last, written.span)
    else:
        raise RefusedError(f"`{_pointer(path)}` does not exist in {_named(resource)}, so nothing can be added there")


def _path(resource: BuiltObject, operation: PositionedDict, key: str, *, is_added: bool) -> tuple[PathPart, ...]:
    """The path that a JSON pointer means in this object: an index where it meets a list."""
    pointer = operation.get(key)
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise RefusedError(
            f"`{key}: {pointer}` is no JSON pointer", "begin it with `/`", operation.value_spans.get(key)
        )
    path: tuple[PathPart, ...] = ()
    for part in pointer.split("/")[1:]:
        holder = resource.get(*path)
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(holder, list):
            number = len(holder) if name == "-" and is_added else int(name) if _INDEX.fullmatch(name) else None
            if number is None:
                raise RefusedError(f"`{name}` in `{pointer}` is no index of a list", "use a number, or `-` for its end")
            path = (*path, number + len(holder) if number < 0 else number)
        else:
            path = (*path, name)
    if not path:
        raise RefusedError("a patch of a whole object is not possible")
    return path


def _found(resource: BuiltObject, path: tuple[PathPart, ...]) -> object:
    *way, last = path
    holder = resource.get(*way)
    if isinstance(holder, dict) and last in holder:
        return holder[last]
    if isinstance(holder, list) and isinstance(last, int) and 0 <= last < len(holder):
        return holder[last]
    raise RefusedError(f"`{_pointer(path)}` does not exist in {_named(resource)}")


def _written(resource: BuiltObject, path: tuple[PathPart, ...]) -> WrittenValue:
    *way, last = path
    holder = resource.get(*way)
    if isinstance(holder, PositionedDict) and isinstance(last, str) and last in holder:
        return WrittenValue(holder[last], holder.value_spans[last], holder.key_spans[last])
    if isinstance(holder, PositionedList) and isinstance(last, int):
        return WrittenValue(holder[last], holder.item_spans[last])
    return WrittenValue(None, resource.span)


def _pointer(path: tuple[PathPart, ...]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _named(resource: BuiltObject) -> str:
    return f"{resource.gvk.kind} `{resource.name}`"
