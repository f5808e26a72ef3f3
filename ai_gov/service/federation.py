"""組織のアカウントでのログイン: the way to an identity provider and back, each end of it recorded.

What must be remembered on the way stands in one signed cookie of the browser and nowhere else, so that asking for a
sign-in writes nothing. State, nonce and the PKCE verifier are all derived from its secret; coming back uses it up.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from ai_gov.errors import AiGovError, Forbidden, Unauthenticated, UnknownRoute, UpstreamError
from ai_gov.model import Event, Json, japan_date
from ai_gov.people.claims import Claimed, NotIdentified, change_for, read_claims
from ai_gov.people.model import Member, Person
from ai_gov.people.plan import Change
from ai_gov.people.provider import GroupRule, ProviderSettings
from ai_gov.people.sessions import OIDC
from ai_gov.service.accounts import Accounts, SignedIn
from ai_gov.service.ports import Clock, Keys

ON_THE_WAY: Final = dt.timedelta(minutes=10)
"""How long somebody may take at the provider."""

ACTOR: Final = "oidc"
"""Who changes the register by a sign-in, as the log names it."""

_AGAIN: Final = "ログインの画面から、もう一度お試しください。"


class IdentityProvider(Protocol):
    """認証基盤. Each raises NotIdentified."""

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent."""
        ...

    def identify(self, reply: Mapping[str, str], *, nonce: str, verifier: str) -> Mapping[str, Json]:
        """The verified claims of whoever came back with this reply."""
        ...

    def logout_url(self, back: str) -> str:
        """Where the browser signs out there too; empty where there is none."""
        ...


class FederationStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant."""
        ...

    def by_mail(self, organisation: str, mail: str) -> list[Member]:
        """Those who have this mail address, in whichever case it is written, and have not left."""
        ...

    def departments(self, organisation: str) -> frozenset[str]:
        """The 所属コード of an organisation."""
        ...

    def use_up(self, state: str, at: dt.datetime, until: dt.datetime) -> bool:
        """Whether this state comes back for the first time; it is remembered until then."""
        ...

    def linked(self, issuer: str, subject: str) -> tuple[str, str] | None:
        """To whom (団体, 職員番号) a subject of the provider belongs."""
        ...

    def subject_of(self, issuer: str, person: Person) -> str | None:
        """The subject that a person belongs to."""
        ...

    def link(self, issuer: str, subject: str, person: Person, event: Event) -> bool:
        """Bind the two for good; whether neither was bound yet."""
        ...

    def record_event(self, event: Event) -> None:
        """An entry that changes nothing else."""
        ...


class Register(Protocol):
    """台帳."""

    def change(self, change: Change, *, actor: str) -> None:
        """One person's change, with its entry."""
        ...


@dataclass(frozen=True, slots=True)
class Configured:
    """設定された認証基盤."""

    settings: ProviderSettings
    provider: IdentityProvider
    groups: Mapping[str, GroupRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Started:
    """出発: where the browser goes, and the cookie it takes along."""

    url: str
    cookie: str = field(repr=False)


class Federation:
    """組織のアカウントの窓口. ``back`` is the address of our sign-in page, as the browser knows it."""

    def __init__(
        self,
        store: FederationStore,
        register: Register,
        accounts: Accounts,
        *,
        clock: Clock,
        keys: Keys,
        configured: Mapping[str, Configured],
        back: str,
    ) -> None:
        self._store = store
        self._register = register
        self._accounts = accounts
        self._clock = clock
        self._key = keys.hmac_key("oidc-state", "")
        self._configured = configured
        self._back = back

    def titles(self) -> dict[str, str]:
        """The words of the buttons, by the provider's name."""
        return {name: item.settings.title for name, item in self._configured.items()}

    def contact(self, name: str) -> str:
        """Whom to ask."""
        return self._of(name).settings.contact

    def start(self, name: str, following: str, *, failing: Callable[[], None] = lambda: None) -> Started:
        """出発する. Raises UnknownRoute, UpstreamError where the provider can't be reached."""
        item = self._of(name)
        secret = secrets.token_urlsafe(32)
        until = int((self._clock.now() + ON_THE_WAY).timestamp())
        body = ".".join((secret, str(until), base64.urlsafe_b64encode(following.encode()).decode().rstrip("=")))
        way = _Way(secret)
        try:
            url = item.provider.authorization_url(state=way.state, nonce=way.nonce, verifier=way.verifier)
        except NotIdentified as error:
            failing()
            raise self._refused(name, item.settings, error) from None
        return Started(url, f"{body}.{self._mac(name, body)}")

    def finish(
        self,
        name: str,
        cookie: str,
        reply: Mapping[str, str],
        *,
        user_agent: str,
        failing: Callable[[], None] = lambda: None,
    ) -> tuple[SignedIn, str]:
        """戻る: the session, and where to go on. Raises Unauthenticated, Forbidden, UpstreamError; all recorded.

        ``failing`` is called before a refusal is recorded, and may raise TooMany instead.
        """
        item = self._of(name)
        settings = item.settings
        try:
            way, following = self._way(name, cookie, reply)
            claims = item.provider.identify(reply, nonce=way.nonce, verifier=way.verifier)
            claimed = read_claims(claims, settings, item.groups)
            member = self._member(name, settings, claimed)
        except NotIdentified as error:
            failing()
            raise self._refused(name, settings, error) from None
        return self._accounts.begin(member, user_agent=user_agent, by=OIDC, provider=name), following

    def leave(self, name: str) -> str:
        """Where to go on after signing out here; empty where the provider is not to be left."""
        item = self._configured.get(name)
        if item is None:
            return ""
        return item.provider.logout_url(self._back)

    def leaves_at_once(self, name: str) -> bool:
        """Whether signing out here signs out there without asking."""
        item = self._configured.get(name)
        return item is not None and item.settings.logout == "provider"

    def _of(self, name: str) -> Configured:
        item = self._configured.get(name)
        if item is None:
            raise UnknownRoute("その認証基盤は設定されていません。ログインの画面から選び直してください。")
        return item

    def _mac(self, name: str, body: str) -> str:
        return hmac.digest(self._key, f"{name}.{body}".encode(), "sha256").hex()

    def _way(self, name: str, cookie: str, reply: Mapping[str, str]) -> tuple[_Way, str]:
        """What the browser took along, if it is ours, of this provider, in time, and not used yet."""
        body, _, mac = cookie.rpartition(".")
        parts = body.split(".")
        if len(parts) != 3 or not hmac.compare_digest(mac.encode(), self._mac(name, body).encode()):
            raise NotIdentified("no_state", f"ログインの途中の情報がありません。{_AGAIN}", status=401)
        way = _Way(parts[0])
        if not hmac.compare_digest(reply.get("state", "").encode(), way.state.encode()):
            raise NotIdentified("state", f"ログインの応答が、このブラウザーのものではありません。{_AGAIN}", status=401)
        now = self._clock.now()
        until = dt.datetime.fromtimestamp(int(parts[1]), dt.UTC)
        if now > until:
            raise NotIdentified("late", f"ログインに時間がかかりすぎました。{_AGAIN}", status=401)
        if not self._store.use_up(hashlib.sha256(way.state.encode()).hexdigest(), now, until):
            raise NotIdentified("replayed", f"このログインの応答は使用済みです。{_AGAIN}", status=401)
        return way, base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4)).decode()

    def _member(self, name: str, settings: ProviderSettings, claimed: Claimed) -> Member:
        """Who it is in the register, after what the sign-in changes there."""
        found = self._known(settings, claimed)
        today = japan_date(self._clock.now())
        who = found.person.id if found else ""
        if found is not None and not found.person.active(today):
            ask = f"{settings.contact}に確かめてください。"
            raise NotIdentified("inactive", f"利用期間が終わっているか、異動・退職済みです。{ask}", person=who)
        try:
            self._check_link(settings, claimed, found)
            change = change_for(claimed, found, settings, self._store.departments(settings.organisation))
        except NotIdentified as error:
            error.person = who
            raise
        person = change.after if change else found.person if found else None
        assert person is not None
        if change is not None:
            self._register.change(change, actor=ACTOR)
        if self._store.linked(settings.issuer, claimed.subject) is None:
            event = self._event("identity_linked", settings, person.id, {"person": person.id, "provider": name})
            if not self._store.link(settings.issuer, claimed.subject, person, event):
                raise _other(settings, person.id)
        member = self._store.member(settings.organisation, person.id)
        assert member is not None
        return member

    def _known(self, settings: ProviderSettings, claimed: Claimed) -> Member | None:
        if settings.match == "id":
            return self._store.member(settings.organisation, claimed.key)
        found = self._store.by_mail(settings.organisation, claimed.key)
        if len(found) > 1:
            ask = f"{settings.contact}に確かめてください。"
            raise NotIdentified("mail_twice", f"同じメールアドレスの職員が2人以上います。{ask}")
        return found[0] if found else None

    def _check_link(self, settings: ProviderSettings, claimed: Claimed, found: Member | None) -> None:
        """A subject and a person that belong together once do so for good: names and addresses are given anew."""
        whose = self._store.linked(settings.issuer, claimed.subject)
        mine = self._store.subject_of(settings.issuer, found.person) if found else None
        who = (found.person.organisation, found.person.id) if found else None
        if (whose is not None and whose != who) or (mine is not None and mine != claimed.subject):
            raise _other(settings, found.person.id if found else "")

    def _refused(self, name: str, settings: ProviderSettings, error: NotIdentified) -> AiGovError:
        data = {"reason": error.reason, "by": OIDC, "provider": name}
        self._store.record_event(self._event("sign_in_failed", settings, error.person, data))
        if error.status >= 500:
            return UpstreamError(f"{error.message}続く場合は{settings.contact}に連絡してください。")
        return Unauthenticated(error.message) if error.status == Unauthenticated.status else Forbidden(error.message)

    def _event(self, kind: str, settings: ProviderSettings, person: str, data: Mapping[str, Json]) -> Event:
        return Event(kind, self._clock.now(), "", settings.organisation, "", person, data)


class _Way:
    """What one sign-in is known by, all from one secret."""

    def __init__(self, secret: str) -> None:
        def derived(purpose: bytes) -> str:
            return base64.urlsafe_b64encode(hmac.digest(secret.encode(), purpose, "sha256")).decode().rstrip("=")

        self.state = derived(b"state")
        self.nonce = derived(b"nonce")
        self.verifier = derived(b"verifier")


def _other(settings: ProviderSettings, person: str) -> NotIdentified:
    return NotIdentified(
        "other_account",
        "この職員番号は、別の組織アカウントと結び付いています。"
        f"アカウントが変わったときは、{settings.contact}に結び付けの解除を依頼してください。",
        person=person,
    )
