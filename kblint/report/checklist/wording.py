"""What every form of the checklist says in the same words."""

from __future__ import annotations

from typing import Final

from kblint.checklist import Checklist, ChecklistVariant, Line, LineState
from kblint.report.wording import plural

PLACEHOLDERS: Final = {
    "NODE_IP": "a node's address",
    "NODE_NETWORK": "the network of the nodes' own addresses, as 10.0.0.0/24",
    "POD_NETWORK": "the network that pods have addresses of",
    "POD_IP": "the address of a pod on another node",
    "CLUSTER_IP": "the address of its Service",
    "CLIENT_NETWORK": "who may ask it from outside: seldom the whole world",
    "BALANCER_IP": "the load balancer's address",
    "LOAD_BALANCER": "its name",
    "FIREWALL": "the firewall's name",
}
"""Words that stand in commands for what no file tells."""


def said_of(line: Line) -> str:
    """Why a line stands as it does, with the rules that found it."""
    rules = f" [{', '.join(line.rules)}]" if line.rules else ""
    return f"{line.detail}{rules}"


def tally(checklist: Checklist) -> str:
    """How the lines stand: `2 applications: 14 ticked, 1 crossed, 8 open`."""
    if not checklist.applications:
        return "nothing here is reached from outside the cluster"
    counts = ", ".join(f"{checklist.count(state)} {state.value}" for state in LineState)
    unlisted = " (ticked lines are not listed)" if checklist.ticked else ""
    return f"{plural(checklist.applications, 'application')}: {counts}{unlisted}"


def inside(variant: ChecklistVariant) -> str:
    """Which workloads are left out; empty where none is."""
    if not variant.inside:
        return ""
    return f"not listed, because only pods reach them: {', '.join(variant.inside)}"


def placeholders(checklist: Checklist) -> list[str]:
    """What the words in capitals stand for, of those that the commands hold."""
    used = {
        word
        for variant in checklist.variants
        for application in variant.applications
        for line in application.lines
        for said in (line.help, *(command.command for command in line.commands))
        for word in PLACEHOLDERS
        if word in said
    }
    return [f"{word}: {meaning}" for word, meaning in PLACEHOLDERS.items() if word in used]
