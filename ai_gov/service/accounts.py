"""ログイン: passwords and sessions of the pages, in the order that keeps guessing slow and every step recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from ai_gov.errors import BadRequest, Forbidden, Unauthenticated
from ai_gov.model import Actor, Event, Json, japan_date
from ai_gov.people import passwords
from ai_gov.people.model import Member, Person, Role
from ai_gov.people.passwords import Password
from ai_gov.people.sessions import Session, client_digest, new_token, session_id
from ai_gov.service.ports import Clock

_WRONG = (
    "団体コード・職員番号・パスワードのいずれかが違います。入力を確かめてください。"
    "忘れたときは情報担当に再設定を依頼してください。"
)

_SHUT = (
    "組織のアカウントでログインしてください。パスワードで入れるのは、非常用のアカウントだけです。"
    "入力が正しくないときも、この表示になります。"
)


class AccountStore(Protocol):
    """保存: what the service needs. Each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant."""
        ...

    def password(self, person: Person) -> Password | None:
        """The state of a person's password."""
        ...

    def attempt(self, person: Person, at: dt.datetime) -> Password | None:
        """Count a try before it is looked at, so that tries at the same time count too; the state before it."""
        ...

    def save_password(self, person: Person, password: Password, event: Event | None) -> None:
        """Keep a password's state, instead of the one before."""
        ...

    def open_session(self, session: Session, event: Event) -> None:
        """Keep a session."""
        ...

    def session(self, id_: str) -> Session | None:
        """The session of a digest."""
        ...

    def touch(self, session: Session, at: dt.datetime) -> None:
        """Remember that it was used now."""
        ...

    def close_sessions(self, organisation: str, person: str, event: Event, *, only: str = "", but: str = "") -> None:
        """End one session, every one of a person, or every one but one."""
        ...

    def record_event(self, event: Event) -> None:
        """An entry that changes nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """ページの利用者: who is signed in."""

    member: Member
    session: Session
    roles: frozenset[Role]
    must_change: bool = False

    @property
    def actor(self) -> Actor:
        """Whose requests these are."""
        person = self.member.person
        return Actor(person.id, person.organisation, person.department, frozenset(map(str, self.roles)))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """ログインの結果: ``token`` is for the cookie and is nowhere else."""

    token: str
    visitor: Visitor


class Accounts:
    """ログインの窓口."""

    def __init__(
        self, store: AccountStore, clock: Clock, *, emergency: frozenset[tuple[str, str]] | None = None
    ) -> None:
        """``emergency``: the only persons (団体, 職員番号) whom a password still lets in; none for everybody."""
        self._store = store
        self._clock = clock
        self._emergency = emergency

    @property
    def local(self) -> bool:
        """Whether everybody may sign in with a password."""
        return self._emergency is None

    def sign_in(self, organisation: str, person: str, password: str, *, user_agent: str) -> SignedIn:
        """Open a session. Raises Unauthenticated, Forbidden for an account that rests; slow on purpose."""
        now = self._clock.now()
        member = self._store.member(organisation, person)
        kept = self._store.attempt(member.person, now) if member else None
        if member and kept and kept.locked(now):
            self._store.record_event(self._event("sign_in_failed", member.person, {"reason": "locked"}))
            minutes = int(passwords.REST.total_seconds() // 60)
            raise Forbidden(
                f"パスワードの誤りが続いたため、このアカウントは{minutes}分間使えません。"
                "時間をおくか、情報担当に再設定を依頼してください。"
            )
        shut = self._emergency is not None and (organisation, person) not in self._emergency
        right = passwords.matches(kept, password) and not shut
        if member is None or kept is None or not right or not member.person.active(japan_date(now)):
            who = member.person if member else Person(organisation[:32], "", "")
            reason = "unknown" if not member else "local_off" if shut else "wrong"
            self._store.record_event(self._event("sign_in_failed", who, {"reason": reason}))
            raise Unauthenticated(_WRONG if self.local else _SHUT)
        self._store.save_password(member.person, kept.passed(), None)
        by = "password" if self.local else "emergency"
        return self.begin(member, user_agent=user_agent, must_change=kept.must_change, by=by)

    def begin(
        self, member: Member, *, user_agent: str, by: str, must_change: bool = False, provider: str = ""
    ) -> SignedIn:
        """Open a session for somebody whose identity is established (at ``provider``, if it was one)."""
        now, token = self._clock.now(), new_token()
        person = member.person
        session = Session(session_id(token), person.organisation, person.id, client_digest(user_agent), now, now)
        session = replace(session, provider=provider)
        data = {"by": by, **({"provider": provider} if provider else {})}
        self._store.open_session(session, self._event("signed_in", person, data))
        return SignedIn(token, Visitor(member, session, member.roles(japan_date(now)), must_change))

    def visitor(self, token: str, *, user_agent: str) -> Visitor | None:
        """Who holds this token now; nobody where the session is over, the person gone, or the browser another one."""
        now = self._clock.now()
        session = self._store.session(session_id(token))
        if session is None or not session.valid(now):
            return None
        member = self._store.member(session.organisation, session.person)
        if member is None or not member.person.active(japan_date(now)):
            return None
        if session.client != client_digest(user_agent):
            event = self._event("session_refused", member.person, {"reason": "other_client"})
            self._store.close_sessions(session.organisation, session.person, event, only=session.id)
            return None
        self._store.touch(session, now)
        kept = self._store.password(member.person)
        must_change = bool(kept and kept.must_change) and not session.provider
        return Visitor(member, session, member.roles(japan_date(now)), must_change)

    def sign_out(self, visitor: Visitor) -> None:
        """End the session."""
        person = visitor.member.person
        event = self._event("signed_out", person, {})
        self._store.close_sessions(person.organisation, person.id, event, only=visitor.session.id)

    def change(self, visitor: Visitor, old: str, new: str) -> None:
        """Change one's own password; the other sessions end. Raises BadRequest, Unauthenticated."""
        person = visitor.member.person
        now = self._clock.now()
        kept = self._store.attempt(person, now)
        if kept is None or kept.locked(now) or not passwords.matches(kept, old):
            raise Unauthenticated("今のパスワードが違います。")
        if passwords.matches(kept, new):
            raise BadRequest("今と同じパスワードにはできません。", param="new")
        passwords.check_acceptable(new, person=person.id)
        self._store.save_password(person, passwords.make(new), self._event("password_changed", person, {}))
        ended = self._event("sessions_ended", person, {"person": person.id})
        self._store.close_sessions(person.organisation, person.id, ended, but=visitor.session.id)

    def reset(self, person: Person, *, actor: str) -> str:
        """初期パスワードを発行する: shown once, to be changed at the first sign-in. Every session ends."""
        word = passwords.initial()
        event = self._event("password_reset", person, {"person": person.id}, actor=actor)
        self._store.save_password(person, passwords.make(word, must_change=True), event)
        ended = self._event("sessions_ended", person, {"person": person.id}, actor=actor)
        self._store.close_sessions(person.organisation, person.id, ended)
        return word

    def set_first(self, person: Person, password: str) -> None:
        """The password that somebody chooses at the first set-up. Raises BadRequest."""
        passwords.check_acceptable(password, person=person.id)
        self._store.save_password(person, passwords.make(password), self._event("password_changed", person, {}))

    def _event(self, kind: str, person: Person, data: Mapping[str, Json], *, actor: str | None = None) -> Event:
        who = person.id if actor is None else actor
        return Event(kind, self._clock.now(), "", person.organisation, person.department, who, data)
