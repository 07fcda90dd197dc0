import csv
import io
import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import UsageError
from tests.cli.running import APP, FIXTURES, SCENARIOS, golden_name, is_golden, run

SCHEMA = json.loads(resources.files("kblint.report.ports").joinpath("ports.schema.json").read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one application, which is the working directory."""
    (tmp_path / "app.yaml").write_text(APP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ports(*words: str) -> list[tuple[str, int | None, str, str | None]]:
    """Kind, port, holder and conflict of every entry that is not reserved."""
    _, output = run("ports", "--format", "json", *words)
    return [
        (entry["kind"], entry["port"], entry["holder"], entry["conflict"] and entry["conflict"]["with"])
        for variant in json.loads(output)["variants"]
        for entry in variant["ports"]
    ]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_table_is_the_golden_one(scenario: str, monkeypatch: pytest.MonkeyPatch, update_goldens: bool) -> None:
    monkeypatch.chdir(FIXTURES / scenario)
    code, output = run("ports", ".", "--free", "3")
    assert is_golden(golden_name(scenario, "ports"), output, update=update_goldens)
    assert code == 0


def test_the_document_is_the_golden_one(monkeypatch: pytest.MonkeyPatch, update_goldens: bool) -> None:
    monkeypatch.chdir(FIXTURES / "next-apps/wrong")
    _, output = run("ports", "--format", "markdown")
    assert is_golden("next-apps-wrong.ports-markdown", output, update=update_goldens)


@pytest.mark.usefixtures("folder")
def test_every_holder_of_a_port_is_listed_with_its_file() -> None:
    assert ports() == [
        ("node port", 30000, "Service shop/web", None),
        ("host port", 8080, "DaemonSet shop/web", None),
    ]
    _, output = run("ports")
    assert "app.yaml:13" in output
    assert "app.yaml:21" in output


def test_a_node_port_that_two_services_claim_is_marked_at_both(folder: Path) -> None:
    (folder / "b.yaml").write_text(APP.replace("web", "api").replace("8080", "8081"))
    assert [entry for entry in ports() if entry[0] == "node port"] == [
        ("node port", 30000, "Service shop/api", "also claimed by Service shop/web"),
        ("node port", 30000, "Service shop/web", "also claimed by Service shop/api"),
    ]
    assert "4 ports in use, 2 claimed twice (!)." in run("ports")[1]


def test_a_host_port_that_two_workloads_claim_is_marked_at_both(folder: Path) -> None:
    (folder / "b.yaml").write_text(APP.replace("web", "api").replace("30000", "30001"))
    assert [entry for entry in ports() if entry[0] == "host port"] == [
        ("host port", 8080, "DaemonSet shop/api", "also claimed by DaemonSet shop/web"),
        ("host port", 8080, "DaemonSet shop/web", "also claimed by DaemonSet shop/api"),
    ]


def test_a_reserved_port_that_a_workload_claims_is_marked_at_both_ends(folder: Path) -> None:
    (folder / "app.yaml").write_text(APP.replace("8080", "10250"))
    assert ("host port", 10250, "DaemonSet shop/web", "reserved for the kubelet") in ports()
    reserved = json.loads(run("ports", "--format", "json")[1])["reserved"]
    assert [entry["conflict"]["with"] for entry in reserved if entry["conflict"]] == [
        "also claimed by DaemonSet shop/web"
    ]


def test_a_port_held_on_some_nodes_only_may_conflict(folder: Path) -> None:
    (folder / "app.yaml").write_text(APP.replace("8080", "6443"))
    assert "? 6443/tcp" in run("ports")[1]
    assert "1 that may meet another claim (?)" in run("ports")[1]


def test_variants_do_not_conflict(folder: Path) -> None:
    for name in ("staging", "production"):
        (folder / name).mkdir()
        (folder / name / "app.yaml").write_text(APP)
    (folder / "app.yaml").unlink()
    _, output = run("ports", "--format", "json")
    variants = json.loads(output)["variants"]
    assert [variant["name"] for variant in variants] == ["production/app.yaml", "staging/app.yaml"]
    assert {entry["conflict"] for variant in variants for entry in variant["ports"]} == {None}


def test_a_node_port_that_nobody_has_picked_is_listed_without_a_number(folder: Path) -> None:
    (folder / "app.yaml").write_text(APP.replace(", nodePort: 30000", ""))
    assert ("node port", None, "Service shop/web", None) in ports()


def test_ports_of_the_pod_network_are_nobodys_host_ports(folder: Path) -> None:
    (folder / "app.yaml").write_text(APP.replace("hostNetwork: true", "").replace(", hostPort: 8080", ""))
    assert {kind for kind, *_ in ports()} == {"node port"}


def test_a_redirect_takes_port_80_of_its_balancer(folder: Path) -> None:
    (folder / "lb.yaml").write_text("""\
name: lb
load_balancer_type: {name: lb11}
targets: []
services:
  - {protocol: https, listen_port: 443, destination_port: 30000, http: {redirect_http: true, certificates: [1]}}
  - {protocol: http, listen_port: 80, destination_port: 30000}
""")
    conflicts = [(port, conflict) for kind, port, _, conflict in ports() if kind == "load balancer"]
    assert conflicts == [
        (80, "also claimed by lb (http to node port 30000)"),
        (80, "also claimed by lb (redirect to https 443)"),
        (443, None),
    ]


def test_writing_twice_gives_the_same_bytes(folder: Path) -> None:
    assert run("ports", "app.yaml", "--write", "PORTS.md") == (0, "")
    first = (folder / "PORTS.md").read_bytes()
    run("ports", "./app.yaml", "--write", str(folder / "PORTS.md"))
    assert (folder / "PORTS.md").read_bytes() == first
    assert first.startswith(
        b"<!-- Written by kblint: do not edit, run `kblint ports app.yaml --write PORTS.md` again. -->"
    )


def test_the_written_file_stays_when_only_lines_move(folder: Path) -> None:
    run("ports", "--write", "PORTS.md")
    (folder / "app.yaml").write_text(f"# a comment\n\n{APP}")
    assert run("ports", "--verify", "PORTS.md") == (0, "")


def test_verify_prints_what_is_out_of_date(folder: Path) -> None:
    run("ports", "--write", "PORTS.md")
    (folder / "app.yaml").write_text(APP.replace("30000", "30001"))
    code, output = run("ports", "--verify", "PORTS.md")
    assert code == 1
    assert output.startswith("--- PORTS.md\n+++ PORTS.md as it should be\n")
    changed = [line for line in output.splitlines()[2:] if line.startswith(("-", "+"))]
    assert [line[:15] for line in changed] == ["-| `30000/tcp` ", "+| `30001/tcp` "]
    run("ports", "--write", "PORTS.md")
    assert run("ports", "--verify", "PORTS.md") == (0, "")


@pytest.mark.usefixtures("folder")
def test_verify_of_a_missing_file_is_no_answer() -> None:
    with pytest.raises(UsageError, match=r"`PORTS.md` does not exist") as raised:
        run("ports", "--verify", "PORTS.md")
    assert raised.value.help == "write it with `kblint ports --write PORTS.md`"


def test_a_file_that_kblint_did_not_write_is_left_alone(folder: Path) -> None:
    (folder / "PORTS.md").write_text("# our ports, by hand\n")
    with pytest.raises(UsageError, match="was not written by kblint"):
        run("ports", "--write", "PORTS.md")
    assert (folder / "PORTS.md").read_text() == "# our ports, by hand\n"


@pytest.mark.usefixtures("folder")
def test_three_jobs_are_not_done_at_once() -> None:
    with pytest.raises(UsageError, match="three different jobs"):
        run("ports", "--write", "PORTS.md", "--free", "1")


def test_free_ports_are_nobodys(folder: Path) -> None:
    (folder / "k3s.yaml").write_text("cluster-init: true\nservice-node-port-range: 30000-30005\n")
    (folder / "lb.yaml").write_text("""\
name: lb
load_balancer_type: {name: lb11}
targets: []
services: [{protocol: tcp, listen_port: 80, destination_port: 30002}]
""")
    _, output = run("ports", "--free", "100", "--format", "json")
    free = json.loads(output)["free"]
    assert free["nodePorts"] == [30001, 30003, 30004, 30005]
    assert free["hostPorts"][:3] == [8081, 8082, 8083]
    assert len(free["hostPorts"]) == 100
    assert not {8080, 8181, 8233, 8443} & set(free["hostPorts"])


def test_free_ports_begin_in_the_band_that_the_api_server_leaves_alone() -> None:
    _, output = run("ports", str(FIXTURES / "keybuzz/4-200"), "--free", "3")
    assert "Free host ports: 8081 8082 8083\nFree node ports: 30001 30002 30003\n" in output


@pytest.mark.parametrize("scenario", [*SCENARIOS, "keybuzz", "worked", "messy"])
def test_json_fits_its_schema(scenario: str) -> None:
    _, output = run("ports", str(FIXTURES / scenario), "--format", "json", "--free", "2")
    jsonschema.validate(json.loads(output), SCHEMA)


def test_every_object_of_the_schema_is_closed() -> None:
    objects = [node for node in nodes(SCHEMA) if node.get("type") == "object"]
    assert len(objects) > 5
    assert all(node["additionalProperties"] is False for node in objects)


def nodes(value: object) -> list[dict[str, object]]:
    if isinstance(value, dict):
        return [value, *(node for part in value.values() for node in nodes(part))]
    if isinstance(value, list):
        return [node for part in value for node in nodes(part)]
    return []


def test_csv_has_a_row_for_every_port() -> None:
    _, output = run("ports", str(FIXTURES / "next-apps/wrong"), "--format", "csv", "--free", "2")
    rows = list(csv.DictReader(io.StringIO(output)))
    assert len([row for row in rows if row["kind"] == "reserved"]) == 16
    assert [row["port"] for row in rows if row["kind"] == "free node port"] == ["30000", "30001"]
    first = next(row for row in rows if row["kind"] == "node port")
    assert first["holder"] == "Service superset/superset-web"
    assert (first["port"], first["line"]) == ("30040", "106")


def test_what_cannot_be_parsed_is_named(folder: Path) -> None:
    (folder / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    result = CliRunner().invoke(cli, ["ports"], standalone_mode=False)
    assert "kblint: not read (cannot be parsed, `kblint check` says why): broken.yaml" in result.stderr
    assert "broken.yaml" not in result.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two applications below `infra/`, which is the working directory."""
    (tmp_path / ".git").mkdir()
    for name, port in (("web", "30000"), ("api", "30001")):
        (tmp_path / "infra" / name).mkdir(parents=True)
        (tmp_path / "infra" / name / "app.yaml").write_text(APP.replace("web", name).replace("30000", port))
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_written_file_is_the_same_from_every_working_directory(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ports", "infra", "--write", "docs/PORTS.md")
    written = (repository / "docs/PORTS.md").read_text()
    assert "run `kblint ports infra --write docs/PORTS.md` again" in written
    assert "`infra/web/app.yaml`" in written
    for folder, words in (
        ("infra", (".", "--verify", "../docs/PORTS.md")),
        ("infra", ("--verify", "../docs/PORTS.md")),
        ("docs", ("../infra", "--verify", "PORTS.md")),
        ("infra/web", (str(repository / "infra"), "--verify", "../../docs/PORTS.md")),
    ):
        monkeypatch.chdir(repository / folder)
        assert run("ports", *words) == (0, "")


def test_the_configuration_of_the_working_directory_still_counts_and_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "infra/kblint.yaml").write_text("paths: [web]\n")
    monkeypatch.chdir(repository / "infra")
    run("ports", "--write", "PORTS.md")
    written = (repository / "infra/PORTS.md").read_text()
    assert "run `kblint ports --config infra/kblint.yaml --write infra/PORTS.md` again" in written
    assert "infra/api" not in written
    monkeypatch.chdir(repository)
    assert run("ports", "--config", "infra/kblint.yaml", "--verify", "infra/PORTS.md") == (0, "")
