"""電話番号: what it is for, and the short form that only a label makes a number."""

from __future__ import annotations

import pytest

from ai_gov.identifiers import phone


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("090-1234-5678", "mobile"),
        ("080 1234 5678", "mobile"),
        ("07012345678", "mobile"),
        ("050-3456-7890", "ip"),
        ("0120-444-444", "freephone"),
        ("0800-123-4567", "freephone"),
        ("0246-21-1234", "fixed"),
        ("011-231-4111", "fixed"),
        ("+81-3-3581-4111", "fixed"),
        ("0570-000-911", "navi"),
        ("090-0000-0000", ""),
        ("110", ""),
    ],
)
def test_the_kind_is_told(number: str, kind: str) -> None:
    assert phone.kind(number) == kind
    assert phone.is_valid(number) == bool(kind)


@pytest.mark.parametrize("number", ["22-1234", "5977-0266", "944-4427", "(22)1234", "22 1234", "２２－７１６４"])
def test_a_number_without_its_area_code_is_a_local_form(number: str) -> None:
    assert phone.is_local_form(number)
    assert not phone.is_valid(number)


@pytest.mark.parametrize("number", ["02-1234", "12-1234", "22-123", "22-12345", "内線2214", "2214", "090-1234-5678"])
def test_what_is_none_is_no_local_form(number: str) -> None:
    assert not phone.is_local_form(number)


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("0248-00-3300", True),
        ("090-0000-0000", True),
        ("0248-00-330", False),
        ("00-1234-5678", False),
        ("20260401", False),
    ],
)
def test_a_number_not_in_use_may_still_have_the_form(number: str, form: bool) -> None:
    assert phone.has_form(number) == form
