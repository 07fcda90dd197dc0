"""What a known program listens on: by its flags, its variables, its configuration files, at last its default."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.syntax.ini import KeyValue
from kblint.syntax.passage import UNKNOWN, Passage, unknown_at
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.command import flag_values
from kblint.wire.listening.configured import LONGEST, MatchedKey, files_named, filled, held, named, program_settings
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import DefaultListener
from kblint.wire.listening.sockets import (
    EVERYWHERE,
    ListenAddress,
    Listening,
    Socket,
    Started,
    is_loopback,
    parse_address,
    parse_hosts,
    parse_port,
    too_long,
)


def program_listening(started: Started) -> Listening:
    """All sockets of a program: what is written is `known`, a default by what `Started.default_certainty` says."""
    sockets: list[Socket] = []
    is_open = started.program.open and not _is_told_more(started)
    is_complete = not any(word.text.startswith(UNKNOWN) for word in started.arguments)
    program = _Program(started)
    for listener in started.program.listeners:
        found = program.sockets(listener)
        if found is None:
            is_complete = False
            found = program.presumed(listener)
        sockets += found
    is_closed = is_complete and not started.program.open
    is_open_too = is_complete and is_open and bool(sockets)
    cuts = tuple(too_long(file.place(0, 1), LONGEST) for file in program.files if len(file.text) > LONGEST)
    return Listening(tuple(sockets), is_closed, cuts, is_open_too, sum(len(file.text) for file in program.files))


_OPENS_MORE = regex(
    r"(?i)(?<![a-z])(?:https|tls|ssl|certs?|certificate|metrics|health|management|listen|bind|admin|console|grpc)(?![a-z])"
)
_OFF = frozenset(("", "0", "false", "no", "none", "off"))


def _is_told_more(started: Started) -> bool:
    """Whether variables or flags speak of a further port: by words that programs of many features use for theirs."""
    listeners = started.program.listeners
    read = {name for one in listeners for name in (*one.env, *one.address_env, *one.host_env, *one.flags)}
    set_ = {name: value.text for name, value in started.environment.values.items() if value.text.lower() not in _OFF}
    flags = (word.text.partition("=")[0] for word in started.arguments if word.text.startswith("-"))
    return any(_OPENS_MORE.search(name) for name in {*set_, *flags} - read)


_NO_PORT = regex(r"unix:|fd:|/|\Z")
"""Addresses that are no ports, and none at all, which turns a listener off."""
_WORD = regex(r"\S+")
_PART = regex(r"[^,;]+|\A\Z")
_MORE_ADDRESSES = regex(r"-?(?:[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.*]*|\*|.*\0.*)", re.ASCII)


class _Program(Struct, frozen=True, eq=False, dict=True):
    """A started program with what its configuration files say."""

    started: Started

    @cached_property
    def settings(self) -> tuple[KeyValue, ...] | None:
        """What files say; None where something else than flags and variables may have moved the defaults."""
        config, files = self.started.program.config, self.started.files
        if any(self.started.environment.get(name) is not None for name in config.env):
            return None
        if not config.is_read:
            return () if all(_is_silent(files, path, config.keys) for path in self.paths) else None
        return program_settings(self.started, self.paths)

    @cached_property
    def files(self) -> list[Passage]:
        """Its configuration files, where they are read."""
        return list(held(self.started, self.paths)) if self.started.program.config.is_read else []

    @cached_property
    def paths(self) -> list[str]:
        """The files and directories that are its configuration, as far as they are not the image's own."""
        config, files = self.started.program.config, self.started.files
        words = [word.text for word in self.started.arguments]
        paths = [word for word in words if any(fnmatch.fnmatchcase(word, pattern) for pattern in config.words)]
        paths += [value.text for value in flag_values(self.started.arguments, config.flags)]
        paths += [path for path in config.files if files.touches(path)]
        return paths + ([path for path, _ in files_named(files, config.named)] if config.named else [])

    def sockets(self, listener: DefaultListener) -> list[Socket] | None:
        """The sockets of one listener; None where they cannot be known."""
        values = self._given(listener.flags)
        if not values and listener.operands:
            values = [word for word in self.started.arguments if parse_address(word.text)]
        if values:
            return self._at(listener, [MatchedKey((), value) for value in values])
        for name in (*listener.env, *listener.address_env):
            value = self.started.environment.get(name)
            if value is None:
                continue
            if isinstance(value, Unknown):
                # perhaps only perhaps set, by an `envFrom` that is not in the input
                return None
            return self._by_variable(listener, name, value)
        found = named(self.settings or (), listener.keys)
        if found:
            environment = self.started.environment
            return self._at(listener, [one._replace(value=filled(one.value, environment)) for one in found])
        if listener.optional:
            # what its files may ask for is not known where they are not
            return [] if self.settings is not None or not listener.keys else None
        if listener.port is None or self.settings is None:
            return None
        address, evidence = ListenAddress(None, listener.port), self.started.default(listener.port)
        host, written = self._host(listener, address, evidence, listener.host)
        return [self._socket(listener, address, evidence, (host, written), is_default=True)]

    def presumed(self, listener: DefaultListener) -> list[Socket]:
        """Its default, where only a Secret that is not in the input may say otherwise: those hold credentials."""
        environment = self.started.environment
        names = [
            name
            for name in (*listener.env, *listener.address_env, *listener.host_env)
            if isinstance(environment.get(name), Unknown)
        ]
        if not names or not all(map(environment.is_left_to_secrets, names)):
            return []
        found = replace(self, started=replace(self.started, environment=environment.closed)).sockets(listener)
        return [replace(one, certainty=Certainty.LIKELY) for one in found or () if one.is_default]

    def _given(self, flags: Sequence[str]) -> list[Passage]:
        """The values of flags; those of a variable with further arguments only where there are no others."""
        started, name = self.started, self.started.program.arguments_env
        values = list(flag_values(started.arguments, flags))
        more = started.environment.get(name) if name and not values else None
        if isinstance(more, Unknown):
            return [unknown_at(started.arguments[0])] if started.arguments else []
        return (
            list(flag_values([more.cut(*word.span()) for word in _WORD.finditer(more.text)], flags)) if more else values
        )

    def _at(self, listener: DefaultListener, found: Sequence[MatchedKey]) -> list[Socket] | None:
        """The sockets at values that are written; None where one of them cannot be known."""
        label = f"{self.started.program.program} listens here"
        hosts = {one.stars: one.value for one in named(self.settings or (), listener.host_keys)}
        sockets: list[Socket] = []
        for one in found if listener.repeats else found[-1:]:
            for part in _PART.finditer(one.value.text):
                value = one.value.cut(*part.span())
                if _NO_PORT.match(value.text):
                    continue
                address = parse_address(value.text)
                if address is None:
                    return None
                if not address.port:
                    continue
                evidence = Evidence(value.place(), label)
                own = hosts.get(one.stars) if one.stars else None
                bound = self._host(listener, address, evidence, listener.host)
                if own and address.host is None:
                    bound = parse_hosts([own.text]), own.place()
                sockets.append(self._socket(listener, address, evidence, bound))
        return sockets

    def _by_variable(self, listener: DefaultListener, name: str, value: Passage) -> list[Socket] | None:
        port = parse_port(value.text)
        if port is None and name in listener.address_env:
            return self._at(listener, [MatchedKey((), value)])
        if port is None:
            return None
        address, evidence = ListenAddress(None, port), Evidence(value.place(), f"`{name}` makes it listen on {port}")
        bound = self._host(listener, address, evidence, listener.env_host or listener.host)
        return [self._socket(listener, address, evidence, bound)] if port else []

    def _socket(
        self,
        listener: DefaultListener,
        address: ListenAddress,
        evidence: Evidence,
        bound: tuple[str, Place | None],
        *,
        is_default: bool = False,
    ) -> Socket:
        host, written = bound
        certainty = self.started.default_certainty if is_default else Certainty.KNOWN
        if is_loopback(host):
            # written, nobody outside reaches it whichever port it is; else the address is only the program's default
            certainty = Certainty.KNOWN if written else self.started.default_certainty
        elif host != EVERYWHERE and host and written is None:
            certainty = Certainty.LIKELY
        program, speaks = self.started.program, None if self._may_speak_tls else listener.speaks
        return Socket(
            port=address.port,
            address=host,
            protocol=listener.protocol,
            speaks=speaks,
            program=program.program,
            certainty=certainty,
            evidence=evidence,
            accepts_proxy_protocol=False if program.headerless else None,
            bound=written,
            is_default=is_default,
        )

    def _host(
        self, listener: DefaultListener, address: ListenAddress, evidence: Evidence, default: str | None
    ) -> tuple[str, Place | None]:
        """The address it binds to, empty where that cannot be known, and where it is written, if it is."""
        if address.host is not None:
            return address.host, evidence.place
        words, environment = self.started.arguments, self.started.environment
        for value in reversed(self._given(listener.host_flags)):
            if listener.everywhere and (value.text.startswith("-") or not value.is_known):
                break
            return parse_hosts([value.text, *_following(words, listener.host_flags)]), value.place()
        if any(word.text in listener.everywhere for word in words):
            return EVERYWHERE, None
        for name in listener.host_env:
            found = environment.get(name)
            if isinstance(found, Passage):
                return parse_hosts([found.text]), found.place()
            if found is not None:
                return "", evidence.place
        if listener.host_keys and self.settings is None:
            return "", None
        for one in named(self.settings or (), listener.host_keys)[-1:]:
            return parse_hosts([filled(one.value, environment).text]), one.value.place()
        if listener.file_host is not None and self.paths:
            return listener.file_host, None
        if listener.command_host is not None and self.started.name and not self.started.by_entrypoint:
            return listener.command_host, None
        return EVERYWHERE if default is None else default, None

    @cached_property
    def _may_speak_tls(self) -> bool:
        names = self.started.program.tls
        if any(True for _ in flag_values(self.started.arguments, [name for name in names if name.startswith("-")])):
            return True
        values = (self.started.environment.get(name) for name in names if not name.startswith("-"))
        return any(isinstance(value, Unknown) or (value and value.text not in _PLAIN) for value in values)


_PLAIN = ("", "0", "false", "http", "off", "no")
"""Values with which a variable that turns TLS on leaves it off."""


def _following(arguments: Iterable[Passage], flags: Sequence[str]) -> list[str]:
    """Further addresses behind the first one of a flag, as `redis-server --bind 127.0.0.1 ::1` takes them."""
    texts = [word.text for word in arguments]
    at = max((index for index, text in enumerate(texts) if text in flags), default=len(texts))
    return list(takewhile(lambda text: _MORE_ADDRESSES.fullmatch(text) is not None, texts[at + 2 :]))


def _is_silent(files: ContainerFiles, path: str, keys: Sequence[str]) -> bool:
    """Whether the files at `path` are known and say nothing of the listeners."""
    if not keys:
        return False
    pattern = re.compile(rf"""^[\s"'-]*(?:{"|".join(map(re.escape, keys))})\b""", re.MULTILINE | re.IGNORECASE)
    file, directory = files.at(path), files.within(path)
    contents = [file] if isinstance(file, Passage) else [*directory.files.values()] if directory.is_known else []
    return bool(contents) and all(isinstance(one, Passage) and not pattern.search(one.text) for one in contents)
