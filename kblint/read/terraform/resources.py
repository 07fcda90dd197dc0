"""The resources of a folder of Terraform files, with `for_each`, `count` and `dynamic` worked out where they can be.

https://developer.hashicorp.com/terraform/language/meta-arguments/for_each
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from kblint.read.reading import Reading
from kblint.read.terraform.functions import entries
from kblint.read.terraform.values import Folder, Scope
from kblint.source.stream import SyntaxFault, character_at, not_followed
from kblint.source.text import Place, Source
from kblint.source.values import Origin, PositionedDict, PositionedList, Unknown
from kblint.syntax.hcl import Attribute, Block, Body, parse_hcl
from kblint.syntax.hcl_nodes import span_of

REPEATED = frozenset({"apply_to", "rule", "target"})
"""Blocks of which a resource may hold several; all others become one mapping."""


class Resource(Struct, frozen=True, eq=False):
    """One instance of a resource. `key` is that of one of several, None where there is one."""

    type: str
    name: str
    key: object
    origin: Origin

    @property
    def address(self) -> str:
        """The resource as Terraform calls it, without the key."""
        return f"{self.type}.{self.name}"


class FolderFiles(Struct, frozen=True, eq=False):
    """The parsed files of a folder, and what is wrong with them; what is broken is left out of the bodies."""

    bodies: tuple[tuple[Source, Body], ...]
    faults: tuple[SyntaxFault, ...]


def parse_files(sources: Sequence[Source]) -> FolderFiles:
    """Parse every file. One that is not HCL throughout is a fault; what is whole in it is read."""
    bodies: list[tuple[Source, Body]] = []
    faults: list[SyntaxFault] = []
    for source in sources:
        file = parse_hcl(source.text)
        bodies.append((source, file.body))
        if file.fault:
            place = Place(source, character_at(source.text, file.fault.offset))
            faults.append(SyntaxFault("unreadable", place, f"not valid Terraform: {file.fault.message}"))
        if file.cut:
            faults.append(not_followed(Place(source, character_at(source.text, file.cut.offset)), file.cut.message))
    return FolderFiles(tuple(bodies), tuple(faults))


class OpenedFolder(Struct, frozen=True, eq=False):
    """The parsed `.tf` files of a folder, and what their expressions may name."""

    files: FolderFiles
    folder: Folder
    variables: tuple[Source, ...]
    """The files that set variables."""

    @property
    def places(self) -> Mapping[str, Source]:
        """The `.tf` files by their texts."""
        return {source.text: source for source, _ in self.files.bodies}


def terraform_files(sources: Sequence[Source]) -> list[Source]:
    """The `.tf` files of a folder, in the order of their paths."""
    return sorted((source for source in sources if source.path.endswith(".tf")), key=attrgetter("path"))


def opened_folder(sources: Sequence[Source], signs: Sequence[str]) -> OpenedFolder | Reading | None:
    """A folder in whose `.tf` files one of `signs` stands; None for another.

    What is to be said instead of one that is no configuration.
    """
    files = terraform_files(sources)
    if not any(sign in source.text for source in files for sign in signs):
        return None
    parsed = parse_files(files)
    if twice := declared_twice(parsed):
        return Reading(skipped=(twice,))
    variables = sorted(filter(_sets_variables, sources), key=attrgetter("path"))
    return OpenedFolder(parsed, folder_of(parsed, parse_files(variables)), tuple(variables))


def _sets_variables(source: Source) -> bool:
    """Whether Terraform takes the values of variables from a file without being told.

    https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
    """
    name = source.path.rpartition("/")[2]
    return name == "terraform.tfvars" or name.endswith(".auto.tfvars")


def declared_twice(files: FolderFiles) -> tuple[str, str] | None:
    """The file of a folder that declares a resource as another one does, and why the folder is no configuration.

    Folders of examples are like this, one file an example. Files that override others are meant to name what is there.
    https://developer.hashicorp.com/terraform/language/files/override
    """
    declared: dict[tuple[str, ...], Source] = {}
    for source, body in files.bodies:
        name = source.path.rpartition("/")[2]
        if name == "override.tf" or name.endswith("_override.tf"):
            continue
        for block in body.blocks_of("resource"):
            other = declared.setdefault(block.labels, source)
            if other is not source:
                return source.path, (
                    f"`{'.'.join(block.labels)}` is declared in `{other.path.rpartition('/')[2]}` too, which Terraform "
                    "refuses: the files of this folder are taken for examples"
                )
    return None


def resources(files: FolderFiles, folder: Folder, types: frozenset[str]) -> Iterator[Resource]:
    """The instances of resources of these types, in the order of the files."""
    for source, body in files.bodies:
        for block in body.blocks_of("resource"):
            if len(block.labels) == 2 and block.labels[0] in types:
                for key, inner in repeated(block.body, Scope(folder, source.text)):
                    yield Resource(*block.labels, key, Origin(source, _node(block.body, block, inner), block.head))


def folder_of(files: FolderFiles, values: FolderFiles) -> Folder:
    """Variables with their defaults, or what the files of `values` set them to; and locals."""
    given = {
        name: (source.text, attribute.value)
        for source, body in values.bodies
        for name, attribute in body.attributes.items()
    }
    return Folder(
        variables={
            block.labels[0]: (source.text, block.body.attributes["default"].value)
            for source, body in files.bodies
            for block in body.blocks_of("variable")
            if block.labels and "default" in block.body.attributes
        }
        | given,
        locals={
            name: (source.text, attribute.value)
            for source, body in files.bodies
            for block in body.blocks_of("locals")
            for name, attribute in block.body.attributes.items()
        },
        resources={
            ".".join(block.labels): (source.text, block.body)
            for source, body in files.bodies
            for block in body.blocks_of("resource")
            if not {"count", "for_each"} & set(block.body.attributes)
        },
    )


def repeated(body: Body, scope: Scope) -> Iterator[tuple[object, Scope]]:
    """The key of each instance, and the scope in which it is evaluated."""
    for_each, count = body.attributes.get("for_each"), body.attributes.get("count")
    if for_each:
        for key, value in _each(for_each, scope):
            yield key, scope.bound(each={"key": key, "value": value})
    elif count:
        number = scope.value(count.value)
        # a condition decides whether there is one, or how many there are is not known: one stands for all
        known = isinstance(number, int) and not isinstance(number, bool)
        if number != 0:
            index: object = 0 if known and number == 1 else Unknown("count.index")
            yield None, scope.bound(count={"index": index})
    else:
        yield None, scope


def _each(attribute: Attribute, scope: Scope) -> list[tuple[object, object]]:
    """Keys and values of `for_each`; a set's items are both. What is not known gives one unknown pair."""
    value = scope.value(attribute.value)
    if isinstance(value, dict):
        return list(entries(value))
    if isinstance(value, list):
        return [(item, item) for item in value]
    return [(Unknown("each.key"), Unknown("each.value"))]


def _node(body: Body, block: Block, scope: Scope) -> PositionedDict:
    """A block as a mapping: attributes, and the blocks in it as mappings or sequences of mappings."""
    node = PositionedDict(block.span)
    for attribute in body.attributes.values():
        node.put(attribute.name, scope.value(attribute.value), attribute.name_span, span_of(attribute.value))
    for inner in body.blocks:
        if inner.type == "dynamic" and inner.labels:
            _put(node, inner.labels[0], inner, _generated(inner, scope))
        else:
            _put(node, inner.type, inner, [_node(inner.body, inner, scope)])
    return node


def _generated(block: Block, scope: Scope) -> Sequence[PositionedDict | Unknown]:
    """What a `dynamic` block makes. Of blocks that stand there once it is unknown whether they do."""
    made = generated(block, scope, is_repeated=block.labels[0] in REPEATED)
    return [made] if isinstance(made, Unknown) else [_node(body, block, inner) for body, inner in made]


def generated(block: Block, scope: Scope, *, is_repeated: bool) -> Sequence[tuple[Body, Scope]] | Unknown:
    """The bodies that a `dynamic` block makes, each with the scope in which it is evaluated.

    Unknown where nobody knows whether there is one of a block that stands there once; one stands for all of those that
    are `is_repeated`. https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
    """
    content = next(block.body.blocks_of("content"), None)
    for_each = block.body.attributes.get("for_each")
    if content is None or for_each is None:
        return []
    pairs = _each(for_each, scope)
    if not is_repeated and any(isinstance(key, Unknown) for key, _ in pairs):
        return scope.unknown(for_each.value)
    named = block.body.attributes.get("iterator")
    iterator = scope.written(named.value) if named else block.labels[0]
    return [(content.body, scope.bound(**{iterator: {"key": key, "value": value}})) for key, value in pairs]


def _put(node: PositionedDict, type: str, block: Block, made: Sequence[PositionedDict | Unknown]) -> None:
    if type not in REPEATED:
        for value in made:
            node.put(type, value, block.head, block.span)
        return
    held = node.get(type)
    values = held if isinstance(held, PositionedList) else PositionedList(block.span)
    for value in made:
        values.put(value, block.head)
    node.put(type, values, node.key_spans.get(type, block.head), block.span)
