"""Addresses in texts, as clients are told them."""

from __future__ import annotations

import pytest

from kblint.wire.clients.addresses import begins_with_url, endpoint, in_list, in_names, in_pairs, in_urls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://api", [("api", None, 80)]),
        ("https://api.shop.svc.cluster.local./x?y=1", [("api.shop.svc.cluster.local", None, 443)]),
        ("http://user:word@api:8080/x", [("api", 8080, 80)]),
        ("redis://:word@cache:6379/0", [("cache", 6379, 6379)]),
        ("jdbc:postgresql://db:5433/app?user=me", [("db", 5433, 5432)]),
        ("jdbc:sqlserver://db:1434;databaseName=app", [("db", 1434, 1433)]),
        ("jdbc:oracle:thin:@//db:1521/app", [("db", 1521, None)]),
        ("postgresql+psycopg2://me:word@db/app", [("db", None, 5432)]),
        ("me:word@tcp(db:3307)/app", [("db", 3307, 3306)]),
        ("mongodb://me:word@db-0.db:27017,db-1.db:27018/app", [("db-0.db", 27017, 27017), ("db-1.db", 27018, 27017)]),
        ("http://one:1,http://two:2", [("one", 1, 80), ("two", 2, 80)]),
        ("amqp://queue", [("queue", None, 5672)]),
        ("dns:///rates.shop:50051", [("rates.shop", 50051, None)]),
        ("http://[::1]:8080", [("[::1]", 8080, 80)]),
        ("see http://api:8080, or http://web", [("api", 8080, 80), ("web", None, 80)]),
        ("http://$(HOST):8080", []),
        ("http://API:8080", []),
        ("mongodb+srv://db.example.com/app", []),
        ("file:///etc/passwd", []),
        ("sqlite:///data/app.db", []),
        ("unix:///run/app.sock", []),
        ("http:// api", []),
    ],
)
def test_urls(text: str, expected: list[tuple[str, int | None, int | None]]) -> None:
    assert [(one.host, one.port, one.default_port) for one in in_urls(text)] == expected


@pytest.mark.parametrize("text", ["http://api:${PORT}", "http://api:$(PORT)/x", "http://api:99999"])
def test_a_port_that_is_written_and_not_known_is_not_the_default(text: str) -> None:
    (found,) = in_urls(text)
    assert (found.host, found.port, found.is_port_known) == ("api", None, False)


@pytest.mark.parametrize("text", ["http://user:word@api:8080/x", "mongodb://one:8080,api:8080/x", "a:b@tcp(api:8080)"])
def test_places(text: str) -> None:
    found = list(in_urls(text))[-1]
    assert text[found.host_span.start : found.host_span.end] == "api"
    assert text[found.port_span.start : found.port_span.end] == "8080"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host=db port=5433 dbname=app", [("db", 5433)]),
        ("Host=db;Port=5433;Database=app", [("db", 5433)]),
        ("Server=tcp:db,1434;Database=app", [("db", 1434)]),
        ("Data Source=db;Initial Catalog=app", [("db", None)]),
        ("ghost=db", []),
        ("host=/run/postgresql", []),
    ],
)
def test_connection_strings(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert [(one.host, one.port) for one in in_pairs(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cache:6379", [("cache", 6379)]),
        ("kafka-0.kafka:9092,kafka-1.kafka:9092", [("kafka-0.kafka", 9092), ("kafka-1.kafka", 9092)]),
        ("zookeeper:2181/kafka", [("zookeeper", 2181)]),
        ("cache:6379,password=word,ssl=False", [("cache", 6379)]),
        (" cache:6379 ", [("cache", 6379)]),
        ("cache", []),
        ("cache:six", []),
        ("cache:70000", []),
        ("say cache:6379", []),
    ],
)
def test_lists(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(one.host, one.port) for one in in_list(text)] == expected


@pytest.mark.parametrize(("text", "port"), [("api", None), ("api:8080", 8080), ("api.shop.svc:80", 80)])
def test_an_endpoint(text: str, port: int | None) -> None:
    found = endpoint(text)
    assert found is not None
    assert (found.host, found.port) == (text.partition(":")[0], port)


@pytest.mark.parametrize("text", ["", "a,b", "api/x", "${HOST}", "-api", "/run/app.sock", "unix:/run/app.sock"])
def test_no_endpoint(text: str) -> None:
    found = endpoint(text)
    assert found is None or (found.port is None and not found.is_port_known)


@pytest.mark.parametrize(("text", "whole"), [("http://api", True), ("api", False), ("see http://api", False)])
def test_a_text_that_is_an_address_as_a_whole(text: str, whole: bool) -> None:
    assert begins_with_url(text) is whole


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a." * 50_000, "a,b" * 50_000 + "://", "http://" * 20_000, "tcp(" * 50_000]
)
def test_long_texts_take_no_time(text: str) -> None:
    assert list(in_urls(text)) is not None
    assert list(in_list(text)) == []
    assert list(in_pairs(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("db-0.db.shop.svc.cluster.local", ["db-0.db.shop.svc.cluster.local"]),
        ("db-0.db.shop.svc,db-1.db.shop.svc", ["db-0.db.shop.svc", "db-1.db.shop.svc"]),
        ("seed.shop.svc  peer.shop.svc", ["seed.shop.svc", "peer.shop.svc"]),
        ("db.shop.svc:9042", []),
        ("svc", []),
        ("www.example.com,db.shop.svc", []),
        ("an svc of ours", []),
    ],
)
def test_lists_of_names_of_the_cluster(text: str, expected: list[str]) -> None:
    found = list(in_names(text))
    assert [one.host for one in found] == expected
    assert all(one.port is None and text[one.host_span.start : one.host_span.end] == one.host for one in found)
