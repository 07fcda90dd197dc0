"""Firewalls: the real UFW on the nodes, and Hetzner's in front of their public addresses.

UFW is run once for each set of rules, in a scratch namespace with its own `/etc/ufw`; the tables it wrote there are
then restored on every node. Hetzner's firewall stands before the node's address translation and sees public traffic
only; here it is a stateful chain of its own at the `public` interface (the kernel's bridges have no connection
tracking everywhere), earlier than any translation.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from tests.lab.api_server import Object
from tests.lab.network import LabError, run

_ROW = re.compile(r"(?:\[ *\d+\] *)?(.+?) {2,}(ALLOW|DENY|REJECT|LIMIT)(?: IN)? {2,}(.+?)(?: +#.*)?$")
_OWN_FOLDERS = """set -e
for kind in etc/ufw etc/default; do mount --bind {home}/$kind /$kind; done
"""
_FRESH = """set -e
mkdir -p {home}/etc
cp -a /etc/ufw /etc/default {home}/etc/
cp /usr/share/ufw/iptables/*.rules /usr/share/ufw/ufw.conf {home}/etc/ufw/
sed -i 's/^IPV6=.*/IPV6=no/; s/^IPT_SYSCTL=.*/IPT_SYSCTL=/' {home}/etc/default/ufw
"""
_ENABLE = """ip link set lo up
ufw --force enable > /dev/null
iptables-save -t filter
# the folder may be the beginning of another one
sed -i 's/^ENABLED=.*/ENABLED=no/' /etc/ufw/ufw.conf
"""


def ufw_commands(listing: list[str]) -> list[str]:
    """The `ufw` commands that make a listing, `ufw status` or `ufw show added`; none where UFW is inactive."""
    if any(line.strip() == "Status: inactive" for line in listing):
        return []
    commands = []
    for line in listing:
        row = _ROW.fullmatch(line.rstrip())
        if line.startswith("ufw "):
            # each set of rules begins with UFW as it is installed, and is switched on at its end
            commands += [line] if not line.startswith("ufw --force") else []
        elif row and "(v6)" not in line and row[2] in ("ALLOW", "DENY", "REJECT", "LIMIT"):
            commands.append(_command(row[1].strip(), row[2].lower(), row[3].strip()))
        elif line.strip() and not re.match(r"(Status|Default|Logging|New profiles|To |-- |Added|#!|set -e)", line):
            raise LabError(f"the lab cannot read the UFW line {line!r}")
    return commands


def _command(to: str, action: str, source: str) -> str:
    source = "any" if source == "Anywhere" else source
    if to == "Anywhere":
        return f"ufw {action} from {source}"
    if re.match("[A-Z]", to):
        return f"ufw {action} from {source} to any app {shlex.quote(to)}"
    port, _, protocol = to.partition("/")
    proto = f" proto {protocol}" if protocol else ""
    return f"ufw {action} from {source} to any port {port}{proto}"


class HostFirewalls:
    """Runs UFW, and remembers what it wrote: its `/etc/ufw` after each sequence of commands, and the tables."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folders: dict[tuple[str, ...], Path] = {}
        self.saved: dict[tuple[str, ...], str] = {}

    def tables(self, listing: list[str] | None) -> str:
        """UFW's filter table for a listing, as `iptables-save` prints it; empty without UFW."""
        commands = tuple(ufw_commands(listing)) if listing is not None else ()
        if not commands:
            return ""
        if commands not in self.saved:
            self.saved[commands] = _run(self._folder(commands), _ENABLE)
        return self.saved[commands]

    def _folder(self, commands: tuple[str, ...]) -> Path:
        """A folder with UFW's own files as these commands leave them: one command more than a folder made before."""
        if commands not in self.folders:
            before = self._folder(commands[:-1]) if commands else None
            home = self.home / f"ufw{len(self.folders)}"
            if before:
                shutil.copytree(before, home)
                _run(home, shlex.join(shlex.split(commands[-1])))
            else:
                run(["sh", "-c", _FRESH.format(home=shlex.quote(str(home)))])
            self.folders[commands] = home
        return self.folders[commands]


def _run(home: Path, script: str) -> str:
    """Run a script in a namespace of its own that has this folder's `etc/ufw` and `etc/default`."""
    own = _OWN_FOLDERS.format(home=shlex.quote(str(home)))
    return run(["unshare", "-n", "-m", "sh", "-c", own + script], timeout=60)


def cloud_firewall(firewalls: list[Object]) -> str:
    """Input for `nft -f` on a node: several firewalls add up, and what none of them allows is dropped."""
    reset = "table inet cloud\ndelete table inet cloud\n"
    applied = [one for one in firewalls if one.get("applied_to", True)]
    if not applied:
        return reset
    rules = [line for one in applied for rule in one["rules"] if rule["direction"] == "in" for line in _allow(rule)]
    body = "\n".join(f'iifname "public" {rule}' for rule in ["ct state established,related accept", *rules, "drop"])
    chain = f"chain prerouting {{\ntype filter hook prerouting priority -150\n{body}\n}}"
    return f"{reset}table inet cloud {{\n{chain}\n}}\n"


def _allow(rule: Object) -> list[str]:
    sources = [one for one in rule.get("source_ips", []) if ":" not in one]
    found = []
    for source in sources:
        match = "" if source == "0.0.0.0/0" else f"ip saddr {source} "
        if rule["protocol"] in ("tcp", "udp"):
            ports = "0-65535" if rule["port"] == "any" else rule["port"]
            found.append(f"{match}{rule['protocol']} dport {ports} accept")
        else:
            found.append(f"{match}meta l4proto {rule['protocol']} accept")
    return found
