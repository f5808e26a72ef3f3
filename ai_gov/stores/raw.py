"""原文の保存: sealed raw texts, who asked to open which, and their destruction; each change with its entry."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.audit.retention import Hold
from ai_gov.errors import StoreFailed
from ai_gov.model import Event, Exchange, Json
from ai_gov.people.model import Member
from ai_gov.review.openings import VALID, WAITS, Opening, OpeningState
from ai_gov.review.record import Who
from ai_gov.service.ports import Clock, Keys
from ai_gov.service.raw_keeping import Part
from ai_gov.service.raw_openings import RawText
from ai_gov.stores import held
from ai_gov.stores.engine import Database
from ai_gov.stores.peoplestore import PeopleStore, moment
from ai_gov.stores.rawtables import raw_openings, raw_texts
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.retention import Due

PURPOSE: Final = "raw"
"""For which the wrapping key is derived (for each organisation)."""

BATCH: Final = 500
KEY: Final = "raw-key"
DESTROYED: Final = "raw_destroyed"


class RawTexts(RecordingStore):
    """原文の保存: service.raw_keeping.RawKeeper and service.raw_openings.OpeningStore."""

    def __init__(self, database: Database, people: PeopleStore, *, instance: str, keys: Keys, clock: Clock) -> None:
        super().__init__(database, people, instance=instance)
        self._keys = keys
        self._clock = clock

    async def keep(self, exchange: Exchange, part: Part, texts: Json) -> None:
        """Seal a part durably; the prompt comes first. Raises StoreFailed."""
        data = json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")
        await asyncio.to_thread(self._keep, exchange, part, data)

    def organisation_of(self, exchange: str) -> str | None:
        """Whose record it is; none where no raw text of it is kept."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(raw_texts.c.organisation).where(raw_texts.c.exchange == exchange))

    def text(self, exchange: str) -> RawText | None:
        """原文を開く: none once it was destroyed. Raises StoreFailed for another key or bytes that were changed."""
        row = self._row(exchange)
        if row is None:
            return None
        key = self._unwrap(row)
        with _said():
            prompt = held.open_(key, bytes(row.prompt), record=exchange, part="raw-prompt")
            answer = row.answer and held.open_(key, bytes(row.answer), record=exchange, part="raw-answer")
        return RawText(_pairs(prompt), _pairs(answer) if answer else ())

    def add(self, opening: Opening, event: Event) -> bool:
        """Keep a request, unless the same person waits for the same record already."""
        same = sa.select(raw_openings.c.id).where(
            raw_openings.c.exchange == opening.exchange,
            raw_openings.c.asked_organisation == opening.by.organisation,
            raw_openings.c.asked_by == opening.by.person,
            raw_openings.c.state.in_([OpeningState.ASKED.value, OpeningState.APPROVED.value]),
        )
        with self._database.write() as connection:
            self._database.lock(connection, "openings")
            if connection.execute(same).first() is not None:
                return False
            connection.execute(sa.insert(raw_openings), _opening_row(opening))
            self._append(connection, event)
        return True

    def change(self, before: Opening, after: Opening, event: Event) -> bool:
        """By compare-and-set on the state."""
        where = sa.and_(raw_openings.c.id == before.id, raw_openings.c.state == before.state.value)
        with self._database.write() as connection:
            if connection.execute(sa.update(raw_openings).where(where).values(**_opening_row(after))).rowcount != 1:
                return False
            self._append(connection, event)
        return True

    def opening(self, id_: str) -> Opening | None:
        """One request."""
        return next(iter(self._openings(sa.select(raw_openings).where(raw_openings.c.id == id_))), None)

    def openings(self, organisations: Collection[str], limit: int) -> list[Opening]:
        """The newest requests over records of these organisations."""
        query = sa.select(raw_openings).where(raw_openings.c.organisation.in_(sorted(organisations)))
        return self._openings(query.order_by(raw_openings.c.id.desc()).limit(limit))

    def over(self, now: dt.datetime) -> list[Opening]:
        """Requests whose time is up."""
        asked = sa.and_(
            raw_openings.c.state == OpeningState.ASKED.value, raw_openings.c.asked_at <= timestamp(now - WAITS)
        )
        approved = sa.and_(
            raw_openings.c.state == OpeningState.APPROVED.value, raw_openings.c.decided_at <= timestamp(now - VALID)
        )
        return self._openings(sa.select(raw_openings).where(sa.or_(asked, approved)).order_by(raw_openings.c.id))

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        return self._people.member(organisation, person)

    def due(self, days: int, holds: Sequence[Hold]) -> list[Due]:
        """満了分: what is older than so many days, without touching it."""
        before, found = self._before(days), []
        count = sa.select(sa.func.count()).select_from(raw_texts)
        with self._database.read() as connection:
            query = sa.select(raw_texts.c.organisation).where(raw_texts.c.at < before).distinct()
            for organisation in connection.scalars(query.order_by(raw_texts.c.organisation)).all():
                terms = [raw_texts.c.organisation == organisation, raw_texts.c.at < before]
                number = int(connection.execute(count.where(*terms)).scalar_one())
                free = int(connection.execute(count.where(*terms, *_free(holds))).scalar_one())
                found.append(Due(organisation, "raw", before, number, number - free))
        return found

    def destroy(
        self,
        days: int,
        holds: Sequence[Hold],
        *,
        actor: str,
        reason: str,
        progress: Callable[[int], None] = lambda _: None,
    ) -> int:
        """破棄する: what is due and not held, each batch with its entry. Returns how many.

        The database's ``scrub`` of ``raw_texts`` must follow, or old pages keep ciphertext and wrapped keys.
        """
        done = 0
        for item in self.due(days, holds):
            terms = [raw_texts.c.organisation == item.organisation, raw_texts.c.at < item.before, *_free(holds)]
            while names := self._destroy(item.organisation, terms, actor, reason):
                done += len(names)
                progress(len(names))
        return done

    def scrub(self) -> str:
        """Leave no byte of what was destroyed in the files of the database. What is still to be done, if anything."""
        return self._database.scrub(("raw_texts",))

    def _destroy(
        self, organisation: str, terms: Sequence[sa.ColumnElement[bool]], actor: str, reason: str
    ) -> list[str]:
        query = sa.select(raw_texts.c.exchange).where(*terms).order_by(raw_texts.c.at).limit(BATCH)
        with self._database.write() as connection:
            self._database.lock(connection, "retention")
            names = list(connection.scalars(query))
            if names:
                connection.execute(sa.delete(raw_texts).where(raw_texts.c.exchange.in_(names)))
                data: dict[str, Json] = {"records": list(names), "count": len(names), "reason": reason}
                self._append(connection, Event(DESTROYED, self._clock.now(), "", organisation, "", actor, data))
        return names

    def _before(self, days: int) -> str:
        return timestamp(self._clock.now() - dt.timedelta(days=days))

    def _keep(self, exchange: Exchange, part: Part, data: bytes) -> None:
        if part == "answer":
            row = self._row(exchange.id)
            if row is None:
                raise StoreFailed("原文を残せません: 依頼の原文がありません。情報担当に知らせてください。")
            sealed = held.seal(self._unwrap(row), data, record=exchange.id, part="raw-answer")
            with self._database.write() as connection:
                update = sa.update(raw_texts).where(raw_texts.c.exchange == exchange.id)
                connection.execute(update.values(answer=sealed))
            return
        assert exchange.actor is not None
        organisation, key = exchange.actor.organisation, held.new_key()
        wrapping = self._keys.hmac_key(PURPOSE, organisation)
        values = {
            "exchange": exchange.id,
            "organisation": organisation,
            "actor": exchange.actor.person,
            "at": timestamp(exchange.received_at),
            "wrapped_key": held.seal(wrapping, key, record=exchange.id, part=KEY),
            "prompt": held.seal(key, data, record=exchange.id, part="raw-prompt"),
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(raw_texts), values)

    def _row(self, exchange: str) -> sa.Row[Any] | None:
        with self._database.read() as connection:
            return connection.execute(sa.select(raw_texts).where(raw_texts.c.exchange == exchange)).first()

    def _unwrap(self, row: Any) -> bytes:
        wrapping = self._keys.hmac_key(PURPOSE, row.organisation)
        with _said():
            return held.open_(wrapping, bytes(row.wrapped_key), record=row.exchange, part=KEY)

    def _openings(self, query: sa.Select[Any]) -> list[Opening]:
        with self._database.read() as connection:
            return [_opening(row) for row in connection.execute(query)]


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except StoreFailed:
        raise StoreFailed(
            "原文を開けません。鍵フォルダー（keys）が違うか、データが変えられています。"
            "情報担当は、鍵フォルダーを控えから戻してください。"
        ) from None


def _pairs(data: bytes) -> tuple[tuple[str, str], ...]:
    return tuple((str(place), str(text)) for place, text in json.loads(data.decode("utf-8", "surrogatepass")))


def _free(holds: Sequence[Hold]) -> list[sa.ColumnElement[bool]]:
    """Terms that leave out what a legal hold keeps."""
    terms: list[sa.ColumnElement[bool]] = []
    for hold in holds:
        fits = [raw_texts.c.organisation == hold.organisation]
        fits += [raw_texts.c.exchange == hold.exchange] if hold.exchange else []
        fits += [raw_texts.c.actor == hold.actor] if hold.actor else []
        fits += [raw_texts.c.at >= hold.since] if hold.since else []
        fits += [raw_texts.c.at < hold.until] if hold.until else []
        terms.append(sa.not_(sa.and_(*fits)))
    return terms


def _opening_row(opening: Opening) -> dict[str, object]:
    second = opening.decided_by
    return {
        "id": opening.id,
        "organisation": opening.organisation,
        "exchange": opening.exchange,
        "asked_organisation": opening.by.organisation,
        "asked_by": opening.by.person,
        "asked_at": timestamp(opening.asked_at),
        "reason": opening.reason,
        "state": opening.state.value,
        "decided_organisation": second.organisation if second else None,
        "decided_by": second.person if second else None,
        "decided_at": timestamp(opening.decided_at) if opening.decided_at else None,
    }


def _opening(row: Any) -> Opening:
    return Opening(
        row.id,
        row.organisation,
        row.exchange,
        Who(row.asked_organisation, row.asked_by),
        row.reason,
        dt.datetime.fromisoformat(row.asked_at),
        OpeningState(row.state),
        Who(row.decided_organisation, row.decided_by) if row.decided_by else None,
        moment(row.decided_at),
    )
