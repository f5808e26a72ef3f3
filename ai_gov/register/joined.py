"""台帳と方針の合わせ方: the policy with the uses that an organisation's register holds, as a decision is made.

The register has the last word on the approval of a use, since every step in it was somebody's act in the log; the
policy keeps what it says of review and destinations, which a register may narrow and never widen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ai_gov.policy.registered import RegisteredUse
from ai_gov.policy.schema import Policy, Use
from ai_gov.register.record import Application
from ai_gov.register.states import UseState


def latest(applications: Iterable[Application]) -> dict[str, Application]:
    """台帳の記載: of each use the application in force, or else the one that was ended last."""
    out: dict[str, Application] = {}
    for item in sorted(applications, key=lambda item: (item.state is UseState.APPROVED, item.updated_at, item.id)):
        if item.state in (UseState.APPROVED, UseState.ENDED):
            out[item.wanted.use] = item
    return out


def joined(policy: Policy, applications: Iterable[Application]) -> Policy:
    """方針に台帳を合わせる. A use that only the register knows comes after those of the policy."""
    held = latest(applications)
    if not held:
        return policy
    known = {item.name for item in policy.destinations}
    uses = [_over(use, held[use.id], known) if use.id in held else use for use in policy.uses]
    listed = {use.id for use in policy.uses}
    for use_id, item in held.items():
        there = tuple(name for name in item.wanted.destinations if name in known)
        if use_id in listed or item.approval() is None or not there:
            continue  # ended, or all that it was approved for is gone from the policy
        uses.append(
            RegisteredUse(
                id=use_id,
                title=item.wanted.title,
                destinations=there,
                approval=item.approval(),
                application=item.id,
                listed=False,
            )
        )
    return policy.model_copy(update={"uses": tuple(uses)})


def _over(use: Use, item: Application, known: Collection[str]) -> RegisteredUse:
    """A use of the policy with its approval; none where it was ended, or approved for no destination that is left."""
    allowed = tuple(name for name in item.wanted.destinations if name in known and name in (use.destinations or known))
    approval = item.approval() if allowed else None
    return RegisteredUse(
        id=use.id,
        title=use.title,
        destinations=allowed if approval is not None else use.destinations,
        approval=approval,
        review=use.review,
        application=item.id,
        listed=True,
    )
