"""Where `cel-expr-python` cannot be had (musl has no wheel of it), kblint and its installation say what to use."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HIDDEN = """\
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "cel_expr_python":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
from kblint.cli.start import main
sys.argv = ["kblint", *sys.argv[1:]]
main()
"""


def without_cel(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.run(
        [sys.executable, "-c", HIDDEN, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words",
    [("check", "fixtures/keybuzz/4-200"), ("rules",), ("checklist", "fixtures/messy"), ("trace", "fixtures/messy")],
)
def test_a_command_that_needs_rules_says_what_to_use_instead(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = without_cel(tmp_path, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "cel-expr-python" in done.stderr
    assert "musl" in done.stderr
    assert "an image with glibc" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_without_rules_works_without_it(tmp_path: Path) -> None:
    done = without_cel(tmp_path, "ports", "fixtures/keybuzz/4-200")
    assert (done.returncode, done.stderr) == (0, "")


def installation(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The hook that runs when kblint is built, without hatchling, which only stands in for its base class."""
    interface = types.ModuleType("hatchling.metadata.plugin.interface")
    monkeypatch.setattr(interface, "MetadataHookInterface", object, raising=False)
    for name in ("hatchling", "hatchling.metadata", "hatchling.metadata.plugin"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_installation_on_musl_is_refused_in_words_that_help(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = installation(monkeypatch)
    with pytest.raises(OSError, match="an image with glibc"):
        hook.refuse_musl(["musllinux_1_2_x86_64", "linux_x86_64"])
    hook.refuse_musl(["manylinux_2_28_x86_64", "linux_x86_64"])
