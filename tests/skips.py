"""In CI a skipped test is a failure, unless it is named here with its reason. Not a test."""

import os

import pytest

SKIPS: dict[str, str] = {
    "tests/stores/test_network_cut.py"
    "::test_a_network_that_is_cut_loses_no_receipt_sends_nothing_without_a_row_and_heals": (
        "a network namespace can be made by root alone, and not in every container"
    ),
}
"""Node id → why it may be skipped."""


def _unnamed(report) -> bool:
    named = report.nodeid in SKIPS or hasattr(report, "wasxfail")
    return report.skipped and not named and bool(os.environ.get("CI"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A skip becomes a failure where it happens, so that trying again what failed tries it again too."""
    report = yield
    if _unnamed(report):
        report.outcome = "failed"
        report.longrepr = f"skipped without a reason in tests/skips.py: {report.nodeid}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a module that skips itself as a whole."""
    report = yield
    if _unnamed(report):
        report.outcome = "failed"
        report.longrepr = f"skipped without a reason in tests/skips.py: {report.nodeid}"
    return report
