"""送信の許可の窓口: what a held request asks of a superior, and what lets it pass when it is sent again."""

from __future__ import annotations

import asyncio
import datetime as dt
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import uuid_utils

from ai_gov.errors import Conflict, UnknownRoute
from ai_gov.model import Actor, Event, Exchange, Json, japan_date
from ai_gov.people import permissions
from ai_gov.people.model import Member, Person, Role
from ai_gov.review.permits import VALID, WAITS, Kind, Permit, PermitState, check_can_decide
from ai_gov.review.record import Who
from ai_gov.service.ports import Clock, Keys

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """保留した依頼: as the log has it, everything that was found hidden. ``texts`` are pairs of path and text."""

    texts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    findings: tuple[Mapping[str, Json], ...] = ()
    unmarked: tuple[Mapping[str, Json], ...] = ()
    level: str = ""


@dataclass(frozen=True, slots=True)
class OpenedPermit:
    """開いた許可の依頼."""

    permit: Permit
    request: HeldRequest = field(repr=False)
    can_decide: bool


class PermitStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        ...

    def ask(self, permit: Permit, event: Event, since: dt.datetime) -> bool:
        """Keep one, unless the same person asked for the same since then and nobody decided yet."""
        ...

    def change(self, before: Permit, after: Permit, event: Event) -> bool:
        """By compare-and-set on the state."""
        ...

    def permit(self, id_: str) -> Permit | None:
        """One."""
        ...

    def granted(self, who: Who, binding: str) -> list[Permit]:
        """Those granted for a request, the oldest first."""
        ...

    def asked(self, organisation: str, departments: Collection[str], since: dt.datetime) -> list[Permit]:
        """Those that wait, of departments (all where none is named), the oldest first."""
        ...

    def of_person(self, who: Who, limit: int) -> list[Permit]:
        """The newest of somebody."""
        ...

    def held(self, exchange: str) -> HeldRequest:
        """The held request of a record; empty where its text was deleted."""
        ...

    def record_event(self, event: Event) -> None:
        """An entry that changes nothing else."""
        ...


class PermitService:
    """送信の許可の窓口."""

    def __init__(self, store: PermitStore, *, keys: Keys, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    def binding(self, actor: Actor, destination: str, use: str, masked: Json) -> str:
        """依頼の符号: an HMAC of who asks for what, and of the request with everything found in it hidden."""
        parts = [actor.organisation, actor.person, destination, use, masked]
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
        return hmac.digest(self._keys.hmac_key("permit", actor.organisation), text, "sha256").hex()

    async def redeem(self, actor: Actor, binding: str, exchange: str) -> str:
        """許可を使う: its id, once; empty where there is none that is valid. It is spent before anything is sent."""
        return await asyncio.to_thread(self._redeem, actor, binding, exchange)

    async def ask(self, exchange: Exchange, binding: str, kind: Kind, destination: str) -> None:
        """許可を依頼する, for a request whose holding is recorded."""
        await asyncio.to_thread(self._ask, exchange, binding, kind, destination)

    def queue(self, who: Who) -> list[Permit]:
        """許可待ち: what waits for this person, the oldest first."""
        now = self._clock.now()
        found: dict[str, Permit] = {}
        for organisation, departments in permissions.review_scopes(self._member(who), japan_date(now)).items():
            found |= {item.id: item for item in self._store.asked(organisation, departments, now - WAITS)}
        return sorted((item for item in found.values() if item.who != who), key=lambda item: item.id)

    def mine(self, who: Who) -> list[Permit]:
        """自分の依頼, newest first."""
        return self._store.of_person(who, _MOST)

    def open(self, who: Who, id_: str) -> OpenedPermit:
        """開く: the held request as the log has it. Where another person looks, that is an entry."""
        permit = self._seen(who, id_)
        now = self._clock.now()
        if permit.who != who:
            self._store.record_event(self._event("permit_opened", permit, who, now, {}))
        return OpenedPermit(permit, self._store.held(permit.exchange), permit.who != who and permit.waits(now))

    def grant(self, who: Who, id_: str) -> Permit:
        """許可する: for one sending within 24 hours. Raises Forbidden, Conflict."""
        return self._decide(who, id_, PermitState.GRANTED)

    def refuse(self, who: Who, id_: str) -> Permit:
        """許可しない."""
        return self._decide(who, id_, PermitState.REFUSED)

    def _decide(self, who: Who, id_: str, state: PermitState) -> Permit:
        permit = self._seen(who, id_)
        now = self._clock.now()
        asker = Person(permit.organisation, permit.person, permit.department)
        permissions.check_can_review(self._member(who), asker, on=japan_date(now))
        check_can_decide(permit, now)
        after = replace(permit, state=state, decided_by=who, decided_at=now)
        data: dict[str, Json] = {"valid_hours": int(VALID.total_seconds() // 3600)} if state == "granted" else {}
        if not self._store.change(permit, after, self._event(f"permit_{state.value}", after, who, now, data)):
            raise Conflict("ほかの確認者が先に決めました。画面を開き直して、今の状態を確かめてください。")
        return after

    def _redeem(self, actor: Actor, binding: str, exchange: str) -> str:
        now = self._clock.now()
        for permit in self._store.granted(Who(actor.organisation, actor.person), binding):
            if not permit.valid(now):
                continue
            after = replace(permit, state=PermitState.USED, used_by=exchange)
            event = self._event("permit_used", after, permit.who, now, {"used_by": exchange})
            if self._store.change(permit, after, event):
                return permit.id
        return ""

    def _ask(self, exchange: Exchange, binding: str, kind: Kind, destination: str) -> None:
        actor, now = exchange.actor, self._clock.now()
        assert actor is not None
        permit = Permit(
            str(uuid_utils.uuid7()),
            actor.organisation,
            actor.department,
            actor.person,
            exchange.id,
            kind,
            binding,
            exchange.use,
            destination,
            PermitState.ASKED,
            now,
        )
        self._store.ask(permit, self._event("permit_asked", permit, permit.who, now, {}), now - WAITS)

    def _seen(self, who: Who, id_: str) -> Permit:
        permit = self._store.permit(id_)
        member = self._member(who)
        today = japan_date(self._clock.now())
        if permit is None or not (
            permit.who == who or member.has(Role.REVIEWER, permit.organisation, permit.department, on=today)
        ):
            raise UnknownRoute("この許可の依頼は見つからないか、見る権限がありません。番号を確かめてください。")
        return permit

    def _member(self, who: Who) -> Member:
        member = self._store.member(who.organisation, who.person)
        if member is None:
            raise UnknownRoute("この許可の依頼は見つからないか、見る権限がありません。番号を確かめてください。")
        return member

    def _event(self, kind: str, permit: Permit, who: Who, at: dt.datetime, data: Mapping[str, Json]) -> Event:
        away = {"actor_organisation": who.organisation} if who.organisation != permit.organisation else {}
        told = {"permit": permit.id, "kind": permit.kind, "state": permit.state.value, "use": permit.use}
        return Event(
            kind,
            at,
            permit.exchange,
            permit.organisation,
            permit.department,
            who.person,
            {**told, "destination": permit.destination, **away, **data},
        )


def read_held(data: Mapping[str, Json]) -> HeldRequest:
    """The held request of an entry's data."""
    sent = data.get("sent")
    pairs = sent if isinstance(sent, list) else []
    return HeldRequest(
        tuple((str(path), str(text)) for path, text in pairs),
        tuple(_dicts(data.get("findings"))),
        tuple(_dicts(data.get("unmarked"))),
        str(data.get("level", "")),
    )


def _dicts(value: Json) -> Sequence[Mapping[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
