"""Signs that a container has to do with a port, short of proof: enough to stay silent, never enough to report."""

from __future__ import annotations

import re
from collections.abc import Callable

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Pod


def mentions(pod: Pod, container: Container, number: int, config_map: Callable[[str], ConfigMap | None]) -> bool:
    """Whether the number stands in the container's command, arguments, environment or mounted configuration."""
    pattern = re.compile(rf"(?<![\d.]){number}(?![\d.]*\d)")
    texts = [*(container.command or ()), *(container.args or ()), *(variable.value for variable in container.env)]
    if any(isinstance(text, str) and pattern.search(text) for text in texts):
        return True
    mounted = {mount.volume for mount in container.mounts}
    names = {volume.name for volume in pod.volumes if volume.kind == "configMap" and volume.volume in mounted}
    names |= {source.name for source in container.env_from if source.kind == "ConfigMap"}
    for name in sorted(filter(None, names)):
        found = config_map(name)
        if found and any(isinstance(text, str) and pattern.search(text) for text in found.data.values()):
            return True
    return False
