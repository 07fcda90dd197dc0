"""Names that UFW takes for ports: services of `/etc/services`, and application profiles.

The services are those a web, mail or database server opens, as Debian and Ubuntu list them; the profiles are those of
the packages `openssh-server`, `nginx-common`, `apache2`, `postfix`, `dovecot` and of `ufw` itself
(`/etc/ufw/applications.d`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Opening(NamedTuple):
    """Ports as UFW writes them, and their protocol: tcp, udp or any."""

    ports: str
    protocol: str


SERVICES: Mapping[str, Opening] = {
    "amqp": Opening("5672", "any"),
    "amqps": Opening("5671", "tcp"),
    "bootpc": Opening("68", "udp"),
    "bootps": Opening("67", "udp"),
    "domain": Opening("53", "any"),
    "domain-s": Opening("853", "any"),
    "ftp": Opening("21", "tcp"),
    "ftp-data": Opening("20", "tcp"),
    "git": Opening("9418", "tcp"),
    "http": Opening("80", "tcp"),
    "http-alt": Opening("8080", "any"),
    "https": Opening("443", "any"),
    "imap2": Opening("143", "tcp"),
    "imaps": Opening("993", "tcp"),
    "ipp": Opening("631", "any"),
    "kerberos": Opening("88", "any"),
    "ldap": Opening("389", "any"),
    "ldaps": Opening("636", "any"),
    "mysql": Opening("3306", "tcp"),
    "nfs": Opening("2049", "any"),
    "ntp": Opening("123", "udp"),
    "openvpn": Opening("1194", "any"),
    "pop3": Opening("110", "tcp"),
    "pop3s": Opening("995", "tcp"),
    "postgresql": Opening("5432", "tcp"),
    "redis": Opening("6379", "tcp"),
    "rsync": Opening("873", "tcp"),
    "sip": Opening("5060", "any"),
    "smtp": Opening("25", "tcp"),
    "snmp": Opening("161", "any"),
    "ssh": Opening("22", "tcp"),
    "submission": Opening("587", "tcp"),
    "submissions": Opening("465", "tcp"),
    "sunrpc": Opening("111", "any"),
    "syslog": Opening("514", "udp"),
    "telnet": Opening("23", "tcp"),
    "tftp": Opening("69", "udp"),
    "www": Opening("80", "tcp"),
}
SERVICES_BY_OTHER_NAME = {"mail": "smtp", "imap": "imap2", "postgres": "postgresql"}

APPLICATIONS: Mapping[str, tuple[Opening, ...]] = {
    "Apache": (Opening("80", "tcp"),),
    "Apache Full": (Opening("80,443", "tcp"),),
    "Apache Secure": (Opening("443", "tcp"),),
    "CUPS": (Opening("631", "any"),),
    "DNS": (Opening("53", "any"),),
    "Dovecot IMAP": (Opening("143", "tcp"),),
    "Dovecot POP3": (Opening("110", "tcp"),),
    "Dovecot Secure IMAP": (Opening("993", "tcp"),),
    "Dovecot Secure POP3": (Opening("995", "tcp"),),
    "IMAP": (Opening("143", "tcp"),),
    "IMAPS": (Opening("993", "tcp"),),
    "LDAP": (Opening("389", "any"),),
    "LDAPS": (Opening("636", "any"),),
    "Mail submission": (Opening("587", "tcp"),),
    "NFS": (Opening("2049", "any"),),
    "Nginx Full": (Opening("80,443", "tcp"),),
    "Nginx HTTP": (Opening("80", "tcp"),),
    "Nginx HTTPS": (Opening("443", "tcp"),),
    "Nginx QUIC": (Opening("443", "udp"),),
    "OpenSSH": (Opening("22", "tcp"),),
    "POP3": (Opening("110", "tcp"),),
    "POP3S": (Opening("995", "tcp"),),
    "Postfix": (Opening("25", "tcp"),),
    "Postfix SMTPS": (Opening("465", "tcp"),),
    "Postfix Submission": (Opening("587", "tcp"),),
    "SMTP": (Opening("25", "tcp"),),
    "SSH": (Opening("22", "tcp"),),
    "Samba": (Opening("137,138", "udp"), Opening("139,445", "tcp")),
    "Telnet": (Opening("23", "tcp"),),
    "WWW": (Opening("80", "tcp"),),
    "WWW Cache": (Opening("8080", "tcp"),),
    "WWW Full": (Opening("80,443", "tcp"),),
    "WWW Secure": (Opening("443", "tcp"),),
}


def service(name: str) -> Opening | None:
    """The ports of a service; names are compared as written, like in `/etc/services`."""
    return SERVICES.get(SERVICES_BY_OTHER_NAME.get(name, name))


def application(name: str) -> tuple[Opening, ...]:
    """The ports of an application profile, whatever its case; nothing for one that is not known."""
    exact = APPLICATIONS.get(name)
    if exact:
        return exact
    return next((openings for known, openings in APPLICATIONS.items() if known.lower() == name.lower()), ())
