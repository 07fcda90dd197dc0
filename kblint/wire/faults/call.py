"""What is wrong with an address that a container asks inside the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.source.values import shown
from kblint.wire.clients.advertised import advertised_loopback
from kblint.wire.clients.calls import Call
from kblint.wire.clients.missing import Missing
from kblint.wire.clients.names import Named
from kblint.wire.clients.protocols import stranger
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome
from kblint.wire.policies.between import Parted
from kblint.wire.services.absence import Absent

_MAY_BE_MADE = "a Service of this name may be made outside the input"


_TELLS = ("httpd", "nginx")
"""Servers that answer plain HTTP where they speak TLS, with a status; others only close."""


def call_faults(call: Call, absent: Absent) -> Iterator[Fault]:
    """The first thing that is wrong: nobody has the name, the Service has no such port, or nobody listens there."""
    named = call.named
    if named is None:
        yield from _in_own_pod(call)
    elif named.service is None:
        yield from _nobodys_name(call, named, absent)
    elif _asks_node(call):
        reason = f"`dnsPolicy: {call.workload.pod.dns_policy}` asks the node's DNS, which knows no name of the cluster"
        place = call.workload.pod.origin.place("dnsPolicy")
        yield Fault(Kind.CALL_HOST, call.key, place, reason, Failure.NO_NAME, call.certainty, "dns")
    elif call.is_port_missing:
        yield _missing_port(call)
    elif call.pods and call.unheard:
        yield _unheard(call)
    else:
        yield from _strange(call)
        yield from _sent_home(call)


def _sent_home(call: Call) -> Iterator[Fault]:
    """A broker that sends its clients on to their own pod."""
    found = advertised_loopback(call.port.endpoints if call.port else call.pods)
    if found is None:
        return
    reason = f"the broker tells its clients to ask `{found.host}` from then on, which is their own pod"
    certainty, kind = call.certainty, Kind.CALL_ADVERTISED
    doubt = "" if certainty is Certainty.KNOWN else "nothing shows that it is asked like this"
    yield Fault(kind, call.key, found.place, reason, Failure.REFUSED, certainty, other=found, doubt=doubt)


def _strange(call: Call) -> Iterator[Fault]:
    """A process that is asked in another protocol than its own."""
    found = stranger(call.told, call.port.endpoints if call.port else call.pods)
    if found is None:
        return
    reason = f"{found.socket.program} speaks no {found.scheme} there"
    certainty = min(call.certainty, found.certainty)
    is_plain = found.certainty < found.socket.certainty
    doubt = (
        "it may be given a certificate in a way that nothing here shows"
        if is_plain
        else "another program may listen there"
    )
    doubt = "" if certainty is Certainty.KNOWN else doubt
    place = call.told.port_place
    is_told = found.scheme == "http" and found.socket.speaks == "tls" and found.socket.program in _TELLS
    effect = Outcome.PLAIN_TO_TLS if is_told else Failure.STRANGE
    yield Fault(Kind.CALL_PROTOCOL, call.key, place, reason, effect, certainty, other=found, doubt=doubt)


def _asks_node(call: Call) -> bool:
    """Whether the name is looked up in the DNS of the node; for pods on its network another rule says so."""
    pod = call.workload.pod
    return pod.dns_policy == "Default" and not pod.host_network and not pod.has_dns_config


def _nobodys_name(call: Call, named: Named, absent: Absent) -> Iterator[Fault]:
    missing, host = named.missing, call.host
    is_absent = absent("Service", named.namespace, host.split(".")[0])
    if missing is None or (missing is Missing.NOTHING and not is_absent):
        return
    where = f"namespace `{named.namespace}`" if named.namespace else "its namespace"
    reason = {
        Missing.POD: "a pod of a StatefulSet has no name of its own without that of its Service",
        Missing.UNNAMED: "the Service has an address of its own, and gives its pods no names",
        Missing.GOVERNED: "the StatefulSet names its pods under another Service",
        Missing.NO_POD: "no pod behind the Service has this name",
        Missing.BEYOND: "the StatefulSet has no pod of this number",
        Missing.FORM: "this is no name that the cluster's DNS knows",
    }.get(missing, f"there is no Service `{host.split('.')[0]}` in {where}")
    certainty = call.told.certainty if is_absent and missing is not Missing.BEYOND else call.certainty
    doubt = "nothing shows that it is asked like this" if is_absent else _MAY_BE_MADE
    doubt = "somebody may scale it up" if missing is Missing.BEYOND else doubt
    doubt = "" if certainty is Certainty.KNOWN else doubt
    effect, case = Failure.NO_NAME, missing.value
    yield Fault(Kind.CALL_HOST, call.key, call.place, reason, effect, certainty, case, named.meant, doubt)


def _missing_port(call: Call) -> Fault:
    """A Service's address answers on its own ports only; the nodes refuse others, or drop them."""
    told, service = call.told, call.service
    assert service, "a port of nobody"
    mistaken = call.mistaken
    reason = f"Service `{service.service.meta.name}` has no port {shown(told.port)}"
    is_guess = told.is_default and not told.is_taken
    certainty = min(call.certainty, Certainty.LIKELY) if is_guess else call.certainty
    doubt = "the client may know the port by itself" if is_guess else "nothing shows that it is asked like this"
    case = mistaken[0].value if mistaken else ""
    return Fault(Kind.CALL_PORT, call.key, told.port_place, reason, Failure.REFUSED, certainty, case, mistaken, doubt)


def _unheard(call: Call) -> Fault:
    """Pods that are asked on a port of their own on which nobody listens."""
    workload = call.pods[0].workload
    reason = f"nothing in {workload.meta.kind} `{workload.meta.name}` listens on {shown(call.told.port)}"
    certainty, doubt = min(call.certainty, call.unheard), "its containers declare other ports"
    return Fault(Kind.CALL_PORT, call.key, call.told.port_place, reason, Failure.REFUSED, certainty, "pod", doubt=doubt)


def parted_fault(parted: Parted, *, rejects: bool, is_closed: bool) -> Fault:
    """Policies that keep a caller in; `rejects`: with an answer, `is_closed`: there are no others."""
    policy, caller, asked = parted.isolating[0], parted.caller.meta, parted.pod.workload.meta
    port, who, whom = shown(parted.pod.number), f"{caller.kind} `{caller.name}`", f"{asked.kind} `{asked.name}`"
    reason = f"no policy on {who} lets it send to port {port} of {whom}"
    place = parted.mistaken.origin.place("port") if parted.mistaken else policy.origin.place("podSelector")
    certainty = parted.certainty if is_closed or parted.mistaken else min(parted.certainty, Certainty.LIKELY)
    failure, doubt = Failure.REFUSED if rejects else Failure.TIMEOUT, "another policy, outside the input, may open it"
    case = "service-port" if parted.mistaken else ""
    return Fault(Kind.CALL_POLICY, parted.key, place, reason, failure, certainty, case, parted, doubt)


def _in_own_pod(call: Call) -> Iterator[Fault]:
    if call.unheard:
        reason = f"nothing in its own pod listens on {shown(call.told.port)}"
        doubt, place = "its containers declare other ports", call.told.port_place
        yield Fault(Kind.CALL_LOOPBACK, call.key, place, reason, Failure.REFUSED, call.unheard, doubt=doubt)
