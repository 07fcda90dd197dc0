"""The flags of `k3s server` and `k3s agent`, which are also the keys of their configuration file.

https://docs.k3s.io/cli/server , https://docs.k3s.io/cli/agent ; hidden and former flags: `pkg/cli/cmds` of
https://github.com/k3s-io/k3s
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SWITCHES = _words(
    """
    alsologtostderr cluster-init cluster-reset debug disable-agent disable-apiserver disable-cloud-controller
    disable-controller-manager disable-default-registry-endpoint disable-etcd disable-helm-controller
    disable-kube-proxy disable-network-policy disable-scheduler disable-selinux docker embedded-registry enable-pprof
    etcd-disable-snapshots etcd-expose-metrics etcd-s3 etcd-s3-insecure etcd-s3-skip-ssl-verify etcd-snapshot-compress
    flannel-external-ip flannel-ipv6-masq kine-tls no-flannel prefer-bundled-bin protect-kernel-defaults rootless
    secrets-encryption selinux supervisor-metrics tls-san-security with-node-id
    """
)
"""Flags that take no value, or one after `=` alone."""

SERVER_VALUES = _words(
    """
    advertise-address advertise-port agent-token agent-token-file bind-address cluster-cidr cluster-dns cluster-domain
    cluster-reset-restore-path datastore-cafile datastore-certfile datastore-endpoint datastore-keyfile
    datastore-max-idle-connections datastore-max-open-connections datastore-connection-max-lifetime
    default-local-storage-path disable egress-selector-mode etcd-arg etcd-s3-access-key etcd-s3-bucket
    etcd-s3-bucket-lookup-type etcd-s3-config-secret etcd-s3-endpoint etcd-s3-endpoint-ca etcd-s3-folder etcd-s3-proxy
    etcd-s3-region etcd-s3-retention etcd-s3-secret-key etcd-s3-session-token etcd-s3-timeout etcd-snapshot-dir
    etcd-snapshot-name etcd-snapshot-reconcile-interval etcd-snapshot-retention etcd-snapshot-schedule-cron
    flannel-backend helm-job-image https-listen-port kube-apiserver-arg kube-cloud-controller-arg
    kube-cloud-controller-manager-arg kube-controller-arg kube-controller-manager-arg kube-scheduler-arg no-deploy
    secrets-encryption-provider service-cidr service-node-port-range servicelb-namespace supervisor-port tls-san
    write-kubeconfig write-kubeconfig-group write-kubeconfig-mode
    """
)
SERVER_SWITCHES = SWITCHES - _words(
    """
    alsologtostderr debug disable-default-registry-endpoint disable-selinux docker enable-pprof no-flannel
    prefer-bundled-bin protect-kernel-defaults rootless selinux with-node-id
    """
)
AGENT_VALUES = _words(
    """
    airgap-extra-registry cluster-secret config container-runtime-endpoint data-dir default-runtime flannel-cni-conf
    flannel-conf flannel-iface image-credential-provider-bin-dir image-credential-provider-config
    image-service-endpoint kube-proxy-arg kubelet-arg lb-server-port log node-external-dns node-external-ip
    node-internal-dns node-ip node-label node-name node-taint nonroot-devices pause-image private-registry resolv-conf
    server snapshotter system-default-registry token token-file v vmodule vpn-auth vpn-auth-file
    """
)
"""Flags with a value that agents have; servers have them too."""

FLAGS = SWITCHES | SERVER_VALUES | AGENT_VALUES
SERVER_ONLY = SERVER_VALUES | SERVER_SWITCHES

SHORT = {
    "c": "config",
    "d": "data-dir",
    "i": "node-ip",
    "l": "log",
    "o": "write-kubeconfig",
    "s": "server",
    "t": "token",
}

COMMON_WORDS = _words(
    """
    bind-address config data-dir debug disable docker log node-ip node-label node-name private-registry rootless
    selinux server snapshotter token token-file v vmodule
    """
)
"""Keys that the configuration of many another program could hold: they alone do not tell a K3s configuration."""

COMPONENTS = frozenset(("coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik"))
"""What `disable` takes. https://docs.k3s.io/installation/packaged-components#using-the---disable-flag"""
