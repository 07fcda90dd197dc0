"""What a container's process listens on.

The strongest evidence decides: a server's own configuration, then flags, then variables, then what the image is known
to do. Whatever cannot be known stays unknown: nothing is ever reported from a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Pod
from kblint.syntax.passage import Passage, Spot, whole
from kblint.wire.listening.apache import apache_listening
from kblint.wire.listening.command import Run, start_of
from kblint.wire.listening.conventions import by_convention, is_whole
from kblint.wire.listening.files import ContainerFiles, mounted_files
from kblint.wire.listening.images import Catalogue, Program, catalogue, is_pinned, parse_image
from kblint.wire.listening.kong import kong_listening
from kblint.wire.listening.nginx import nginx_listening
from kblint.wire.listening.programs import program_listening
from kblint.wire.listening.proxies import caddy_listening, haproxy_listening, traefik_listening
from kblint.wire.listening.shared import Shared
from kblint.wire.listening.sockets import Listening, Socket, Started
from kblint.wire.listening.variables import FindConfigMap, Variables

READERS: Mapping[str, Callable[[Started], Listening]] = MappingProxyType(
    {
        "apache": apache_listening,
        "caddy": caddy_listening,
        "haproxy": haproxy_listening,
        "kong": kong_listening,
        "nginx": nginx_listening,
        "traefik": traefik_listening,
    }
)
"""Programs whose own configuration is read, by the `reader` of `images.yaml`."""

_NGINX_NAMES = frozenset(("nginx", "nginx-unprivileged", "openresty"))


def listening(pod: Pod, container: Container, config_map: FindConfigMap, table: Catalogue | None = None) -> Listening:
    """All that is known about what a container listens on.

    `config_map` gives the ConfigMap of a name in the pod's namespace, None where it is not in the input. `table` is
    what is known of images, None for what ships with kblint.
    """
    own = image_program(container, table)
    variables = Variables(container, config_map)
    files = mounted_files(pod, container, config_map)
    if own and own.layout and own.layout.own:
        files = files.on_image({own.layout.own: whole(own.layout.text, Spot(container.origin.place("image")))})
    start = start_of(container, variables, files, is_server)
    cuts = (*start.cuts, *((variables.cut,) if variables.cut else ()))
    found = [_run_listening(container, own, run) for run in start.runs]
    cuts += tuple(cut for part in found for cut in part.cuts)
    sockets = _once(socket for part in found for socket in part.sockets)
    is_whole_start = bool(found) and start.is_complete
    is_complete = is_whole_start and all(part.is_complete for part in found)
    is_open = is_whole_start and not is_complete and all(part.is_complete or part.is_open for part in found)
    programs = [program for run in start.runs if (program := _program(own, run))]
    if any(program.runs_code for program in programs):
        is_complete, is_open = is_complete and is_whole(container, sockets), False
    read = sum(part.read for part in found)
    if sockets or is_complete:
        return Listening(sockets, is_complete, cuts, is_open, read)
    if own or not all(program.convention for program in programs):
        return Listening(cuts=cuts, read=read)
    guessed = by_convention(container, start, variables, files)
    return replace(guessed, cuts=cuts, read=read + guessed.read)


class Heard(Struct, frozen=True):
    """What containers listen on: worked out once for all scopes in which a container finds the same ConfigMaps.

    `table` is what is known of images, None for what ships with kblint.
    """

    table: Catalogue | None = None
    _known: dict[Container, list[tuple[dict[str, ConfigMap | None], Listening]]] = field(default_factory=dict)
    _shared: Shared = field(default_factory=Shared)

    def listening(self, pod: Pod, container: Container, config_map: FindConfigMap) -> Listening:
        """The same as the function of this name, until containers have read too often what they share."""
        known = self._known.setdefault(container, [])
        for found, heard in known:
            if all(config_map(name) is one for name, one in found.items()):
                return heard
        was_told = bool(self._shared.cuts)
        if self._shared.is_over(container):
            return Listening(cuts=() if was_told else tuple(self._shared.cuts))
        asked: dict[str, ConfigMap | None] = {}

        def find(name: str) -> ConfigMap | None:
            return asked.setdefault(name, config_map(name))

        known.append((asked, listening(pod, container, find, self.table)))
        self._shared.count(container, filter(None, asked.values()), known[-1][1].read)
        return known[-1][1]


def _once(sockets: Iterable[Socket]) -> tuple[Socket, ...]:
    """Each socket once, by its surest evidence."""
    found: dict[tuple[int, str, str], Socket] = {}
    for socket in sockets:
        key = (socket.port, socket.protocol, socket.address)
        if key not in found or found[key].certainty < socket.certainty:
            found[key] = socket
    return tuple(found.values())


def service_link(container: Container) -> str | None:
    """The variable that a container's program reads its port from, None where the manifest sets it itself.

    A Service of the fitting name in the pod's namespace sets it too, to `tcp://…`:
    https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
    """
    if container.env_from:
        return None
    name = next((program.service_link for program, _ in _programs(container) if program.service_link), None)
    return None if any(variable.name == name for variable in container.env) else name


def single_writer(container: Container) -> Program | None:
    """The program a container serves with of which only one instance may write its data; None for none.

    None also where a variable that is set, or may be, lets several share it.
    """
    own = image_program(container)
    if not container.words and not (own and own.single_writer):
        return None
    environment = Variables(container, lambda _: None)
    for program, run in _programs(container):
        is_shared = any(environment.get(name) is not None for name in program.shared_with)
        if program.single_writer and not is_shared and _arguments(program, run) is not None:
            return program
    return None


def _programs(container: Container) -> list[tuple[Program, Run]]:
    """The known programs that a container starts, whatever its ConfigMaps say."""
    start = start_of(container, Variables(container, lambda _: None), ContainerFiles(()), is_server)
    own = image_program(container)
    return [(program, run) for run in start.runs if (program := _program(own, run))]


def image_program(container: Container, table: Catalogue | None = None) -> Program | None:
    """What a container's image is known to run; None where it is unknown."""
    return (table or catalogue()).of_image(container.image) if isinstance(container.image, str) else None


def is_server(command_line: tuple[str, ...]) -> bool:
    """Whether a command line starts a program of the table."""
    return catalogue().of_command(command_line) is not None


def _program(own: Program | None, run: Run) -> Program | None:
    """The program of a run: the one its command names, else the image's own where its entrypoint takes the words."""
    named = _named(own, run)
    if named is None:
        return own if run.from_image else None
    # the image's own entry tells more than that of the command, unless the command does something else with it
    is_other = own is not None and bool(own.commands) and not _is_meant(own, run)
    return own if own and own.program == named.program and not is_other else named


def _is_meant(program: Program, run: Run) -> bool:
    """Whether a command line is one of those that an entry of the table is about."""
    first, *rest = run.command_line
    return any(first == name and all(word in rest for word in words) for name, *words in program.commands)


def _named(own: Program | None, run: Run) -> Program | None:
    """The program that a command line names; None for words that the image's entrypoint may take for itself.

    `args: [serve]` is such a word, as are `prometheus` and `whoami`; `args: [uvicorn, …]`, `[minio, server]` or a path
    hardly are.
    """
    named = catalogue().of_command(run.command_line)
    if named is None or not run.from_image or "/" in run.words[0].text:
        return named
    if own:
        return named if own.executes or own.program == named.program else None
    is_plain_word = catalogue().of_command(run.command_line[:1]) is not None
    return named if named.runs_code or not is_plain_word else None


def _run_listening(container: Container, own: Program | None, run: Run) -> Listening:
    program = _program(own, run)
    is_all = True
    if program is None:
        name = parse_image(container.image).name if isinstance(container.image, str) else ""
        if not run.from_image or run.words or not (name in _NGINX_NAMES or run.files.touches("/etc/nginx")):
            return Listening()
        # a custom build with an nginx configuration mounted into it
        program = catalogue().of_command(("nginx",))
        assert program, "nginx is in the table"
        is_all = name in _NGINX_NAMES
    words = _arguments(program, run)
    if words is None:
        return Listening()
    started = Started(
        program=program,
        arguments=words,
        environment=run.environment,
        files=run.files,
        image=container.origin.place("image"),
        image_name=parse_image(container.image).path if isinstance(container.image, str) else "",
        name=run.words[0].place() if is_server(run.command_line) else None,
        is_of_image=program is own,
        is_all=is_all,
        by_entrypoint=run.by_entrypoint,
        is_pinned=isinstance(container.image, str) and is_pinned(container.image),
    )
    return READERS.get(program.reader or "", program_listening)(started)


def _arguments(program: Program, run: Run) -> tuple[Passage, ...] | None:
    """The words after the program's name; None where they make it do something else than listen."""
    # else the first word is an argument of the image's entrypoint
    named = catalogue().of_command(run.command_line)
    is_named = named is not None and named.program == program.program
    words = run.words[1:] if is_named else run.words
    first = words[0].text if words else None
    is_flag = first is None or first.startswith("-")
    if is_named:
        return words if is_flag or not program.subcommands or first in program.subcommands else None
    if is_flag:
        return None if words and program.executes else words
    return words[1:] if first in program.serves else None
