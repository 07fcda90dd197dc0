from __future__ import annotations

import pytest

from kblint.source.spelling import RESEMBLES, did_you_mean, is_abbreviated, is_typo, nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("ngnix", ["nginx", "traefik"], "nginx"),
        ("ingress-nginxx", ["ingress-nginx", "traefik"], "ingress-nginx"),
        ("TRAEFIK", ["nginx", "traefik"], "traefik"),
        ("api", ["app", "web"], None),
        ("shop", ["shops-of-others", "web"], None),
        ("", ["nginx"], None),
        ("x" * 1_000, ["x" * 1_000], None),
    ],
)
def test_a_word_is_taken_for_the_known_one_it_is_nearly_written_as(
    word: str, known: list[str], meant: str | None
) -> None:
    assert nearest(word, known) == meant


def test_of_words_that_are_alike_the_first_by_name_is_meant() -> None:
    assert {nearest("shop-x", order) for order in (["shop-1", "shop-2"], ["shop-2", "shop-1"])} == {None}
    assert {nearest("webapps", order) for order in (["webapp", "webappz"], ["webappz", "webapp"])} == {"webapp"}


def test_a_hint_asks_for_less_than_a_claim() -> None:
    assert nearest("servicelb-x", ["servicelb"]) == "servicelb"
    assert nearest("loadbalancer", ["servicelb", "balancer"]) is None
    assert nearest("loadbalancer", ["servicelb", "balancer"], RESEMBLES) == "balancer"


def test_a_help_line_names_the_nearest_or_all_of_a_few() -> None:
    assert did_you_mean("errror", ["error", "warning"]) == "did you mean `error`?"
    assert did_you_mean("xyz", ["error", "warning"]) == "there are `error`, `warning`"
    assert did_you_mean("xyz", [f"word-{number}" for number in range(100)]) is None


@pytest.mark.parametrize(("one", "other"), [("web-1", "web-2"), ("ab", "ac"), ("same", "same"), ("web", "webserver")])
def test_numbers_short_words_and_longer_words_are_no_slips_of_the_hand(one: str, other: str) -> None:
    assert not is_typo(one, other)
    assert not is_typo(other, one)


@pytest.mark.parametrize(("one", "other"), [("frontend", "fronted"), ("platform", "paltform"), ("shop", "shep")])
def test_one_letter_too_few_two_exchanged_or_one_wrong_is_a_slip(one: str, other: str) -> None:
    assert is_typo(one, other)
    assert is_typo(other, one)


@pytest.mark.parametrize(
    ("one", "other", "is_short"),
    [
        ("letsencrypt-prod", "letsencrypt-production", True),
        ("Lets.Encrypt_prod", "lets-enc-prod", True),
        ("letsencrypt-prod", "letsencrypt-staging", False),
        ("letsencrypt", "letsencrypt-prod", False),
        ("web-1", "web-12", False),
        ("web", "web", False),
    ],
)
def test_a_name_that_shortens_a_word_of_another_says_the_same(one: str, other: str, is_short: bool) -> None:
    assert is_abbreviated(one, other) is is_abbreviated(other, one) is is_short
