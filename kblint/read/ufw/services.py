"""Names that UFW takes for ports: services of `/etc/services`, and application profiles.

The services are those a web, mail or database server opens, as Debian and Ubuntu list them; the profiles are those of
the packages `openssh-server`, `nginx-common`, `apache2`, `postfix`, `dovecot` and of `ufw` itself
(`/etc/ufw/applications.d`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class PortRule(NamedTuple):
    """Ports as UFW writes them, and their protocol: tcp, udp or any."""

    ports: str
    protocol: str


SERVICES: Mapping[str, PortRule] = {
    "amqp": PortRule("5672", "any"),
    "amqps": PortRule("5671", "tcp"),
    "bootpc": PortRule("68", "udp"),
    "bootps": PortRule("67", "udp"),
    "domain": PortRule("53", "any"),
    "domain-s": PortRule("853", "any"),
    "ftp": PortRule("21", "tcp"),
    "ftp-data": PortRule("20", "tcp"),
    "git": PortRule("9418", "tcp"),
    "http": PortRule("80", "tcp"),
    "http-alt": PortRule("8080", "any"),
    "https": PortRule("443", "any"),
    "imap2": PortRule("143", "tcp"),
    "imaps": PortRule("993", "tcp"),
    "ipp": PortRule("631", "any"),
    "kerberos": PortRule("88", "any"),
    "ldap": PortRule("389", "any"),
    "ldaps": PortRule("636", "any"),
    "mysql": PortRule("3306", "tcp"),
    "nfs": PortRule("2049", "any"),
    "ntp": PortRule("123", "udp"),
    "openvpn": PortRule("1194", "any"),
    "pop3": PortRule("110", "tcp"),
    "pop3s": PortRule("995", "tcp"),
    "postgresql": PortRule("5432", "tcp"),
    "redis": PortRule("6379", "tcp"),
    "rsync": PortRule("873", "tcp"),
    "sip": PortRule("5060", "any"),
    "smtp": PortRule("25", "tcp"),
    "snmp": PortRule("161", "any"),
    "ssh": PortRule("22", "tcp"),
    "submission": PortRule("587", "tcp"),
    "submissions": PortRule("465", "tcp"),
    "sunrpc": PortRule("111", "any"),
    "syslog": PortRule("514", "udp"),
    "telnet": PortRule("23", "tcp"),
    "tftp": PortRule("69", "udp"),
    "www": PortRule("80", "tcp"),
}
SERVICES_BY_OTHER_NAME = {"mail": "smtp", "imap": "imap2", "postgres": "postgresql"}

APPLICATIONS: Mapping[str, tuple[PortRule, ...]] = {
    "Apache": (PortRule("80", "tcp"),),
    "Apache Full": (PortRule("80,443", "tcp"),),
    "Apache Secure": (PortRule("443", "tcp"),),
    "CUPS": (PortRule("631", "any"),),
    "DNS": (PortRule("53", "any"),),
    "Dovecot IMAP": (PortRule("143", "tcp"),),
    "Dovecot POP3": (PortRule("110", "tcp"),),
    "Dovecot Secure IMAP": (PortRule("993", "tcp"),),
    "Dovecot Secure POP3": (PortRule("995", "tcp"),),
    "IMAP": (PortRule("143", "tcp"),),
    "IMAPS": (PortRule("993", "tcp"),),
    "LDAP": (PortRule("389", "any"),),
    "LDAPS": (PortRule("636", "any"),),
    "Mail submission": (PortRule("587", "tcp"),),
    "NFS": (PortRule("2049", "any"),),
    "Nginx Full": (PortRule("80,443", "tcp"),),
    "Nginx HTTP": (PortRule("80", "tcp"),),
    "Nginx HTTPS": (PortRule("443", "tcp"),),
    "Nginx QUIC": (PortRule("443", "udp"),),
    "OpenSSH": (PortRule("22", "tcp"),),
    "POP3": (PortRule("110", "tcp"),),
    "POP3S": (PortRule("995", "tcp"),),
    "Postfix": (PortRule("25", "tcp"),),
    "Postfix SMTPS": (PortRule("465", "tcp"),),
    "Postfix Submission": (PortRule("587", "tcp"),),
    "SMTP": (PortRule("25", "tcp"),),
    "SSH": (PortRule("22", "tcp"),),
    "Samba": (PortRule("137,138", "udp"), PortRule("139,445", "tcp")),
    "Telnet": (PortRule("23", "tcp"),),
    "WWW": (PortRule("80", "tcp"),),
    "WWW Cache": (PortRule("8080", "tcp"),),
    "WWW Full": (PortRule("80,443", "tcp"),),
    "WWW Secure": (PortRule("443", "tcp"),),
}


def service(name: str) -> PortRule | None:
    """The ports of a service; names are compared as written, like in `/etc/services`."""
    return SERVICES.get(SERVICES_BY_OTHER_NAME.get(name, name))


def application(name: str) -> tuple[PortRule, ...]:
    """The ports of an application profile, whatever its case; nothing for one that is not known."""
    exact = APPLICATIONS.get(name)
    if exact:
        return exact
    return next((openings for known, openings in APPLICATIONS.items() if known.lower() == name.lower()), ())
