"""`import kblint`: what the command line says, as records."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kblint
from tests.cli.running import FIXTURES, run
from tests.given.manifests import container, service, stream, workload

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BROKEN = FIXTURES / "keybuzz" / "2-503-balancer-port"
WEB = stream(
    workload(container(ports="[{name: http, containerPort: 8080}]", env="[{name: DB_PASSWORD, value: Zq91x03Vk}]")),
    service(ports="[{port: 80, targetPort: https}]"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "web.yaml").write_text(WEB)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids(result: kblint.Result) -> list[str]:
    return [finding.rule.id for finding in result.findings]


def test_the_page_is_what_python_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "docs/api.md", "exec"), {})
    assert out.getvalue() == printed


def test_every_name_is_there_and_has_the_type_that_is_told() -> None:
    told = ast.parse((ROOT / "kblint" / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    homes = {node.names[0].name: node.module for node in imports}
    assert sorted([*homes, "__version__"]) == sorted(kblint.__all__) == sorted(set(dir(kblint)) & set(kblint.__all__))
    for name, module in homes.items():
        assert getattr(kblint, name) is getattr(sys.modules[str(module)], name)
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        vars(kblint)["__getattr__"]("chekc")


def test_the_page_tells_of_every_call_and_option() -> None:
    names = [*kblint.Options.__struct_fields__, "check", "trace", "ports", "KblintError"]
    assert [name for name in names if not re.search(rf"`(kblint\.)?{name}\b", PAGE)] == []


def test_importing_kblint_imports_nothing_of_it() -> None:
    code = "import sys, kblint; print(*(name for name in sys.modules if name.startswith('kblint')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "kblint\n"


def test_a_check_finds_what_the_command_line_tells() -> None:
    result = kblint.check(BROKEN)
    told = json.loads(run("check", str(BROKEN), "-f", "json")[1])["findings"]
    assert [one["fingerprint"] for one in told] == [one.fingerprint for one in result.findings] != []
    places = [(one["location"]["line"], one["location"]["endColumn"]) for one in told]
    assert places == [(one.location.place.start.line, one.location.place.end.column) for one in result.findings]
    assert {info.id for info in result.rules} >= set(ids(result))


def test_a_trace_follows_what_the_command_line_follows() -> None:
    made = kblint.trace([BROKEN], to="platform.keybuzz.io", broken=True)
    told = json.loads(run("trace", str(BROKEN), "--to", "platform.keybuzz.io", "--broken", "-f", "json")[1])
    assert [one["outcome"] for one in told["journeys"]] == [one.outcome for one in made.journeys] != []


def test_calls_inside_are_followed_where_a_caller_is_named(folder: Path) -> None:
    caller = workload(container(env="[{name: API_URL, value: http://web/}]"), name="shop")
    (folder / "shop.yaml").write_text(caller)
    made = kblint.trace(caller="shop")
    assert made.start is kblint.Start.INSIDE
    assert [one.name for one in made.journeys] == [one.name for one in kblint.trace(start=made.start).journeys] != []


def test_ports_are_those_of_the_command_line() -> None:
    made = kblint.ports(str(FIXTURES / "keybuzz" / "4-200"), free=2)
    told = json.loads(run("ports", str(FIXTURES / "keybuzz" / "4-200"), "-f", "json")[1])
    numbers = [[entry["port"] for entry in variant["ports"]] for variant in told["variants"]]
    assert numbers == [[entry.port for entry in variant.entries] for variant in made.variants] != [[]]
    assert made.free
    assert (len(made.free.host), len(made.free.node)) == (2, 2)


@pytest.mark.usefixtures("folder")
def test_nothing_that_comes_back_holds_a_secret() -> None:
    result = kblint.check()
    assert "SVC001" in ids(result)
    assert "Zq91x03Vk" not in repr(result)
    assert all("Zq91x03Vk" not in finding.location.place.source.text for finding in result.findings)


def test_options_count_over_the_file_and_nothing_is_written(folder: Path) -> None:
    (folder / "kblint.yaml").write_text("ignore: [SVC001]\npaths: [web.yaml]\n")
    before = sorted(folder.rglob("*"))
    assert "SVC001" not in ids(kblint.check())
    assert "SVC001" in ids(kblint.check("web.yaml", kblint.Options(isolated=True)))
    result = kblint.check(options=kblint.Options(isolated=True, select=["SVC001"], severity={"SVC001": "info"}))
    assert [(one.rule.id, one.severity) for one in result.findings] == [("SVC001", kblint.Severity.INFO)]
    assert sorted(folder.rglob("*")) == before


def test_a_baseline_keeps_out_what_it_holds(folder: Path) -> None:
    run("check", "--write-baseline", "known.json")
    assert ids(kblint.check("web.yaml"))
    assert ids(kblint.check("web.yaml", baseline="known.json")) == []
    (folder / "kblint.yaml").write_text("baseline: known.json\n")
    assert ids(kblint.check(Path("web.yaml"))) == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (kblint.Options(profile="hetzner"), "there is no profile `hetzner`"),
        (kblint.Options(severity={"SVC001": "fatal"}), "there is no severity `fatal`"),
        (kblint.Options(fail_on="often"), "there is no severity `often`"),
        (kblint.Options(config="gone.yaml"), "configuration file `gone.yaml` does not exist"),
        (kblint.Options(select=["SVC999"]), "unknown rule `SVC999`"),
    ],
)
def test_what_is_wrong_with_the_call_is_raised(options: kblint.Options, message: str) -> None:
    with pytest.raises(kblint.KblintError, match=message):
        kblint.check(options=options)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("path", "message"), [("-", "only the command line reads"), ("gone", "does not exist")])
def test_a_path_that_cannot_be_read_is_raised(path: str, message: str) -> None:
    with pytest.raises(kblint.UsageError, match=message):
        kblint.check([path])
