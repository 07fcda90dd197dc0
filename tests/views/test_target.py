import pytest

from kblint.errors import UsageError
from kblint.model.service import Service
from kblint.source.text import Place, Source, Span
from kblint.views.target import TargetAddress, address, narrowed
from kblint.wire.journeys.journey import Hop, Journey, Stage
from tests.given.manifests import service, stream
from tests.given.readings import every

NAMES = (
    "https://shop.example/",
    "https://shop.example/api",
    "http://shop.example/",
    "https://shop.example:8443/",
    "https://*.shop.example/",
    "http://<any host>/",
    "http://<node>:30080",
    "tcp://lb:5432",
)
JOURNEYS = tuple(Journey(name, ()) for name in NAMES)

MANIFEST = stream(
    service(ports="[{port: 80}]"),
    service(ports="[{port: 80}]", namespace="blog"),
    service("anywhere", ports="[{port: 80}]", namespace=""),
    service("lonely", ports="[{port: 80}]"),
)


def services() -> list[Service]:
    return every(Service, MANIFEST)


def through(name: str, service: Service) -> Journey:
    port = service.ports[0]
    place = port.origin.place("port")
    return Journey(name, (Hop(Stage.SERVICE, "Service", place, thing=port), Hop(Stage.POD, "Pod", place)))


def to(target: str) -> tuple[str, ...]:
    return tuple(journey.name for journey in narrowed(JOURNEYS, (), target))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://shop.example/", ("https://shop.example/",)),
        ("https://shop.example/img/logo.png", ("https://shop.example/",)),
        ("https://shop.example/api", ("https://shop.example/api",)),
        ("https://shop.example/api/v1?q=1#top", ("https://shop.example/api",)),
        ("https://shop.example/apiary", ("https://shop.example/",)),
        ("https://shop.example", ("https://shop.example/", "https://shop.example/api")),
        ("HTTPS://Shop.Example/", ("https://shop.example/",)),
        ("https://shop.example:443/", ("https://shop.example/",)),
        ("https://shop.example:8443/", ("https://shop.example:8443/",)),
        ("shop.example:8443", ("https://shop.example:8443/",)),
        ("shop.example/", ("https://shop.example/", "http://shop.example/", "https://shop.example:8443/")),
        ("https://de.shop.example/", ("https://*.shop.example/",)),
        ("http://other.example/", ("http://<any host>/",)),
        ("http://<node>:30080", ("http://<node>:30080",)),
        (":30080", ("http://<node>:30080",)),
        ("10.0.0.3:30080", ("http://<node>:30080",)),
        ("http://[2001:db8::1]:30080/health", ("http://<node>:30080",)),
        ("lb:5432", ("tcp://lb:5432",)),
    ],
)
def test_a_url_leads_where_an_ingress_would_send_it(target: str, expected: tuple[str, ...]) -> None:
    assert to(target) == expected


@pytest.mark.parametrize(
    "target", ["https://shop.example:9/", "ftp://shop.example/", "tcp://lb:5433", "10.0.0.3:30081"]
)
def test_where_nothing_leads_is_said(target: str) -> None:
    with pytest.raises(UsageError, match="nothing here is reached at"):
        to(target)


def test_a_near_name_is_offered_and_otherwise_all_there_are() -> None:
    with pytest.raises(UsageError) as near:
        narrowed(JOURNEYS[:3], (), "https://shopp.example/api")
    assert near.value.help == "did you mean `https://shop.example/api`?"
    with pytest.raises(UsageError) as far:
        narrowed((), services(), "zzzzz")
    assert far.value.help == "there are `anywhere`, `blog/web`, `shop/lonely`, `shop/web`"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("shop/web", ("a",)),
        ("blog/web", ("b",)),
        ("web", ("a", "b")),
        ("anywhere", ("c",)),
        ("shop/anywhere", ("c",)),
    ],
)
def test_a_service_is_found_by_its_namespace_and_name(target: str, expected: tuple[str, ...]) -> None:
    shop, blog, anywhere, _ = services()
    found = [shop, blog, anywhere]
    journeys = [through(name, service) for name, service in zip("abc", found, strict=True)]
    assert tuple(journey.name for journey in narrowed(journeys, found, target)) == expected


def test_a_service_that_nobody_is_led_to_is_told_from_one_that_does_not_exist() -> None:
    found = services()
    with pytest.raises(UsageError, match="no journey leads to Service `lonely`"):
        narrowed([through("a", found[0])], found, "lonely")


def test_only_a_hop_of_the_service_itself_counts() -> None:
    found = services()
    elsewhere = Hop(Stage.SERVICE, "Service web:80", Place(Source("app.yaml", MANIFEST), Span(90, 92)))
    pod = Hop(Stage.POD, "Pod", found[0].ports[0].origin.place("port"))
    with pytest.raises(UsageError):
        narrowed([Journey("a", (elsewhere, pod))], found, "shop/web")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.b/c/d", TargetAddress("https", "a.b", 443, "/c/d")),
        ("a.b", TargetAddress(None, "a.b", None, None)),
        ("http://[::1]:80", TargetAddress("http", "[::1]", 80, None)),
        ("http://[::1]/", TargetAddress("http", "[::1]", 80, "/")),
        ("http://a:b:c/", TargetAddress("http", "a:b:c", 80, "/")),
        ("://", TargetAddress("", "", None, None)),
    ],
)
def test_a_url_is_taken_apart(url: str, expected: TargetAddress) -> None:
    assert address(url) == expected
