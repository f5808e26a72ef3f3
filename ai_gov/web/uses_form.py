"""利用申請の様式: what a form of an application sent, as the service reads it, and as the page shows it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from ai_gov.policy.schema import Policy
from ai_gov.register.record import Wanted, new_use_id, wanted
from ai_gov.register.risk import ANSWERS, AXES

MAX_BYTES: Final = 20_000
_LINES: Final = ("use", "title", "owner", "purpose", *AXES, *ANSWERS)


@dataclass(frozen=True, slots=True)
class Typed:
    """入力したもの: strings by the names of the fields, and the services that were ticked."""

    values: Mapping[str, str]
    destinations: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def typed_in(form: FormData) -> Typed:
    """What was typed."""
    values = {name: str(form[name]).strip() for name in (*_LINES, "personal", "evaluates") if name in form}
    values["published"] = "yes" if form.get("published") else "no"
    return Typed(values, tuple(str(item) for item in form.getlist("destination")))


def typed_of(asked: Wanted, policy: Policy, *, keep: bool = True) -> Typed:
    """An application as it stands in a form; ``keep``: with what was decided by the answers to the questions."""
    listed = policy.use(asked.use) is not None
    values = {
        "use": asked.use if listed or keep else "",
        "title": asked.title,
        "owner": asked.owner,
        "purpose": asked.purpose,
        "personal": "yes" if asked.personal else "no",
        "evaluates": "yes" if asked.evaluates else "no",
        "published": "yes" if asked.published else "no",
        **{axis: str(getattr(asked.risk, axis)) for axis in AXES},
        **asked.answers,
    }
    return Typed(values, asked.destinations)


def read(typed: Typed, policy: Policy, *, use: str = "") -> Wanted:
    """The application of a form; ``use`` is that which it stays with. Raises BadRequest."""
    chosen = policy.use(typed["use"]) if typed["use"] else None
    given: dict[str, Any] = {
        "use": use or (chosen.id if chosen else new_use_id()),
        "title": chosen.title if chosen and not use else typed["title"],
        "owner": typed["owner"],
        "purpose": " ".join(typed["purpose"].split()),
        "destinations": typed.destinations,
        "risk": {axis: typed[axis] for axis in AXES},
        "published": typed["published"] == "yes",
        **{name: typed[name] for name in ANSWERS},
    }
    for name in ("personal", "evaluates"):
        if typed[name]:
            given[name] = typed[name] == "yes"
    return wanted(given)
