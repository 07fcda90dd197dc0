"""Why a name that a client asks for leads nowhere."""

from __future__ import annotations

import enum


class Missing(enum.Enum):
    """Why a name leads nowhere in the cluster; the value is the case of the fault."""

    NOTHING = ""
    SIMILAR = "similar"
    """A Service of almost that name is there."""
    ROLE = "role"
    """A chart makes a Service of that name with a role behind it, and none without."""
    ELSEWHERE = "elsewhere"
    """A Service of that name is in another namespace."""
    WORKLOAD = "workload"
    """It is the name of a workload, whose Service has another one."""
    POD = "pod"
    """It is the bare name of a pod of a StatefulSet."""
    UNNAMED = "unnamed"
    """It is a pod's name under a Service that has an address of its own, and gives pods no names."""
    GOVERNED = "governed"
    """It is a pod's name under another Service than the one that names the pods of its StatefulSet."""
    NO_POD = "no pod"
    """It is the name of a pod that no StatefulSet behind the Service makes."""
    BEYOND = "beyond"
    """It is the name of a pod that its StatefulSet would have if it had more of them."""
    FORM = "form"
    """It is a name of the cluster in a form that the cluster does not have."""
