from __future__ import annotations

import pytest

from kblint.model.workload import VolumeClaim
from tests.given.manifests import manifest
from tests.given.readings import one


def claim(spec: str) -> VolumeClaim:
    return one(VolumeClaim, manifest("v1", "PersistentVolumeClaim", "a", spec=spec))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{accessModes: [ReadWriteOnce]}", True),
        ("{accessModes: [ReadWriteOncePod]}", True),
        ("{accessModes: [ReadWriteOnce, ReadWriteMany]}", False),
        ("{accessModes: [ReadOnlyMany]}", False),
        ("{}", False),
        ("{accessModes: '${MODES}'}", False),
    ],
)
def test_which_claims_go_to_one_node(spec: str, expected: bool) -> None:
    assert claim(spec).is_for_one_node is expected


def test_a_claim_knows_where_its_modes_stand() -> None:
    found = claim("{accessModes: [ReadWriteOnce]}")
    assert found.meta.name == "a"
    assert found.origin.place("accessModes").text == "accessModes"
