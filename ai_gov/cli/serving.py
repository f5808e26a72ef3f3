"""ai-gov serve: ゲートウェイを動かす."""

from __future__ import annotations

import os
import ssl
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.cli.textfile import unreadable
from ai_gov.errors import ConfigError, FailClosed, Problem


def serve(
    host: Annotated[str, typer.Option(help="待ち受けるアドレス（AI_GOV_HOST）。")] = "",
    port: Annotated[int, typer.Option(help="待ち受けるポート（AI_GOV_PORT）。")] = 0,
    reader: Annotated[str, typer.Option(help="読み取りの方式（fast・thorough。AI_GOV_READER）。")] = "",
) -> None:
    """OpenAI 互換のゲートウェイを動かします。止めるには Ctrl+C を押します。"""
    import uvicorn

    from ai_gov.gateway import logs

    typed = {"AI_GOV_HOST": host, "AI_GOV_PORT": str(port or ""), "AI_GOV_READER": reader}
    given = {**os.environ, **{name: value for name, value in typed.items() if value}}
    current = settings.load(given)
    _check_certificate(current)
    logs.configure()
    application = wiring.app(current)
    typer.echo(f"ai_gov を起動しました: {entrance(current)}/v1 （データ: {current.data_dir}）")
    if "default" not in current.upstreams:
        typer.echo("送信先が未設定のため、内蔵の体験用モデル（model=demo）だけが使えます。")
        typer.echo("  → AI_GOV_UPSTREAM_BASE_URL と AI_GOV_UPSTREAM_API_KEY を設定すると、実際のサービスへ送ります。")
    if application.state.setup_token:
        address = f"{entrance(current)}/setup?token={application.state.setup_token}"
        typer.echo(
            f"はじめに、このアドレスを開いて団体と最初の担当者を登録してください（一度だけ使えます）:\n  {address}"
        )
    else:
        typer.echo(f"職員の画面: {entrance(current)}/")
    typer.echo("職員の登録と鍵の発行: ai-gov user add --help ／ ai-gov key issue --help")
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            host=current.host,
            port=current.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(current.trusted_proxy),
            forwarded_allow_ips=current.trusted_proxy.replace(" ", "") or None,
            ssl_certfile=str(current.tls_cert) if current.tls_cert else None,
            ssl_keyfile=str(current.tls_key) if current.tls_key else None,
            timeout_graceful_shutdown=20,
        )
    )
    try:
        server.run()
    except SystemExit as error:
        if error.code:
            raise FailClosed(
                f"{current.host}:{current.port} で待ち受けられません。別の AI_GOV_PORT を指定するか、"
                "そのポートを使っているものを止めてください。"
            ) from None
        raise


def entrance(current: settings.Settings) -> str:
    """入口: what staff put into their applications, without ``/v1``."""
    if current.public_url:
        return current.public_url.rstrip("/")
    host = f"[{current.host}]" if ":" in current.host else current.host
    return f"{'https' if current.tls_cert else 'http'}://{host}:{current.port}"


def _check_certificate(current: settings.Settings) -> None:
    """Raises ConfigError where TLS could not begin, before anything is opened."""
    if current.tls_cert is None or current.tls_key is None:
        return
    for name, file in (("AI_GOV_TLS_CERT", current.tls_cert), ("AI_GOV_TLS_KEY", current.tls_key)):
        try:
            file.read_bytes()
        except OSError as error:
            raise ConfigError([Problem("設定", 1, f"{name}: {unreadable(file, error).message}")]) from None
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            current.tls_cert, current.tls_key, password=""
        )
    except (ssl.SSLError, ValueError):
        message = (
            f"{current.tls_cert} と {current.tls_key} を TLS に使えません。証明書と、それに対応する秘密鍵"
            "（どちらも PEM 形式、鍵はパスワードなし）を指定してください。"
        )
        raise ConfigError([Problem("設定", 1, message)]) from None
