import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import kblint.report
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from tests.report.samples import https_to_tls, result

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
