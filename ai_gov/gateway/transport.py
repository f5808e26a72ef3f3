"""経路の保護: prompts and keys may cross a network only under TLS, ours or that of a trusted proxy."""

from __future__ import annotations

import ipaddress

from starlette.types import Scope

from ai_gov.errors import Forbidden


def require_protected(scope: Scope) -> None:
    """Raises Forbidden for a connection from another machine that is not encrypted.

    Behind a trusted proxy the server has put the proxy's word (``X-Forwarded-Proto``) into ``scheme`` already; a
    machine that goes past the proxy is refused here.
    """
    if scope["scheme"] == "https" or _here(scope.get("client")):
        return
    raise Forbidden(
        "暗号化されていない接続では受け付けません。https:// の入口"
        "（TLS、または TLS を終端する中継サーバー）を使ってください。"
        "中継サーバーの側では、X-Forwarded-Proto に https を付けて送る設定にしてください。"
    )


def _here(client: tuple[str, int] | None) -> bool:
    if client is None:  # a socket of this machine
        return True
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if address.version == 6 else None
    return (mapped or address).is_loopback
