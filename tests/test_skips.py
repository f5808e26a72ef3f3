"""In CI a skipped test is a failure, unless tests/skips.py names it with a reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import skips

ROOT = Path(__file__).parents[1]
SKIPPING = {
    "mark": "import pytest\n@pytest.mark.skip(reason='x')\ndef test_it(): pass\n",
    "condition": "import pytest\n@pytest.mark.skipif(True, reason='x')\ndef test_it(): pass\n",
    "call": "import pytest\ndef test_it(): pytest.skip('x')\n",
    "fixture": "import pytest\n@pytest.fixture\ndef f(): pytest.skip('x')\ndef test_it(f): pass\n",
    "module": "import pytest\npytest.skip('x', allow_module_level=True)\n",
    "import": "import pytest\npytest.importorskip('no_such_module_here')\n",
    "unittest": "import unittest\nclass T(unittest.TestCase):\n  @unittest.skip('x')\n  def test_it(self): pass\n",
    "doctest": 'def f():\n    """\n    >>> f()  # doctest: +SKIP\n    """\n',
}
PASSING = "import pytest\ndef test_it(): pass\n@pytest.mark.xfail(strict=True)\ndef test_known(): assert False\n"


def run(folder: Path, *arguments: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir(exist_ok=True)  # beside the others, as ai_gov/ is
    registers = "from tests import skips\ndef pytest_configure(config): config.pluginmanager.register(skips)\n"
    (folder / "tests" / "conftest.py").write_text(registers)
    env = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder), "--doctest-modules"]
    command += ["-p", "no:asyncio", "-p", "no:hypothesispytest", *arguments, str(folder / "tests"), str(folder)]
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_every_kind_of_skip_fails_in_ci_and_fails_again_when_tried_again(tmp_path):
    for name, text in SKIPPING.items():
        (tmp_path / f"test_{name}.py").write_text(text)
    (tmp_path / "test_passing.py").write_text(PASSING)
    first = run(tmp_path, "--continue-on-collection-errors", ci="1")
    assert first.returncode in (1, 2), first.stdout
    told = {line.split("test_")[1].split(".py")[0] for line in first.stdout.splitlines() if "without a reason" in line}
    assert told == set(SKIPPING)
    again = run(tmp_path, "--last-failed", "--last-failed-no-failures", "none", ci="1")
    assert again.returncode in (1, 2)


def test_elsewhere_a_skip_is_a_skip(tmp_path):
    for name, text in SKIPPING.items():
        (tmp_path / f"test_{name}.py").write_text(text)
    (tmp_path / "test_passing.py").write_text(PASSING)
    assert run(tmp_path, ci="").returncode == 0


def test_several_processes_make_no_difference(tmp_path):
    (tmp_path / "test_call.py").write_text(SKIPPING["call"])
    (tmp_path / "test_passing.py").write_text(PASSING)
    assert run(tmp_path, "-n", "2", ci="1").returncode == 1


def test_ci_says_that_it_is_ci():
    assert "export CI=1" in (ROOT / ".ci" / "run").read_text()


def test_every_named_skip_has_a_reason_and_is_a_test_of_ours():
    for nodeid, reason in skips.SKIPS.items():
        assert len(reason) > 10
        assert (ROOT / nodeid.partition("::")[0]).exists()
