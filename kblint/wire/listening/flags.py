"""Flags of a command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.syntax.passage import Passage, unknown_at


def flag_values(arguments: Sequence[Passage], flags: Sequence[str]) -> Iterator[Passage]:
    """The values given to any of `flags`, in order.

    `--port` is found as `--port=80` and `--port 80`, a flag of one letter also as `-p80`. `-c port` is the value that
    `-c port=80` gives; `TCP-LISTEN:` is the beginning of a word that goes on to a comma.
    """
    waiting: str | None = None
    for word in arguments:
        if waiting is not None:
            key, waiting = waiting, None
            value = word.after(key)
            if value is not None:
                yield value
            continue
        for flag in flags:
            name, _, key = flag.partition(" ")
            key = f"{key}=" if key else ""
            if flag.endswith(":"):
                if word.text.startswith(flag):
                    yield word.cut(len(flag), len(word.text.partition(",")[0]))
                    break
            elif word.text == name:
                # `-c port=80 -c bind=…`: the same flag with another key takes its value too
                others = [other.partition(" ")[2] for other in flags if other.partition(" ")[0] == name]
                waiting = key if len(others) == 1 else ""
                break
            elif (value := _attached(word, name)) is not None and (value := value.after(key)) is not None:
                yield value
                break
    if waiting is not None:
        # the flag stands last, without the value that it needs
        yield unknown_at(arguments[-1])


def _attached(word: Passage, name: str) -> Passage | None:
    """The value in the same word as the flag."""
    value = word.after(f"{name}=")
    if value is None and len(name) == 2 and name[0] == "-" != name[1]:
        return word.after(name)
    return value
