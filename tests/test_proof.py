"""Fixes are tried: what mends is kept, what breaks something else is not, and the finding is told without it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

import kblint.proof
from kblint.engine.rule import Example, Rule
from kblint.finding import Finding, Severity
from kblint.fix import Applicability
from kblint.proof import Bench, Mended, State, objection
from kblint.run import check_and_wire
from kblint.suppressions.choice import Choice
from kblint.wire.faults.fault import Outcome
from tests.given.hetzner import balancer, check, listener
from tests.given.manifests import container, host, ingress, nginx, nginx_service, policy, service, stream, workload
from tests.given.mended import TAKEN, loaded, mended, texts
from tests.given.runs import catalog, checked, configured
from tests.report.samples import result, unjudged

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{index}")
    for rule in catalog().rules.values()
    for index, example in enumerate(rule.examples)
    if example.is_bad
]


def typo(name: str) -> str:
    """A Deployment that the API refuses, with a fix that is good."""
    return workload(name=name).replace("spec:", 'spec:\n  replicas: "1"', 1)


def refused(found: Mended) -> list[tuple[str, str]]:
    return [(one.finding.rule.id, one.reason) for one in found.refused]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_what_a_rule_offers_in_its_example_mends_it_and_makes_nothing_worse(rule: Rule, example: Example) -> None:
    config = configured(json.dumps({"profile": example.profile, **example.config}))
    found = checked(example.files, config)
    offered = [one for one in found.findings if one.fix and one.fix.applicability is not Applicability.MANUAL]
    done = mended(example.files, config)
    assert refused(done) == []
    assert bool(done.fixes) == bool(offered)
    after = texts(example.files, done)
    ids = Counter(one.rule.id for one in checked(after, config).findings)
    for id, number in Counter(one.rule.id for one in offered).items():
        assert ids[id] <= sum(one.rule.id == id for one in found.findings) - number, rule.id
    before = Bench(catalog()).state(loaded(example.files), config)
    mended_state = Bench(catalog()).state(loaded(after), config)
    assert objection(before, mended_state, ()) is None
    assert mended(after, config).texts == {}, "a fix is made once"


def test_a_fix_that_takes_another_ones_port_is_refused() -> None:
    found = mended(TAKEN)
    assert refused(found) == [("POD001", "error NODE001 would be found, on DaemonSet shop/b")]
    assert found.texts == {}
    assert [(one.rule.id, one.fix) for one in found.result.findings] == [("POD001", None)]
    assert "write `hostPort: 3100`" in (found.result.findings[0].help or "")


def test_so_many_trials_are_made_and_no_more() -> None:
    """Each is a whole run: of many fixes that do not stand theirs, the others are told as untried."""
    files = {
        path: text.replace("310", f"31{i:02}").replace("shop", f"shop{i}")
        for i in range(1, 40)
        for path, text in ((f"{i}/{path}", text + "#" * 20_000) for path, text in TAKEN.items())
    }
    found = mended(files)
    reasons = Counter(one.reason.startswith("it was not tried") for one in found.refused)
    assert reasons[True] > 20
    assert reasons[False] < kblint.proof.MOST_TRIALS
    assert found.texts == {}


def test_a_journey_that_would_get_worse_is_enough_where_no_rule_speaks_of_it() -> None:
    found = mended(TAKEN, replace(configured(), command=Choice(select=("POD001",))))
    assert refused(found) == [("POD001", "`http://<node>:30002` would end in: pod pending")]


def test_a_fix_that_opens_the_door_to_the_next_fault_only_is_refused() -> None:
    serves = """[sh, -c, "echo 'server { listen 8080; }' > /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'"]"""
    web = workload(container("nginx", image="nginx:1.27", command=serves, ports="[{containerPort: 8080}]"))
    closed = policy(podSelector="{}", ingress="[{ports: [{port: 80}]}]")
    (only,) = mended({"a.yaml": stream(web, service(ports="[{port: 80, targetPort: 80}]"), closed)}).refused
    assert only.finding.rule.id == "PROC001"
    assert only.reason == "error NET003 would be found, on Service shop/web"


def test_good_fixes_are_applied_beside_one_that_is_refused() -> None:
    files = {**TAKEN, **{f"{name}.yaml": typo(name) for name in ("c", "d", "e", "f", "g")}}
    found = mended(files, unsafe=False)
    assert found.fixes == 5
    assert sorted(found.texts) == [f"{name}.yaml" for name in ("c", "d", "e", "f", "g")]
    assert [id for id, _ in refused(found)] == ["POD001"]


def count_of_trials(monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str]) -> int:
    count = 0

    def counted(*given: object) -> object:
        nonlocal count
        count += 1
        return check_and_wire(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(kblint.proof, "check_and_wire", counted)
    mended(files)
    return count


def test_many_good_fixes_cost_one_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}.yaml": typo(f"web-{number}") for number in range(20)}
    assert count_of_trials(monkeypatch, files) == 2, "what is there, and all of them together"


def test_one_bad_fix_among_many_costs_few_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**TAKEN, **{f"{number}.yaml": typo(f"web-{number}") for number in range(31)}}
    assert count_of_trials(monkeypatch, files) <= 2 + 2 * 5 + 1


def test_a_suppression_that_a_fix_makes_needless_is_no_reason_against_it() -> None:
    written = typo("web").replace('replicas: "1"', 'replicas: "1"\n  paused: "true" # kblint: ignore[DOC003] known')
    found = mended({"a.yaml": written})
    assert refused(found) == []


@pytest.mark.parametrize(
    ("before", "after", "is_good"),
    [
        ((Outcome.UNAVAILABLE,), (Outcome.OK,), True),
        ((Outcome.UNAVAILABLE,), (Outcome.TIMEOUT,), True),
        ((Outcome.UNAVAILABLE,), (), True),
        ((Outcome.UNAVAILABLE,), (Outcome.UNKNOWN,), True),
        ((Outcome.UNKNOWN,), (Outcome.OK,), True),
        ((Outcome.OK, Outcome.TIMEOUT), (Outcome.TIMEOUT, Outcome.OK), True),
        ((Outcome.OK,), (Outcome.UNKNOWN,), False),
        ((Outcome.OK,), (Outcome.TIMEOUT,), False),
        ((Outcome.OK,), (), False),
        ((Outcome.UNKNOWN,), (Outcome.TIMEOUT,), False),
        ((Outcome.OK, Outcome.TIMEOUT), (Outcome.TIMEOUT, Outcome.TIMEOUT), False),
    ],
)
def test_no_way_may_get_worse(before: tuple[Outcome, ...], after: tuple[Outcome, ...], *, is_good: bool) -> None:
    nothing = checked({})
    states = [State(loaded({}), configured(), nothing, {"https://a.example/": ends}) for ends in (before, after)]
    assert (objection(states[0], states[1], ()) is None) == is_good


def test_a_warning_that_would_become_an_error_is_worse() -> None:
    (found,) = checked({"a.yaml": typo("web")}).findings

    def state(severity: Severity) -> State:
        only: Finding = replace(found, severity=severity)
        return State(loaded({}), configured(), replace(checked({}), findings=(only,)), {})

    assert objection(state(Severity.WARNING), state(Severity.ERROR), ()) is not None
    assert objection(state(Severity.ERROR), state(Severity.WARNING), ()) is None


NGINX = stream(nginx_service(), nginx(), ingress(host(), ingressClassName="nginx"))


@pytest.mark.parametrize("form", ["hcloud", "terraform"])
def test_the_destination_and_the_port_of_its_check_are_one_fix(form: str) -> None:
    written = balancer(
        listener("http", 80, 31695, health_check=check("tcp", 31695)),
        listener("https", 443, 32443, health_check=check("tcp", 32443)),
    )
    files = {"lb.yaml": written} if form == "hcloud" else {"lb.tf": TERRAFORM}
    found = mended({**files, "nginx.yaml": NGINX}, unsafe=False)
    assert (found.fixes, refused(found)) == (1, [])
    ((path, (before, after)),) = found.texts.items()
    assert path == next(iter(files))
    assert "32443" not in after
    assert after == before.replace("32443", "31695")


def test_a_check_of_another_port_keeps_it() -> None:
    written = balancer(
        listener("http", 80, 31695, health_check=check("tcp", 31695)),
        listener("https", 443, 32443, health_check=check("tcp", 10256)),
    )
    found = mended({"lb.yaml": written, "nginx.yaml": NGINX}, unsafe=False)
    assert found.texts["lb.yaml"][1] == written.replace("32443", "31695")


def test_a_destination_is_left_alone_where_the_port_of_its_check_cannot_be_changed() -> None:
    terraform = "locals {\n  port = 32443\n}\n" + TERRAFORM.replace("port     = 32443", "port = local.port")
    files = {"lb.tf": terraform, "nginx.yaml": NGINX}
    assert [one.rule.id for one in checked(files).findings] == ["LB002"]
    assert mended(files).texts == {}


TERRAFORM = """
resource "hcloud_load_balancer" "lb" {
  name               = "lb1"
  load_balancer_type = "lb11"
  location           = "fsn1"
}

resource "hcloud_load_balancer_service" "https" {
  load_balancer_id = hcloud_load_balancer.lb.id
  protocol         = "https"
  listen_port      = 443
  destination_port = 32443
  http {
    certificates = [1]
  }
  health_check {
    protocol = "tcp"
    port     = 32443
    interval = 15
    timeout  = 10
  }
}
"""


def test_a_fix_after_which_a_rule_can_be_evaluated_no_more_is_refused() -> None:
    files, config = loaded({}), configured()
    before, after = (State(files, config, result(unjudged=failures), {}) for failures in ((), (unjudged(),)))
    assert objection(before, after, ()) == (
        "SVC017 could not be evaluated on Service ingress-nginx/ingress-nginx-controller any more"
    )
    assert objection(after, after, ()) is None, "it was so before"
