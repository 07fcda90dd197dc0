"""Sources, and several of them as one."""

from __future__ import annotations

from dataclasses import replace

from kblint.source.text import Source, joined


class Searched(str):
    """A text that counts how often it is gone through: that is nothing that the number of calls would show."""

    __slots__ = ("times",)
    times: int

    def __contains__(self, word: object) -> bool:
        self.times += 1
        return isinstance(word, str) and self.find(word) >= 0


def test_a_joined_text_is_gone_through_once_for_a_word_whatever_it_is_shown_as() -> None:
    parts = [Source("a.yaml", "one"), Source("b.yaml", "two")]
    text = Searched(joined("", parts).text)
    text.times = 0
    whole = replace(joined("", parts), text=text)
    shown = [replace(whole, path=f"{number}/kustomization.yaml") for number in range(9)]
    assert [one.holds("two") for one in shown] == [True] * 9
    assert [one.holds("three") for one in shown] == [False] * 9
    assert text.times == 2
