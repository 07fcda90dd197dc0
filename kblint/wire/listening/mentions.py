"""Signs that a container has to do with a port, short of proof: enough to stay silent, never enough to report."""

from __future__ import annotations

import re

from kblint.model.workload import Container, Pod
from kblint.wire.listening.files import config_maps
from kblint.wire.listening.variables import FindConfigMap


def mentions(pod: Pod, container: Container, number: int, config_map: FindConfigMap) -> bool:
    """Whether the number stands in the container's command, arguments, environment or mounted configuration."""
    pattern = re.compile(rf"(?<![\d.]){number}(?![\d.]*\d)")
    texts = [*(container.command or ()), *(container.args or ()), *(variable.value for variable in container.env)]
    if any(isinstance(text, str) and pattern.search(text) for text in texts):
        return True
    found = [config_map(source.name) for source in container.env_from if source.kind == "ConfigMap" and source.name]
    found += [one for _, one in config_maps(pod, container, config_map)]
    return any(isinstance(text, str) and pattern.search(text) for one in found if one for text in one.data.values())
