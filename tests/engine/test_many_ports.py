"""A pod with more ports than are looked at: nothing is reported from those that are left out."""

from __future__ import annotations

from tests.given.manifests import container, service, stream, workload
from tests.given.runs import checked


def test_a_name_behind_many_others_is_not_called_missing() -> None:
    ports = [f"{{containerPort: {number}}}" for number in range(5000, 5150)]
    pods = workload(container(ports=f"[{', '.join(ports)}, {{name: web, containerPort: 8080}}]"))
    asked = stream(pods, service(ports="[{port: 80, targetPort: web}]"))
    assert [one.rule.id for one in checked({"all.yaml": asked}).findings] == ["DOC008"]


def test_nothing_is_said_of_a_name_that_may_be_behind_many_others() -> None:
    ports = [f"{{containerPort: {number}}}" for number in range(5000, 5150)]
    pods = workload(container(ports=f"[{', '.join(ports)}, {{name: web, containerPort: 8080}}]"))
    asked = stream(pods, service(ports="[{port: 80, targetPort: http}]"))
    messages = [one.message for one in checked({"all.yaml": asked}).findings if one.rule.id == "SVC001"]
    assert all("declares no port" not in message for message in messages)
