"""Small traces built by hand."""

from __future__ import annotations

from msgspec.structs import replace

from kblint.finding import Skipped
from kblint.source.text import Place, Source, Span
from kblint.tracing import HopState, Start, Trace, TraceHop, TraceJourney
from tests.report.samples import CONTROLS

SOURCES = {
    path: Source(f"deploy/{path}", "".join(f"line {number}\n" for number in range(1, 100)))
    for path in ("lb.yaml", "ingress/service.yaml", "web.yaml")
}


def place(path: str, line: int) -> Place:
    source = SOURCES[path]
    start = source.line_starts[line - 1]
    return Place(source, Span(start, start + 4))


def hop(
    stage: str,
    label: str,
    path: str | None = None,
    line: int = 1,
    *,
    broken: str = "",
    unknown: str = "",
    outcome: str = "503",
    note: str = "",
    after: int | None = None,
) -> TraceHop:
    """A hop; `after` is filled in by `journey` where it follows the one before."""
    state = HopState.BROKEN if broken else HopState.UNKNOWN if unknown else HopState.OK
    where = place(path, line) if path else None
    return TraceHop(stage, label, where, state, broken or unknown, note, outcome if broken else None, after)


def journey(name: str, *hops: TraceHop, variant: str = "") -> TraceJourney:
    """A journey from the Internet over these hops."""
    begun = [hop("internet", "internet")]
    for index, one in enumerate(hops):
        begun.append(one if one.after is not None else replace(one, after=index))
    first = next((one for one in begun if one.state is HopState.BROKEN), None)
    doubt = any(one.state is HopState.UNKNOWN for one in begun)
    state = HopState.BROKEN if first else HopState.UNKNOWN if doubt else HopState.OK
    outcome = (first.outcome or "") if first else state.value
    return TraceJourney(name, variant, outcome, state, tuple(begun))


def trace(*journeys: TraceJourney, start: Start = Start.INTERNET, unread: tuple[Skipped, ...] = ()) -> Trace:
    return Trace("hetzner-k3s", start, journeys, unread)


LISTENER = hop("balancer", "lb https 443", "lb.yaml", 9)
NODE = hop("node", "node port 31695", "ingress/service.yaml", 20)
DOORMAN = (
    hop("service", "Service ingress-nginx-controller:80", "ingress/service.yaml", 18),
    hop("pod", "DaemonSet ingress-nginx-controller (host network)", "ingress/service.yaml", 3),
    hop("process", "ingress-nginx on 80", "ingress/service.yaml", 33),
)
ROUTE = hop("route", "Ingress shop", "web.yaml", 5)
SERVICE = hop("service", "Service web:80", "web.yaml", 15)
POD = hop("pod", "Deployment web (pod network)", "web.yaml", 25)
PROCESS = hop("process", "nginx on 3000", "web.yaml", 35)
OVERLAY = hop(
    "overlay", "VXLAN between nodes", "web.yaml", 27, broken="the profile takes `VXLAN` as blocked", outcome="504"
)


def two_sites() -> Trace:
    """Two sites behind one ingress controller, one of them broken, and a node port."""
    begin = (LISTENER, NODE, *DOORMAN)
    return trace(
        journey("https://shop.example/", *begin, ROUTE, SERVICE, OVERLAY, POD, PROCESS),
        journey(
            "https://blog.example/posts",
            *begin,
            hop("route", "Ingress blog", "web.yaml", 55),
            hop("service", "Service blog:80", "web.yaml", 65),
            hop("pod", "DaemonSet blog (host network)", "web.yaml", 75),
            hop("process", "port 8080/tcp", "web.yaml", 85, note="declared, not proved"),
        ),
        journey(
            "tcp://<node>:30005", hop("node", "node port 30005", "web.yaml", 17), replace(SERVICE, state=HopState.OK)
        ),
    )


def branching() -> Trace:
    """One way in, two workloads behind its Service, the second broken."""
    return trace(
        journey(
            "http://<node>:30080",
            hop("node", "node port 30080", "web.yaml", 17),
            SERVICE,
            POD,
            PROCESS,
            hop("pod", "Deployment web-next (pod network)", "web.yaml", 45, after=2),
            hop(
                "process",
                "port 3000/tcp",
                "web.yaml",
                49,
                broken="nothing listens there",
                outcome="connection refused",
                after=5,
            ),
        )
    )


def late_mistake() -> Trace:
    """Broken at the balancer, and again further on."""
    broken = hop("balancer", "lb https 443", "lb.yaml", 9, broken="plain HTTP is sent to a port that speaks TLS")
    gone = hop("service", "Service web:80", "web.yaml", 15, broken="selects no pod")
    return trace(journey("https://shop.example/", broken, NODE, gone))


def hostile() -> Trace:
    """Every text that can come from a stranger is hostile."""
    nasty = (
        f"x{CONTROLS}\n::error::owned ##[error]owned <script>alert(1)</script> </text>]]>&\"'`#;|\\N\\l{{}}[]()%%-->"
    )
    source = Source(f"dir/{nasty}.yaml", f"{nasty}\n{nasty}\n")
    where = Place(source, Span(3, 9))
    hops = (
        TraceHop("internet", "internet", None),
        TraceHop("balancer", nasty, where, note=nasty, after=0),
        TraceHop("route", nasty, where, after=1),
        TraceHop("service", nasty, where, HopState.BROKEN, nasty, "", nasty, after=2),
        TraceHop("pod", nasty, where, HopState.UNKNOWN, nasty, after=3),
    )
    made = TraceJourney(f"https://{nasty}/{nasty}", nasty, nasty, HopState.BROKEN, hops)
    return Trace("hetzner-k3s", Start.INTERNET, (made,), (Skipped(nasty, nasty),))


def long_names() -> Trace:
    """Names as long as Kubernetes allows, and longer."""
    name = "-".join(["interminable"] * 20)
    return trace(
        journey(
            f"https://{name}.example/{name}",
            hop("node", f"node port {'9' * 300}", "web.yaml", 3),
            hop("service", f"Service {name}:80", "web.yaml", 15, broken=f"`{name}` and {name * 5}"),
            hop("pod", f"Deployment {name} (pod network)"),
        )
    )
