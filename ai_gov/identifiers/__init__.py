"""番号: one module per number that points at a person, each with ``compact``, ``validate`` and ``is_valid``.

``compact(s)`` brings a number to its bare form (half width, no blanks, no dashes), ``validate(s)`` returns that
form or raises one of the errors below, ``is_valid(s)`` says yes or no. Where the number has a check digit there
is ``calc_check_digit(s)``. ``SHAPE`` is the pattern of the compact form. No error message ever holds the number.

Nothing is imported before it is used: python-stdnum and phonenumbers take a tenth of a second together.

>>> sorted(module.__name__.rpartition(".")[2] for module in modules())[:3]
['bank_account', 'corporate_number', 'credit_card']
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from ai_gov.identifiers._errors import InvalidChecksum, InvalidFormat, InvalidLength, InvalidNumber

NAMES: Final = (
    "bank_account",
    "corporate_number",
    "credit_card",
    "driver_license",
    "email",
    "employment_insurance",
    "foreign_phone",
    "health_insurance",
    "ip_address",
    "my_number",
    "passport",
    "pension",
    "phone",
    "postal_code",
    "residence_card",
    "resident_code",
    "vehicle",
)


def modules() -> Iterator[ModuleType]:
    """番号の一覧: every module here that has ``validate``, in the order of ``NAMES``."""
    for name in NAMES:
        yield importlib.import_module(f"{__name__}.{name}")


__all__ = ["NAMES", "InvalidChecksum", "InvalidFormat", "InvalidLength", "InvalidNumber", "modules"]
