"""Load balancers, firewalls, UFW, K3s and releases of charts as Ansible sets them up.

https://docs.ansible.com/ansible/latest/collections/hetzner/hcloud/index.html ,
https://docs.ansible.com/ansible/latest/collections/community/general/ufw_module.html
"""

from __future__ import annotations

from kblint.model.bundle import Declaration
from kblint.model.input_format import InputFormat
from kblint.read.ansible.hcloud import hcloud_things
from kblint.read.ansible.helm import helm_releases
from kblint.read.ansible.k3s import k3s_installs
from kblint.read.ansible.manifests import manifests
from kblint.read.ansible.tasks import MAX_TASKS, Task, plays
from kblint.read.ansible.ufw import ufw_firewall
from kblint.read.reading import Reading
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Place
from kblint.source.values import Document, PositionedList

FORMAT = InputFormat(
    "Ansible",
    "tasks of `hetzner.hcloud`, `ufw`, `kubernetes.core.helm` and `k8s`, manifests that tasks write or apply, lines of "
    "`hcloud`, `ufw`, `helm`, `kubectl` and of K3s; simple loops",
    "roles are read file by file; templates and inventories are unknown",
)

WORDS = ("hcloud_load_balancer",)
_SIGNS = ("ufw", "hcloud", "k3s", "k8s", "helm", "kubectl")


def read_document(document: Document) -> Reading | None:
    """What the tasks of a playbook or task file set up; None when they set up none of it."""
    text, span = document.source.text, document.span
    if not isinstance(document.root, PositionedList) or max(text.find(word, *span) for word in _SIGNS) < 0:
        return None
    declarations: list[Declaration] = []
    faults: list[SyntaxFault] = []
    declared: list[Task] = []
    documents: list[Document] = []
    for tasks in plays(document):
        if len(tasks) > MAX_TASKS:
            place = Place(document.source, tasks[-1].line_span)
            faults.append(not_followed(place, f"this play has more than {MAX_TASKS:,} tasks; the rest is not followed"))
        # each play is about its own hosts, but all of them about the one project at Hetzner
        declarations.extend(ufw_firewall(document.source, tasks))
        declarations.extend(k3s_installs(document.source, tasks))
        declarations.extend(helm_releases(document.source, tasks))
        documents.extend(manifests(document.source, tasks))
        declared.extend(tasks)
    declarations.extend(hcloud_things(declared))
    is_ours = declarations or faults or documents
    return Reading(tuple(declarations), tuple(faults), documents=tuple(documents)) if is_ours else None
