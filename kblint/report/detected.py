"""How a profile came to be used that nobody named, in words and for programs."""

from __future__ import annotations

from kblint.detection import Detection
from kblint.report.document import Json


def detected(detection: Detection | None) -> Json | None:
    """For programs: the files that show what the profile is for, and what nothing shows; null where it was named."""
    if detection is None:
        return None
    return {"shownBy": list(detection.shown_by), "missing": list(detection.missing)}


def with_profile(profile: str, detection: Detection | None) -> str:
    """`profile hetzner-k3s (shown by main.tf and k3s.yaml)`, `profile kubernetes (nothing here shows K3s)`."""
    said = f"profile {profile}"
    if detection is None:
        return said
    if detection.shown_by:
        return f"{said} (shown by {' and '.join(detection.shown_by)})"
    return f"{said} (nothing here shows {' or '.join(detection.missing)})"
