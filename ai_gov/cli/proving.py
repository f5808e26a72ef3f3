"""本人の確認: who acts on the command line for others to rely on shows it by the password of the pages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov.cli import opening
from ai_gov.errors import BadRequest, Forbidden
from ai_gov.review.record import Who
from ai_gov.service.accounts import Accounts

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore

Person = Annotated[
    str, typer.Option("--actor", help="操作する人の職員番号。画面のパスワードで本人か確かめます（標準入力でも可）。")
]


def proven(store: DatabaseStore, person: str, organisation: str) -> Who:
    """The person, once the password has shown it. Raises BadRequest, Unauthenticated, Forbidden."""
    if not person:
        raise BadRequest("--actor で、操作する人の職員番号を指定してください。")
    here = opening.organisation(store, organisation)
    accounts = Accounts(store.accounts, store.clock)
    signed = accounts.sign_in(here, person, _password(), user_agent="ai-gov")
    accounts.sign_out(signed.visitor)
    if signed.visitor.must_change:
        raise Forbidden("初期パスワードのままです。画面にログインして、パスワードを変えてから使ってください。")
    return Who(here, person)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("パスワード", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
