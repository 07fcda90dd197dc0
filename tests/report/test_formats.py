import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import kblint.report
from kblint.finding import Silenced
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from tests.report.samples import https_to_tls, result, unjudged

SLOW = {"rich", "jsonschema", "jsonschema_rs", "yaml", "click"}


def test_every_module_named_to_something_is_a_format() -> None:
    files = Path(kblint.report.__file__).parent.glob("to_*.py")
    assert list(format_names()) == sorted(file.stem.removeprefix("to_") for file in files)
    assert {"json", "text"} <= set(format_names())


@pytest.mark.parametrize("name", format_names())
def test_a_format_is_what_the_module_of_its_name_renders(name: str) -> None:
    assert format_renderer(name) is importlib.import_module(f"kblint.report.to_{name}").render


def test_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="formats"):
        format_renderer("formats")


@pytest.mark.parametrize("name", format_names())
def test_asking_for_one_format_imports_no_other_and_nothing_slow(name: str) -> None:
    code = (
        "import sys; from kblint.report.formats import format_names, format_renderer; format_names(); "
        f"format_renderer({name!r}); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert {module for module in modules if module.startswith("kblint.report.to_")} == {f"kblint.report.to_{name}"}
    assert modules & SLOW == set()


@pytest.mark.parametrize("name", format_names())
def test_every_format_names_rule_path_and_message_and_ends_with_a_line_end(name: str) -> None:
    text = format_renderer(name)(result(https_to_tls()), RenderOptions(width=200))
    assert "LB002" in text
    assert "keybuzz-lb.yaml" in text
    assert "which speaks TLS" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", format_names())
def test_every_format_tells_what_could_not_be_judged_beside_what_was_found(name: str) -> None:
    render, options = format_renderer(name), RenderOptions(width=1000)
    text = render(result(https_to_tls(), unjudged=(unjudged(),)), options)
    assert "which speaks TLS" in text
    assert "SVC017" in text
    assert "divide by zero" in text
    alone = render(result(unjudged=(unjudged(),)), options)
    assert "divide by zero" in alone
    assert "all is well" not in alone
    assert "nothing found" not in alone
    assert "divide by zero" in render(result(unjudged=(unjudged(),)), replace(options, quiet=True)), (
        "quiet hides no hole"
    )


@pytest.mark.parametrize("name", ["concise", "text", "github", "markdown"])
def test_what_people_read_says_in_the_end_what_silenced_errors(name: str) -> None:
    render, options = format_renderer(name), RenderOptions(width=1000)
    silenced = Silenced(comments=1, annotations=2, configuration=1)
    last = render(result(silenced=silenced), options).rstrip("\n").rpartition("\n")[2]
    assert "4 errors are silenced: 1 by a comment, 2 by annotations, 1 by the configuration" in last
    one = render(result(silenced=Silenced(configuration=1)), options)
    assert "1 error is silenced: 1 by the configuration" in one
    assert "silenced" not in render(result(), options)
