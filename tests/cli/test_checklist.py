import json
import shlex
import subprocess
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from kblint.checklist import Application, Checklist, ChecklistVariant, Line, LineState, open_only
from kblint.cli.main import cli
from kblint.finding import ObjectRef
from tests.cli.running import APP, FIXTURES, NEVER, SCENARIOS, golden_name, is_golden, run
from tests.given.manifests import NGINX_LABELS, host, ingress, nginx_service, stream

SCHEMA = json.loads(resources.files("kblint.report.checklist").joinpath("checklist.schema.json").read_text("utf-8"))
CONTROLLER = nginx_service(labels=NGINX_LABELS, ports="[{name: http, port: 80, targetPort: http, nodePort: 31695}]")


def route(name: str, path: str) -> str:
    """An Ingress that leads a host's path to the application."""
    return ingress(host(name, path), ingressClassName="nginx")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one application, which is the working directory."""
    (tmp_path / "app.yaml").write_text(APP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(*words: str) -> dict[str, dict[str, dict[str, object]]]:
    """The lines of every application, by its name and their id."""
    _, output = run("checklist", "--format", "json", *words)
    document = json.loads(output)
    jsonschema.validate(document, SCHEMA)
    return {
        application["object"]["name"]: {line["id"]: line for line in application["lines"]}
        for variant in document["variants"]
        for application in variant["applications"]
    }


def crossed(scenario: str) -> set[tuple[str, str, str]]:
    return {
        (name, id, " ".join(map(str, line["rules"])))  # type: ignore[call-overload]
        for name, application in lines(str(FIXTURES / scenario)).items()
        for id, line in application.items()
        if line["state"] == "crossed"
    }


def commands(line: dict[str, object]) -> list[str]:
    return [command["command"] for command in line["commands"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_list_is_the_golden_one(scenario: str, monkeypatch: pytest.MonkeyPatch, update_goldens: bool) -> None:
    monkeypatch.chdir(FIXTURES / scenario)
    code, output = run("checklist")
    assert is_golden(golden_name(scenario, "checklist"), output, update=update_goldens)
    assert code == int(scenario in ("keybuzz/3-503-target-port", "next-apps/wrong"))


def test_the_task_list_is_the_golden_one(monkeypatch: pytest.MonkeyPatch, update_goldens: bool) -> None:
    monkeypatch.chdir(FIXTURES / "keybuzz/3-503-target-port")
    _, output = run("checklist", "--format", "markdown")
    assert is_golden("keybuzz-3-503-target-port.checklist-markdown", output, update=update_goldens)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "keybuzz/1-504-overlay",
            {("keybuzz-api", "every-node", "POD002"), ("keybuzz-front", "every-node", "POD002")},
        ),
        (
            "keybuzz/2-503-balancer-port",
            {
                ("ingress-nginx-controller", "balancer", "LB002"),
                ("keybuzz-api", "balancer", "LB002"),
                ("keybuzz-front", "balancer", "LB002"),
            },
        ),
        ("keybuzz/3-503-target-port", {("keybuzz-api", "service", "PROC001")}),
        ("keybuzz/4-200", set()),
        ("next-apps/right", set()),
        (
            "next-apps/wrong",
            {
                ("chatwoot-web", "host-ports", "POD001"),
                ("chatwoot-web", "unique", "SVC007"),
                ("n8n", "listening", "POD015"),
                ("n8n", "unique", "SVC007"),
                ("superset", "listening", "PROC001"),
            },
        ),
        ("worked", set()),
    ],
)
def test_each_mistake_crosses_its_own_line(scenario: str, expected: set[tuple[str, str, str]]) -> None:
    assert crossed(scenario) == expected


@pytest.mark.parametrize("scenario", [*SCENARIOS, "keybuzz", "worked", "messy"])
def test_what_is_open_has_a_command_and_what_is_crossed_has_a_reason(scenario: str) -> None:
    for application in lines(str(FIXTURES / scenario)).values():
        for line in application.values():
            assert line["detail"]
            assert line["commands"] or line["help"] or line["state"] != "open", line
            assert line["evidence"] or line["state"] != "crossed", line


def test_the_test_from_a_node_comes_before_that_from_the_internet() -> None:
    web = lines(str(FIXTURES / "keybuzz/4-200"))["keybuzz-front"]
    assert list(web)[-2:] == ["test-node", "test-internet"]
    assert commands(web["test-node"]) == [
        r"curl -sS -o /dev/null -w '%{http_code}\n' http://127.0.0.1:3000/healthz",
        r"curl -sS -o /dev/null -w '%{http_code}\n' http://127.0.0.1:30000/healthz",
        r"curl -sS -o /dev/null -w '%{http_code}\n' -H 'Host: platform.keybuzz.io' http://127.0.0.1:31695/",
    ]
    assert commands(web["test-internet"]) == [
        r"curl -sS -o /dev/null -w '%{http_code}\n' http://platform.keybuzz.io/",
        r"curl -sS -o /dev/null -w '%{http_code}\n' https://platform.keybuzz.io/",
    ]


def test_ufw_is_asked_for_the_port_after_translation() -> None:
    found = lines(str(FIXTURES / "keybuzz/4-200"))
    assert commands(found["keybuzz-api"]["host-firewall"]) == [
        "sudo ufw status verbose",
        "sudo ufw allow from NODE_NETWORK to any port 8080 proto tcp",
    ]
    assert commands(found["ingress-nginx-controller"]["host-firewall"])[1:] == [
        "sudo ufw allow from 10.0.0.2 to any port 80 proto tcp"
    ]


@pytest.mark.usefixtures("folder")
def test_an_application_without_routes_is_asked_on_its_ports_only() -> None:
    web = lines()["web"]
    assert "route" not in web
    assert [command.split()[-1] for command in commands(web["test-node"])] == [
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:30000/",
    ]
    assert commands(web["host-firewall"])[1:] == [
        "sudo ufw allow from CLIENT_NETWORK to any port 8080 proto tcp",
        "sudo ufw allow from NODE_NETWORK to any port 8080 proto tcp",
    ]


def test_only_pods_reach_a_cluster_ip(folder: Path) -> None:
    text = APP.replace("hostNetwork: true", "").replace(", hostPort: 8080", "")
    (folder / "app.yaml").write_text(text.replace("type: NodePort", "type: ClusterIP").replace(", nodePort: 30000", ""))
    _, output = run("checklist")
    left_out = "not listed, because only pods reach them: DaemonSet shop/web"
    assert output == f"{left_out}\n\nnothing here is reached from outside the cluster.\n"


def test_what_does_not_speak_http_is_asked_for_a_connection(folder: Path) -> None:
    text = APP.replace("name: http, ", "").replace("registry.example.com/web:1", "postgres:16")
    (folder / "app.yaml").write_text(text)
    assert commands(lines()["web"]["test-node"]) == [
        "nc -z -v -w 3 127.0.0.1 8080",
        "nc -z -v -w 3 127.0.0.1 30000",
    ]


@pytest.mark.parametrize(
    ("name", "path", "words"),
    [
        ("shop.example", "/", ["-H", "Host: shop.example", "http://127.0.0.1:31695/"]),
        ("'*.shop.example'", "/", ["-H", "Host: www.shop.example", "http://127.0.0.1:31695/"]),
        ("shop.example", "'/api(/|$)(.*)'", ["-H", "Host: shop.example", "http://127.0.0.1:31695/api"]),
        ("shop.example", "'/a b;reboot'", ["-H", "Host: shop.example", "http://127.0.0.1:31695/a"]),
        ("shop.example", '"/$(reboot)`reboot`"', ["-H", "Host: shop.example", "http://127.0.0.1:31695/"]),
    ],
)
def test_a_request_through_the_ingress_asks_for_host_and_path(
    folder: Path, name: str, path: str, words: list[str]
) -> None:
    (folder / "app.yaml").write_text(stream(APP, route(name, path), CONTROLLER))
    through = [command for command in commands(lines()["web"]["test-node"]) if " -H " in command]
    assert [shlex.split(command)[-3:] for command in through] == [words]


HOSTILE = "a'b $(touch pwned) `touch pwned` ; touch pwned # -rf \\u001b[31m --all"


def test_no_name_can_do_anything_in_a_shell(folder: Path) -> None:
    text = APP.replace("name: web, namespace: shop", f'name: "{HOSTILE}", namespace: "{HOSTILE}"')
    text = text.replace("app: web", f'app: "{HOSTILE}"').replace(", nodePort: 30000", "")
    text = stream(text, route(f'"{HOSTILE}"', f'"/{HOSTILE}"'))
    (folder / "app.yaml").write_text(text.replace("name: web, namespace: shop", f'name: w, namespace: "{HOSTILE}"'))
    found = [command for application in lines().values() for line in application.values() for command in commands(line)]
    assert any("touch" in command for command in found)
    for command in found:
        name = command.split()[0]
        script = f"{name}() {{ printf '%s\\n' \"$#\"; }}\n{command}\n"
        done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == (f"{len(shlex.split(command)) - 1}\n", "")
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize("format_name", ["text", "markdown", "json"])
def test_no_name_reaches_the_terminal_or_becomes_markup(folder: Path, format_name: str) -> None:
    name = '"a\\u001b]0;x\\u0007 ```\\n::error::x ##[error] <script> | [x](y) \\u202e"'
    (folder / "app.yaml").write_text(APP.replace("name: web,", f"name: {name},"))
    _, output = run("checklist", "--format", format_name)
    assert all(line.isprintable() for line in output.splitlines())
    assert not any(line.lstrip().startswith("::") for line in output.splitlines())
    assert "##[" not in output
    if format_name == "markdown":
        html = str(MarkdownIt("commonmark").render(output))
        assert "<script" not in html
        assert "href" not in html


def test_a_line_that_a_rule_could_not_judge_is_not_ticked(folder: Path) -> None:
    words = ["checklist", "app.yaml", "--format", "json"]
    (folder / "rules").mkdir()
    (folder / "rules" / "never.yaml").write_text(NEVER, encoding="utf-8")
    before, after = (
        {
            line["id"]: line
            for line in json.loads(CliRunner().invoke(cli, given).stdout)["variants"][0]["applications"][0]["lines"]
        }
        for given in (words, [*words, "--rules", "rules"])
    )
    assert before["service"]["state"] == "ticked"
    assert (after["service"]["state"], after["service"]["rules"]) == ("open", ["SVC090"])
    assert "could not be evaluated" in after["service"]["detail"]
    assert {id: line["state"] for id, line in after.items() if id != "service"} == {
        id: line["state"] for id, line in before.items() if id != "service"
    }


def test_only_what_is_left_to_do_is_listed_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "next-apps/wrong")
    whole, left = (json.loads(run("checklist", *words, "-f", "json")[1]) for words in ((), ("--open",)))
    assert left["summary"] == whole["summary"]
    assert left["summary"]["ticked"] > 0
    todo = [
        (one["object"], [line for line in one["lines"] if line["state"] != "ticked"])
        for one in whole["variants"][0]["applications"]
    ]
    assert [(one["object"], one["lines"]) for one in left["variants"][0]["applications"]] == [
        (about, lines) for about, lines in todo if lines
    ]
    code, text = run("checklist", "--open")
    assert code == run("checklist")[0] == 1
    assert "[x]" not in text
    assert text.endswith("open (ticked lines are not listed).\n")


def test_an_application_of_which_all_is_ticked_is_counted_and_not_listed() -> None:
    ticked, crossed = (
        Application(ObjectRef("Deployment", None, name), (Line(name, name, state, ""),))
        for name, state in (("right", LineState.TICKED), ("wrong", LineState.CROSSED))
    )
    left = open_only(Checklist("kubernetes", (ChecklistVariant("", (ticked, crossed)),)))
    assert left.variants[0].applications == (crossed,)
    assert (left.applications, left.count(LineState.TICKED), left.count(LineState.CROSSED)) == (2, 1, 1)
    assert open_only(left) == left
