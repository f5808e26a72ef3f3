"""ai-gov serve: ゲートウェイを動かす."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ai_gov import settings, wiring
from ai_gov.errors import FailClosed


def serve(
    host: Annotated[str, typer.Option(help="待ち受けるアドレス（AI_GOV_HOST）。")] = "",
    port: Annotated[int, typer.Option(help="待ち受けるポート（AI_GOV_PORT）。")] = 0,
) -> None:
    """OpenAI 互換のゲートウェイを動かします。止めるには Ctrl+C を押します。"""
    import uvicorn

    from ai_gov.gateway import logs

    given = {**os.environ, **({"AI_GOV_HOST": host} if host else {}), **({"AI_GOV_PORT": str(port)} if port else {})}
    current = settings.load(given)
    logs.configure()
    application = wiring.app(current)
    scheme = "https" if current.tls_cert else "http"
    typer.echo(f"ai_gov を起動しました: {scheme}://{current.host}:{current.port}/v1 （データ: {current.data_dir}）")
    if "default" not in current.upstreams:
        typer.echo("送信先が未設定のため、内蔵の体験用モデル（model=demo）だけが使えます。")
        typer.echo("  → AI_GOV_UPSTREAM_BASE_URL と AI_GOV_UPSTREAM_API_KEY を設定すると、実際のサービスへ送ります。")
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
            forwarded_allow_ips=current.trusted_proxy or None,
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
