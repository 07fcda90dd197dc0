from __future__ import annotations

import pytest

from kblint.model.annotations import AnnotationProblem, as_boolean, as_integer, known_keys, problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("protocol", "https"),
        ("protocol", "TCP"),
        ("algorithm-type", "Least_Connections"),
        ("uses-proxyprotocol", "T"),
        ("http-redirect-http", "0"),
        ("health-check-port", "+8080"),
        ("health-check-retries", "3"),
        ("health-check-interval", "15s"),
        ("http-cookie-lifetime", "1h30m0.5s"),
        ("health-check-timeout", "0"),
        ("http-certificates", "17,my certificate"),
        ("private-ipv4", "10.0.0.7"),
        ("private-subnet-ip-range", "10.0.1.5/24"),
        ("certificate-type", "managed"),
        ("id", "whatever the manager wrote"),
        ("ipv4-rdns", "lb.example.org"),
    ],
)
def test_values_that_the_manager_takes(name: str, value: str) -> None:
    assert problem(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "suggestion"),
    [
        ("protocol", "tls", None),
        ("protocol", " https", "https"),
        ("algorithm-type", "round-robin", "round_robin"),
        ("uses-proxyprotocol", "yes", "true"),
        ("uses-proxyprotocol", "", None),
        ("http-redirect-http", "tRuE", "true"),
        ("health-check-port", "http", None),
        ("health-check-port", "0", None),
        ("health-check-port", "70000", None),
        ("health-check-retries", "3.0", None),
        ("health-check-interval", "15", "15s"),
        ("health-check-timeout", "10 s", "10s"),
        ("http-timeout-idle", "1 minute", None),
        ("private-ipv4", "10.0.0", None),
        ("private-subnet-ip-range", "10.0.1.0", None),
        ("private-subnet-ip-range", "10.0.1.0/33", None),
        ("certificate-type", "Managed", "managed"),
        ("http-certificates", "17, web", "17,web"),
        ("http-status-codes", "2??,", "2??"),
        ("http-managed-certificate-domains", "", None),
    ],
)
def test_values_that_the_manager_refuses(name: str, value: str, suggestion: str | None) -> None:
    found = problem(name, value)
    assert found is not None
    assert ("value", suggestion) == (found.kind, found.suggestion)


def test_a_refused_value_says_what_is_expected() -> None:
    assert AnnotationProblem("value", "a number with its unit, such as `15s`", "20s") == problem(
        "health-check-interval", "20"
    )


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("health-check-http-status-codes", "http-status-codes"),
        ("http-redirect-https", "http-redirect-http"),
        ("use-proxyprotocol", "uses-proxyprotocol"),
        ("Location", "location"),
        ("http_certificates", "http-certificates"),
        ("colour", None),
        ("", None),
    ],
)
def test_unknown_keys_are_told_with_the_key_that_was_meant(name: str, suggestion: str | None) -> None:
    found = problem(name, "true")
    assert found is not None
    assert ("unknown", suggestion) == (found.kind, found.suggestion)


def test_the_keys_of_the_reference_are_all_known() -> None:
    # 35 keys that people write, the reverse DNS names, and one for the manager's own tests; three it writes itself
    assert len(known_keys()) == 36


@pytest.mark.parametrize(("value", "parsed"), [("true", True), ("F", False), ("on", None), ("tRUE", None), ("", None)])
def test_booleans_are_those_of_go(value: str, parsed: bool | None) -> None:
    assert as_boolean(value) is parsed


@pytest.mark.parametrize(
    ("value", "parsed"), [("80", 80), ("-1", -1), ("0x50", None), ("1_000", None), (" 80", None), ("٣", None)]
)
def test_integers_are_those_of_go(value: str, parsed: int | None) -> None:
    assert as_integer(value) == parsed
