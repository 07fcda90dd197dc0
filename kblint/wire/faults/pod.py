"""What is wrong on the last stretch: between nodes, at firewalls and policies, and at the process."""

from __future__ import annotations

from kblint.model.workload import Workload
from kblint.source.values import shown
from kblint.wire.evidence import Certainty
from kblint.wire.faults.fault import Fault, Kind
from kblint.wire.faults.outcome import Failure
from kblint.wire.nodes.filtering import BlockedPort
from kblint.wire.nodes.overlay import Overlay
from kblint.wire.policies.applied import Blocked
from kblint.wire.services.ports import PodPort


def crosses_overlay(workload: Workload, overlay: Overlay, *, local_only: bool) -> bool:
    """Whether some request must cross an overlay that is broken, or of which nobody knows, to reach a pod."""
    return overlay.works is not True and not workload.pod.host_network and not local_only


def overlay_fault(workload: Workload, overlay: Overlay, *, local_only: bool) -> Fault | None:
    """A pod on the pod network, where requests come over another node and pods of two nodes do not reach each other."""
    if not crosses_overlay(workload, overlay, local_only=local_only):
        return None
    place = workload.pod.origin.place("hostNetwork")
    reason = f"{overlay.reason}, and {workload.meta.kind} `{workload.meta.name}` is on the pod network"
    certainty = Certainty.UNKNOWN if overlay.works is None else Certainty.KNOWN
    return Fault(Kind.OVERLAY, workload, place, reason, failure=Failure.TIMEOUT, certainty=certainty, other=overlay)


def cloud_firewall_fault(closed: BlockedPort) -> Fault:
    """A cloud firewall that keeps the balancer out."""
    reason = f"port {closed.port} is not open to the load balancer"
    return Fault(Kind.CLOUD_FIREWALL, closed, closed.place, reason, failure=Failure.TIMEOUT)


def host_firewall_fault(closed: BlockedPort) -> Fault:
    """A host firewall that keeps somebody out; where kube-proxy's way with packets is not known, perhaps."""
    who = " and ".join(peer.value for peer in closed.peers)
    reason = "what it filters here is not sure" if closed.is_bypassed else f"port {closed.port} is not open to {who}"
    certainty = Certainty.UNKNOWN if closed.is_bypassed else Certainty.KNOWN
    return Fault(Kind.HOST_FIREWALL, closed, closed.place, reason, failure=Failure.TIMEOUT, certainty=certainty)


def policy_fault(blocked: Blocked, *, rejects: bool) -> Fault:
    """Network policies that keep everybody out; `rejects`: with an answer."""
    policy, meta = blocked.isolating[0], blocked.pod.workload.meta
    return Fault(
        Kind.POLICY,
        blocked.pod.key,
        policy.origin.place("podSelector"),
        f"no policy on {meta.kind} `{meta.name}` opens port {shown(blocked.pod.number)}",
        failure=Failure.REFUSED if rejects else Failure.TIMEOUT,
        certainty=blocked.certainty,
        other=blocked,
    )


def process_fault(pod: PodPort) -> Fault | None:
    """A port on which no process listens, or one that only its own pod reaches."""
    if pod.answers is not False:
        return None
    if pod.loopback:
        socket = pod.loopback[0]
        reason = f"`{socket.program}` listens on `{socket.address}` only"
        return Fault(
            Kind.LOOPBACK,
            pod.key,
            socket.evidence.place,
            reason,
            failure=Failure.REFUSED,
            certainty=pod.certainty,
            other=pod,
        )
    instead = ", ".join(f"{socket.port}" for socket in pod.listens_on)
    place = pod.listens_on[0].evidence.place if pod.listens_on else None
    if place is None:
        place = pod.declared.origin.place("containerPort") if pod.declared else pod.workload.meta.origin.place("kind")
    reason = f"nothing listens there{', the process listens on ' + instead if instead else ''}"
    return Fault(Kind.LISTENING, pod.key, place, reason, failure=Failure.REFUSED, certainty=pod.certainty, other=pod)
