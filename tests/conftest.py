"""What the whole suite shares: in CI a skipped test is a failure, unless it is named here with its reason."""

import os

import pytest

SKIPS: dict[str, str] = {}
"""Node id → why it may be skipped."""

_skipped = []


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail") and report.nodeid not in SKIPS:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session):
    if os.environ.get("CI") and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for nodeid in _skipped:
        terminalreporter.write_line(f"skipped without a reason in tests/conftest.py: {nodeid}", red=True)
