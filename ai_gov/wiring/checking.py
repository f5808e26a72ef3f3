"""点検の組み立て: what ``ai-gov doctor`` looks at beyond the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ai_gov.errors import ConfigError
from ai_gov.people.model import Person
from ai_gov.settings import Settings
from ai_gov.wiring.health import Finding
from ai_gov.wiring.identity import group_rules, provider
from ai_gov.wiring.reminding import failing, mailer

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def of_sign_in(settings: Settings) -> Iterator[Finding]:
    """ログインの点検: of the identity providers; needs no database."""
    if not settings.oidc:
        return
    from ai_gov.identity.check import examine

    for name, item in settings.oidc.items():
        yield from examine(name, item, provider(settings, name))
        try:
            rules = group_rules(item)
        except ConfigError as error:
            yield False, f"認証基盤「{name}」: {error.message}"
            continue
        if item.maps_groups:
            yield True, f"認証基盤「{name}」: {len({*rules, *item.groups})} 個のグループから役割を決めます"


def of_mail(settings: Settings, opened: DatabaseStore | None = None) -> Iterator[Finding]:
    """メールの点検: whether the server lets us in, and whether the last reminders went out."""
    server = mailer(settings)
    if server is None:
        return
    from ai_gov.service.reminders import NotMailed

    smtp = settings.smtp
    if opened is None:
        try:
            server.check()
        except NotMailed as error:
            yield (
                False,
                f"メール（{smtp.host}）: {error}。AI_GOV_SMTP_HOST などの設定と、そこへの通信を確かめてください",
            )
        else:
            yield True, f"メール（{smtp.host}）: 送信サーバーに接続できました（送ってはいません）"
    elif count := failing(opened):
        yield (
            False,
            f"メール: この数日の確認の知らせが {count} 人に届いていません。理由は記録（reminder_failed）にあります",
        )


def of_register(settings: Settings, opened: DatabaseStore) -> Iterator[Finding]:
    """台帳の点検: whether what the settings name of people and organisations is there."""
    known = {item.id for item in opened.people.organisations()}
    for name, item in settings.oidc.items():
        if item.organisation not in known:
            yield False, f"認証基盤「{name}」: 団体 {item.organisation} がまだ登録されていません"
            continue
        codes = opened.federation.departments(item.organisation)
        named = {*item.departments.values(), *(rule.department for rule in item.groups.values() if rule.department)}
        if missing := sorted(named - codes):
            yield False, f"認証基盤「{name}」: 所属 {'・'.join(missing)} が登録されていません"
    for organisation, person in sorted(settings.emergency or ()):
        member = opened.people.member(organisation, person)
        able = member is not None and not member.person.left
        able = able and opened.accounts.password(Person(organisation, person, "")) is not None
        yield (
            able,
            f"非常用のアカウント {organisation}/{person}"
            + ("" if able else " にパスワードがないか、登録がありません → ai-gov user password --help"),
        )
