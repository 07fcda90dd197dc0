"""What is wrong inside a text of a rule file, before anybody knows which file that is."""

from __future__ import annotations


class MistakeError(Exception):
    """Private to the engine: something is wrong at `offset` of a text; `rule_file` turns it into a RuleError."""

    def __init__(self, message: str, offset: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.help = help
