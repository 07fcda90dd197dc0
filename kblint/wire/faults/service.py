"""What is wrong between a Service's port and the process behind it, with all that lies between the two."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.workload import Workload
from kblint.source.values import Unknown, shown
from kblint.wire.balancers.node_ports import LocalTrafficGap
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome
from kblint.wire.faults.rejected_pods import DeclaredPort
from kblint.wire.nodes.claims import stays_on_one_node
from kblint.wire.nodes.closed_ports import BlockedPort
from kblint.wire.nodes.overlay import Overlay
from kblint.wire.policies.applied import Blocked, ShutOut
from kblint.wire.services.absence import Absent
from kblint.wire.services.controllers import app_protocol, named_app_protocol
from kblint.wire.services.ports import PodPort, WiredPort, WiredService, misfit

_MAY_BE_MADE = "pods with these labels may be made outside the input"


def service_faults(wired: WiredService, absent: Absent) -> Iterator[Fault]:
    """A selector that misses the pods it is meant for, or one whose pods surely do not exist."""
    service = wired.service
    if service.is_external_name or wired.selected or service.selector is None or wired.is_open:
        return
    is_own = not wired.endpoints and not service.is_from_chart
    is_absent = is_own and absent("Pod", service.meta.namespace, service.meta.name)
    miss, place = next(iter(wired.near), None), service.origin.place("selector")
    if miss:
        meta = miss.workload.meta
        differs = f"differs in `{miss.key}`" if miss.key is not None else f"is in namespace `{meta.namespace}`"
        reason = f"selects no pod: {meta.kind} `{meta.name}` {differs}"
    elif is_absent:
        reason = "selects no pod"
    else:
        return
    is_sure = is_absent or (miss is not None and (miss.is_typo or miss.is_meant))
    certainty, doubt = (Certainty.KNOWN, "") if is_sure else (Certainty.LIKELY, _MAY_BE_MADE)
    yield Fault(Kind.SELECTION, service, place, reason, Failure.NO_ENDPOINT, certainty, other=miss, doubt=doubt)


def port_faults(wired: WiredService, port: WiredPort) -> Iterator[Fault]:
    """What keeps a port of a Service from having endpoints."""
    declared, target = port.port, port.port.target_port
    unfit = misfit(wired, port)
    if unfit and not unfit.is_overwritten:
        reason = f"the endpoints in {unfit.endpoints.meta} do not serve it"
        yield Fault(Kind.ENDPOINTS, declared, unfit.place, reason, Failure.NO_ENDPOINT, other=unfit)
    if isinstance(target, Unknown) or not port.endpoints:
        return
    is_unresolved = all(pod.number is None for pod in port.endpoints)
    is_closed = all(pod.answers is False and pod.certainty is Certainty.KNOWN for pod in port.endpoints)
    clash = protocol_clash(port) if is_unresolved or is_closed else None
    if clash:
        reason = f"targetPort `{target}` is {declared.protocol}, but {clash.port.protocol} in the container behind it"
        place, kind = declared.origin.place("protocol"), Kind.PROTOCOL
    elif is_unresolved:
        reason = f"targetPort `{target}` is declared by no container behind it"
        place, kind = declared.origin.place("targetPort"), Kind.TARGET_PORT
    else:
        return
    doubt = "a namespace is written on one side only"
    yield Fault(kind, declared, place, reason, Failure.NO_ENDPOINT, port.certainty, other=clash, doubt=doubt)


def protocol_clash(port: WiredPort) -> DeclaredPort | None:
    """A container port behind a Service's port that has another protocol, where none has the right one."""
    if any(pod.declared or pod.answers for pod in port.endpoints):
        return None
    for pod in port.endpoints:
        for declared, container in pod.workload.pod.ports_named(pod.requested):
            if declared.protocol != port.port.protocol:
                return DeclaredPort(container, declared, pod.workload)
    return None


def named_twice(port: WiredPort) -> DeclaredPort | None:
    """A port of the pods with the name that is asked for, but another number, in a container behind the one taken.

    The first container that declares the name is asked:
    https://github.com/kubernetes/kubernetes/blob/master/pkg/api/v1/pod/util.go
    """
    for pod in port.endpoints if isinstance(port.port.target_port, str) else ():
        for declared, container in pod.workload.pod.ports_named(pod.requested):
            is_same = pod.declared is None or declared.container_port == pod.declared.container_port
            if not is_same and declared.protocol == port.port.protocol:
                return DeclaredPort(container, declared, pod.workload)
    return None


def udp_fault(port: WiredPort, *, is_sure: bool) -> Fault | None:
    """A UDP port where HTTP or TCP comes in; `is_sure`: who asks wants a TCP port."""
    if port.port.protocol != "UDP":
        return None
    place = port.port.origin.place("protocol")
    certainty = Certainty.KNOWN if is_sure else Certainty.UNKNOWN
    return Fault(Kind.PROTOCOL, port.port, place, "this port is UDP", Failure.NO_ENDPOINT, certainty, case="udp")


def local_traffic_fault(wired: WiredService, gap: LocalTrafficGap | None) -> Fault:
    """Nodes without a pod of a Service whose node ports stay on their node; a `gap` where such nodes get requests."""
    place = wired.service.origin.place("externalTrafficPolicy")
    reason = "nodes without a pod of it drop the request (`externalTrafficPolicy: Local`)"
    certainty = Certainty.LIKELY if gap else Certainty.UNKNOWN
    doubt = "nodes with a pod of it answer"
    return Fault(Kind.LOCAL_TRAFFIC, wired.service, place, reason, Failure.TIMEOUT, certainty, other=gap, doubt=doubt)


def node_port_protocol_fault(port: WiredPort) -> Fault | None:
    """A node port that is called plain HTTP where TLS is spoken."""
    spoken = app_protocol(port, None)
    if named_app_protocol(port) != "http" or spoken.role != "tls" or spoken.certainty is not Certainty.KNOWN:
        return None
    if port.port.app_protocol is not None:
        # whoever wrote that knows what is spoken, whatever the port is called
        return None
    place = spoken.evidence.place if spoken.evidence else port.port.origin.place("name")
    # the name alone says so: whoever asks may speak TLS all the same
    reason, doubt = "plain HTTP is sent to it", "only the name of the port says that it is"
    kind, likely = Kind.BACKEND_PROTOCOL, Certainty.LIKELY
    return Fault(kind, port.port, place, reason, Outcome.PLAIN_TO_TLS, likely, "tls", spoken, doubt)


def crosses_overlay(workload: Workload, overlay: Overlay, *, local_only: bool) -> bool:
    """Whether some request must cross an overlay that is broken, or of which nobody knows, to reach a pod."""
    return overlay.works is not True and not workload.pod.host_network and not local_only


def overlay_fault(
    workload: Workload,
    overlay: Overlay,
    *,
    local_only: bool,
    is_checked: bool = False,
    is_asked_there: bool = False,
    caller: Workload | None = None,
) -> Fault | None:
    """A pod on the pod network, where requests come over another node and pods of two nodes do not reach each other.

    `is_checked`: a balancer asks every node first. Where all pods are on one node, the others fail the check, and every
    request arrives: a risk, and no outage, for sure where it `is_asked_there`, at the port that requests go to.
    `caller`: whose pods ask; where these are on one node, it may be the same.
    """
    if not crosses_overlay(workload, overlay, local_only=local_only):
        return None
    if is_asked_there and stays_on_one_node(workload):
        return None
    place = workload.pod.origin.place("hostNetwork")
    reason = f"{overlay.reason}, and {workload.meta.kind} `{workload.meta.name}` is on the pod network"
    is_left_out = is_checked and stays_on_one_node(workload)
    if is_left_out:
        reason += "; the health check leaves out all nodes but that of its pod"
    may_meet = caller is not None and stays_on_one_node(caller) and stays_on_one_node(workload)
    if may_meet:
        reason += "; it may be on the node of its caller"
    certainty = Certainty.UNKNOWN if overlay.works is None or is_left_out or may_meet else Certainty.KNOWN
    return Fault(Kind.OVERLAY, workload, place, reason, Failure.TIMEOUT, certainty, other=overlay)


def cloud_firewall_fault(closed: BlockedPort) -> Fault:
    """A cloud firewall that keeps the balancer out, or everybody."""
    ports, who = closed.picked_from, " and ".join(peer.value for peer in closed.peers)
    asked = f"none of the node ports {ports.first}-{ports.last} is" if ports else f"port {closed.port} is not"
    reason = f"{asked} open to {who}"
    return Fault(Kind.CLOUD_FIREWALL, closed, closed.place, reason, Failure.TIMEOUT)


def host_firewall_fault(closed: BlockedPort) -> Fault:
    """A host firewall that keeps somebody out; where kube-proxy's way with packets is not known, perhaps."""
    who = " and ".join(peer.value for peer in closed.peers)
    reason = "what it filters here is not sure" if closed.is_bypassed else f"port {closed.port} is not open to {who}"
    certainty = Certainty.KNOWN if closed.is_proved else Certainty.LIKELY
    certainty = Certainty.UNKNOWN if closed.is_bypassed else certainty
    failure = Failure.REFUSED if closed.is_rejected else Failure.TIMEOUT
    doubt = "this may not be all that is set in UFW"
    if closed.inside:
        certainty, doubt = min(certainty, Certainty.LIKELY), "what belongs inside is rightly closed to the Internet"
    return Fault(Kind.HOST_FIREWALL, closed, closed.place, reason, failure, certainty, doubt=doubt)


def policy_fault(blocked: Blocked, *, rejects: bool, is_closed: bool) -> Fault:
    """Network policies that keep everybody out; `rejects`: with an answer, `is_closed`: no others open it."""
    policy, meta = blocked.isolating[0], blocked.pod.workload.meta
    place, failure = policy.origin.place("podSelector"), Failure.REFUSED if rejects else Failure.TIMEOUT
    reason = f"no policy on {meta.kind} `{meta.name}` opens port {shown(blocked.pod.number)}"
    certainty = blocked.certainty if is_closed else min(blocked.certainty, Certainty.LIKELY)
    doubt = "another policy, outside the input, may open it"
    return Fault(Kind.POLICY, blocked.pod.key, place, reason, failure, certainty, other=blocked, doubt=doubt)


def caller_fault(shut_out: ShutOut, pod: PodPort, who: str, *, rejects: bool, is_closed: bool) -> Fault:
    """Network policies that let others in, and not `who` asks here."""
    policy, meta = shut_out.isolating[0], pod.workload.meta
    place, failure = policy.origin.place("podSelector"), Failure.REFUSED if rejects else Failure.TIMEOUT
    is_sure = shut_out.certainty is not Certainty.UNKNOWN
    reason = f"does not let {who} in" if is_sure else f"whether it lets {who} in cannot be told"
    certainty = shut_out.certainty if is_closed else min(shut_out.certainty, Certainty.LIKELY)
    shown = tuple(Evidence(one.origin.place("podSelector"), "isolates these pods") for one in shut_out.isolating[:3])
    owner = f"{meta.kind} `{meta.name}`"
    found = Conflict(
        "caller", policy.meta, place, policy.meta.name, owner, who, certainty=certainty, shown=shown, things=(pod.key,)
    )
    doubt = "another policy, outside the input, may let it in"
    return Fault(Kind.CALLER, pod.key, place, reason, failure, certainty, other=found, doubt=doubt)


def process_fault(pod: PodPort) -> Fault | None:
    """A port on which no process listens, or one that only its own pod reaches."""
    if pod.answers is not False:
        return None
    if pod.loopback:
        socket = pod.loopback[0]
        kind, place = Kind.LOOPBACK, socket.evidence.place
        reason = f"`{socket.program}` listens on `{socket.address}` only"
    elif pod.unheard:
        kind, place = Kind.IPV6_ONLY, pod.unheard[0].evidence.place
        reason = f"`{pod.unheard[0].program}` listens for IPv6 only"
    else:
        kind, reason = Kind.LISTENING, "nothing listens there"
        place = pod.declared.origin.place("containerPort") if pod.declared else pod.workload.meta.origin.place("kind")
        if pod.listens_on:
            place = pod.listens_on[0].evidence.place
            reason += f", the process listens on {', '.join(str(socket.port) for socket in pod.listens_on)}"
    doubt = "what listens is told by the image's defaults, or by a convention"
    doubt = "the pods may have IPv6 addresses" if pod.unheard else doubt
    return Fault(kind, pod.key, place, reason, Failure.REFUSED, pod.certainty, other=pod, doubt=doubt)
