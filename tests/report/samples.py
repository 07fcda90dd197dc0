"""Small results built by hand."""

from msgspec.structs import replace

from kblint.finding import (
    Finding,
    Location,
    ObjectRef,
    Result,
    RuleRef,
    Severity,
    Silenced,
    Skipped,
    Summary,
    Suppressed,
    Unjudged,
)
from kblint.fix import Applicability, Edit, Fix
from kblint.source.text import Place, Source, Span
from tests.given.places import place

BALANCER = Source(
    "lb/keybuzz-lb.yaml",
    """\
load_balancer_type: lb11
services:
  - protocol: http
    listen_port: 80
    destination_port: 31695
  - protocol: https
    listen_port: 443
    tls: terminated here
    destination_port: 31443
""",
)

SERVICE = Source(
    "ingress/service.yaml",
    """\
apiVersion: v1
kind: Service
metadata:
  name: ingress-nginx-controller
  namespace: ingress-nginx
spec:
  ports:
    - name: http
      nodePort: 31695
      targetPort: http
    - name: https
      port: 443
      targetPort: https
      nodePort: 31443
""",
)


def at(source: Source, text: str, label: str = "", *, after: str = "") -> Location:
    """The first `text` in `source`, or the first behind `after`."""
    return Location(place(source, text, after=after), label)


def finding(
    location: Location,
    *related: Location,
    message: str = "something is wrong",
    severity: Severity = Severity.WARNING,
    symptom: str | None = None,
    help: str | None = None,
    journeys: tuple[str, ...] = (),
    fix: Fix | None = None,
) -> Finding:
    """A finding where little but the places matters."""
    rule = RuleRef("SVC001", "unresolved-target-port")
    return Finding(
        rule, severity, "known", message, location, related, symptom=symptom, help=help, journeys=journeys, fix=fix
    )


def unjudged(reason: str = "divide by zero", object: ObjectRef | None = None) -> Unjudged:
    """A rule of kblint's own that could not be evaluated on the Service."""
    rule = RuleRef("SVC017", "unused-port")
    about = object or ObjectRef("Service", "ingress-nginx", "ingress-nginx-controller")
    place = at(SERVICE, "ingress-nginx-controller").place
    return Unjudged(rule, place, about, "ServicePort", "port.port / 0 == 1", reason, "rules/x.yaml", is_builtin=True)


def result(
    *findings: Finding,
    suppressed: tuple[Suppressed, ...] = (),
    skipped: tuple[Skipped, ...] = (),
    unjudged: tuple[Unjudged, ...] = (),
    silenced: Silenced | None = None,
) -> Result:
    """A result that holds these and counts them."""
    severities = [found.severity for found in findings]
    summary = Summary(
        files=14,
        objects=31,
        journeys=5,
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        infos=severities.count(Severity.INFO),
        suppressed=len(suppressed),
        unjudged=len(unjudged),
        silenced=silenced or Silenced(),
    )
    return Result("hetzner-k3s", summary, findings, suppressed, skipped, unjudged=unjudged)


def https_to_tls() -> Finding:
    """The design's own example: two files, a symptom, a journey, a safe fix."""
    port = at(BALANCER, "31443", "TLS arrives here already decrypted")
    return Finding(
        rule=RuleRef("LB002", "https-to-tls-backend"),
        severity=Severity.ERROR,
        certainty="known",
        message="https listener `443` forwards to node port `31443`, which speaks TLS",
        location=port,
        related=(at(SERVICE, "31443", "ingress-nginx `https`, targetPort `https`"),),
        object=ObjectRef("LoadBalancer", None, "keybuzz-lb"),
        symptom='503, or 400 "plain HTTP request was sent to HTTPS port"',
        help="forward to `31695`, the node port where ingress-nginx speaks plain HTTP",
        journeys=("https://platform.keybuzz.io/",),
        fix=Fix("forward to `31695`", Applicability.SAFE, (Edit(port.place, "31695"),)),
    )


CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "\u200b\u202e\u2028\ufeff\ud800"


def hostile() -> Result:
    """A result in which every text that can come from a stranger is hostile."""
    nasty = f"x{CONTROLS}\n::error::owned <b>`|&\"' %0A,:]]>"
    source = Source(f"dir/{nasty}.yaml", f"{nasty}\n{nasty}\n")
    whole = Place(source, Span(3, len(source.text)))
    found = Finding(
        rule=RuleRef("SVC001", "unresolved-target-port"),
        severity=Severity.ERROR,
        certainty="likely",
        message=nasty,
        location=Location(whole, nasty),
        related=(Location(Place(source, Span(0, 1)), nasty),),
        object=ObjectRef(nasty, nasty, nasty),
        symptom=nasty,
        help=nasty,
        journeys=(nasty,) * 5,
        fix=Fix(nasty, Applicability.MANUAL, (Edit(whole, nasty),)),
    )
    failure = replace(unjudged(nasty, ObjectRef(nasty, nasty, nasty)), place=whole, expression=nasty)
    return result(
        found, suppressed=(Suppressed(found, nasty),), skipped=(Skipped(nasty, nasty),) * 2, unjudged=(failure,)
    )
