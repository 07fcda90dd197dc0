"""What a namespace's Pod Security level refuses of the pods in it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kblint.model.meta import Text
from kblint.model.policy import Namespace
from kblint.model.workload import Container, Pod, Role, Workload
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin
from kblint.wire.faults.fault import Failure, Fault, Kind, Outcome

LEVEL = "pod-security.kubernetes.io/enforce"
_CAPABILITIES = (
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
)  # fmt: skip
"""What a container may add at level `baseline`."""
_SYSCTLS = (
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
)  # fmt: skip
"""What a pod may set at level `baseline`, in any release."""
_SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_VOLUMES = (
    "name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
    "secret",
)  # fmt: skip
"""The volumes of level `restricted`."""
_PROFILES = ("RuntimeDefault", "Localhost")


class Violation(NamedTuple):
    """What a level refuses: where it stands, or where the field is missing, and in words."""

    place: Place
    words: str


class Enforced(NamedTuple):
    """The level that a namespace enforces, with what it refuses of the pods of a workload."""

    namespace: Namespace
    level: str
    violation: Violation


def not_admitted(workload: Workload, namespace: Namespace | None) -> Iterator[Fault]:
    """A workload with pods that the namespace's Pod Security level refuses: itself, where it is a pod."""
    level: Text | None = namespace.meta.labels.get(LEVEL) if namespace else None
    if workload.meta.made is not None:
        # what a chart says of its pods' security is not known
        return
    violation = next(_violations(workload.pod, level), None) if isinstance(level, str) else None
    if namespace and isinstance(level, str) and violation:
        is_pod = workload.meta.kind == "Pod"
        reason = f"Pod Security level `{level}` refuses {'it' if is_pod else 'its pods'}"
        effect = Outcome.REJECTED if is_pod else Failure.NO_ENDPOINT
        found = Enforced(namespace, level, violation)
        yield Fault(
            Kind.POD_SECURITY, workload, violation.place, reason, effect, case="pod" if is_pod else "", other=found
        )


def _violations(pod: Pod, level: str) -> Iterator[Violation]:
    if level not in ("baseline", "restricted"):
        return
    yield from _baseline(pod)
    if level == "restricted":
        yield from _restricted(pod)


def _baseline(pod: Pod) -> Iterator[Violation]:
    for field, words in (("hostNetwork", "the host network"), ("hostPID", "`hostPID`"), ("hostIPC", "`hostIPC`")):
        if pod.origin.get(field) is True:
            yield Violation(pod.origin.place(field), words)
    for container in pod.containers:
        for port in container.ports:
            if isinstance(port.host_port, int) and port.host_port and not pod.host_network:
                yield Violation(port.origin.place("hostPort"), "host ports")
        security = container.origin.child("securityContext")
        if security.get("privileged") is True:
            yield Violation(security.place("privileged"), "privileged containers")
        added = _texts(security, "capabilities", "add")
        if any(one not in _CAPABILITIES for one in added):
            yield Violation(security.place("capabilities", "add"), "added capabilities")
        if security.get("procMount") not in (None, "", "Default"):
            yield Violation(security.place("procMount"), "`procMount`")
    for holder in _contexts(pod):
        if holder.get("seccompProfile", "type") == "Unconfined":
            yield Violation(holder.place("seccompProfile", "type"), "`Unconfined` seccomp profiles")
        if holder.get("appArmorProfile", "type") == "Unconfined":
            yield Violation(holder.place("appArmorProfile", "type"), "`Unconfined` AppArmor profiles")
        for field, allowed in (("type", _SELINUX_TYPES), ("user", ("",)), ("role", ("",))):
            written = holder.get("seLinuxOptions", field)
            if isinstance(written, str) and written not in allowed and not unknown(written):
                yield Violation(holder.place("seLinuxOptions", field), f"this SELinux {field}")
        if holder.get("windowsOptions", "hostProcess") is True:
            yield Violation(holder.place("windowsOptions", "hostProcess"), "host processes")
    for sysctl in pod.origin.child("securityContext").children("sysctls"):
        name = sysctl.get("name")
        if isinstance(name, str) and name.replace("/", ".") not in _SYSCTLS and not unknown(name):
            yield Violation(sysctl.place("name"), "other sysctls than those that are safe")
    for volume in pod.origin.children("volumes"):
        if isinstance(volume.get("hostPath"), dict):
            yield Violation(volume.key_place("hostPath"), "`hostPath` volumes")


def _restricted(pod: Pod) -> Iterator[Violation]:
    for volume in pod.origin.children("volumes"):
        odd = [key for key in volume.node if key not in _VOLUMES]
        if odd:
            yield Violation(volume.key_place(odd[0]), f"`{odd[0]}` volumes")
    whole = pod.origin.child("securityContext")
    yield from _everywhere(pod, whole, "`runAsNonRoot: true`, which is missing", _runs_as_root, "runAsNonRoot")
    yield from _everywhere(pod, whole, "`seccompProfile`, which is missing", _is_unconfined, "seccompProfile")
    for container in pod.containers:
        security = container.origin.child("securityContext")
        if container.role is Role.EPHEMERAL:
            continue
        if security.get("allowPrivilegeEscalation") is None:
            yield Violation(
                _in(container, "allowPrivilegeEscalation"), "`allowPrivilegeEscalation: false`, which is missing"
            )
        elif security.get("allowPrivilegeEscalation") is True:
            yield Violation(security.place("allowPrivilegeEscalation"), "`allowPrivilegeEscalation: true`")
        dropped = _texts(security, "capabilities", "drop")
        if "ALL" not in dropped and not any(map(unknown, dropped)):
            yield Violation(_in(container, "capabilities", "drop"), "`capabilities.drop: [ALL]`, which is missing")
        if any(one != "NET_BIND_SERVICE" for one in _texts(security, "capabilities", "add")):
            yield Violation(security.place("capabilities", "add"), "added capabilities")
    for holder in _contexts(pod):
        if holder.get("runAsUser") == 0:
            yield Violation(holder.place("runAsUser"), "`runAsUser: 0`")


def _everywhere(
    pod: Pod, whole: Origin, words: str, is_wrong: Callable[[object], bool], field: str
) -> Iterator[Violation]:
    """A field that each container has, or the pod for all of them."""
    default = whole.get(field)
    for container in pod.containers:
        own = container.origin.get("securityContext", field)
        value = default if own is None else own
        if container.role is not Role.EPHEMERAL and is_wrong(value):
            yield Violation(_in(container, field), words)


def _runs_as_root(value: object) -> bool:
    return value is None or value is False


def _is_unconfined(value: object) -> bool:
    type = value.get("type") if isinstance(value, dict) else None
    return value is None or (isinstance(type, str) and type not in _PROFILES and not unknown(type))


def _contexts(pod: Pod) -> Iterator[Origin]:
    yield pod.origin.child("securityContext")
    yield from (container.origin.child("securityContext") for container in pod.containers)


def _in(container: Container, *path: str) -> Place:
    return container.origin.place("securityContext", *path)


def _texts(origin: Origin, *path: str) -> tuple[str, ...]:
    found = origin.get(*path)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
