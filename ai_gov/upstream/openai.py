"""OpenAI互換の送信先: OpenAI, Azure OpenAI, vLLM, Ollama or another gateway, over one httpx2 client.

Sends exactly the bytes it was given, once: the receipt is spent first, there is no retry and no redirect, and the
proxy variables of the environment are not looked at. What an upstream says when it fails may repeat the prompt, so
nothing of it is passed on but its status and, where they are short words, its code and type.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Final

import httpx2

from ai_gov.errors import (
    AiGovError,
    UpstreamBusy,
    UpstreamError,
    UpstreamModelMissing,
    UpstreamRejected,
    UpstreamTimeout,
)
from ai_gov.model import Json
from ai_gov.service.ports import Outgoing, Receipt
from ai_gov.upstream.sse import SseDecoder, SseError

DONE: Final = "[DONE]"
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}")
_AGAIN: Final = "時間をおいてもう一度お試しください。続く場合は情報担当に連絡してください。"
_TELL: Final = "情報担当に連絡してください。"


class OpenAIUpstream:
    """OpenAI互換の送信先. ``base_url`` ends before ``/chat/completions``.

    ``azure_api_version``: Azure OpenAI; the key goes into ``api-key`` and the version into the query. Its base_url
    names the deployment (``…/openai/deployments/NAME``) or is ``…/openai/v1``. Seconds: to connect, between two
    reads, and for the whole answer. ``proxy``: the URL of a proxy, if the network wants one.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str = "",
        azure_api_version: str = "",
        connect_seconds: float = 5,
        read_seconds: float = 120,
        total_seconds: float = 900,
        max_connections: int = 200,
        max_bytes: int = 16 * 1024 * 1024,
        proxy: str = "",
        models_seconds: float = 60,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._query: Mapping[str, str] = {"api-version": azure_api_version} if azure_api_version else {}
        self._total_seconds = total_seconds
        self._max_bytes = max_bytes
        self._models_seconds = models_seconds
        self._models: tuple[float, tuple[str, ...]] = (0.0, ())
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "ai-gov"}
        if azure_api_version:
            headers["api-key"] = api_key
        elif api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        self._client = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds),
            limits=httpx2.Limits(max_connections=max_connections, max_keepalive_connections=max_connections // 2),
            follow_redirects=False,
            trust_env=False,
            proxy=proxy or None,
        )

    async def complete(self, request: Outgoing, receipt: Receipt) -> Json:
        """One whole chat completion. Raises UpstreamError and its kinds."""
        receipt.spend(hashlib.sha256(request.body).digest())
        async with self._errors(), asyncio.timeout(self._total_seconds), self._post(request) as response:
            await self._check(response)
            answer = _json(await self._read(response, self._max_bytes))
        if not isinstance(answer, dict) or not isinstance(answer.get("choices"), list):
            raise UpstreamError(f"生成AIサービスの応答が決められた形ではありません。{_AGAIN}", upstream_status=200)
        return answer

    async def stream(self, request: Outgoing, receipt: Receipt) -> AsyncIterator[Json]:
        """The chunks of a streamed chat completion. Raises UpstreamError and its kinds, also in mid-stream."""
        receipt.spend(hashlib.sha256(request.body).digest())
        async with self._errors(), self._post(request) as response:
            await self._check(response)
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                message = f"生成AIサービスが逐次応答（ストリーミング）を返しません。{_TELL}"
                raise UpstreamError(message, upstream_status=200)
            async with contextlib.aclosing(self._events(response)) as events:
                async for data in events:
                    if data == DONE:
                        return
                    yield self._chunk(data)
        raise UpstreamError(f"生成AIサービスの応答が途中で終わりました。{_AGAIN}", upstream_status=200)

    async def models(self) -> Sequence[str]:
        """The names of the models it offers, asked at most once a minute; empty where it does not say."""
        asked, names = self._models
        now = time.monotonic()
        if asked and now - asked < self._models_seconds:
            return names
        self._models = (now, names)  # others need not ask meanwhile
        try:
            async with self._errors(), asyncio.timeout(5), self._get("/models") as response:
                await self._check(response)
                listing = _json(await self._read(response, 1024 * 1024))
        except UpstreamError:
            self._models = (now, ())
            return ()
        data = listing.get("data") if isinstance(listing, dict) else None
        found = [item.get("id") for item in data if isinstance(item, dict)] if isinstance(data, list) else []
        self._models = (now, tuple(name for name in found if isinstance(name, str) and _MODEL.fullmatch(name))[:1000])
        return self._models[1]

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.aclose()

    def _post(self, request: Outgoing) -> contextlib.AbstractAsyncContextManager[httpx2.Response]:
        url = f"{self._base_url}/chat/completions"
        return self._client.stream("POST", url, content=request.body, params=self._query or None)

    def _get(self, path: str) -> contextlib.AbstractAsyncContextManager[httpx2.Response]:
        return self._client.stream("GET", f"{self._base_url}{path}", params=self._query or None)

    async def _events(self, response: httpx2.Response) -> AsyncGenerator[str]:
        decoder = SseDecoder(max_event_bytes=self._max_bytes)
        pieces = response.aiter_bytes()
        until = time.monotonic() + self._total_seconds
        size = 0
        async for piece in pieces:
            size += len(piece)
            if size > self._max_bytes:
                raise _too_large(self._max_bytes)
            if time.monotonic() > until:
                raise TimeoutError
            for data in decoder.feed(piece):
                if data == DONE:
                    await _drain(pieces)
                yield data
        for data in decoder.finish():
            yield data

    def _chunk(self, data: str) -> Json:
        chunk = _json(data)
        if not isinstance(chunk, dict) or chunk.get("error") or not isinstance(chunk.get("choices"), list):
            raise UpstreamError(f"生成AIサービスが応答の途中で異常を返しました。{_AGAIN}", upstream_status=200)
        return chunk

    async def _check(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status == httpx2.codes.OK:
            return
        raise _refusal(status, _retry_after(response.headers.get("retry-after", "")), await self._word(response))

    async def _word(self, response: httpx2.Response) -> str:
        """The code (else the type) of an upstream's error, where it is a word that can't be a text."""
        try:
            body = json.loads(await self._read(response, 64 * 1024))
            error = body.get("error", body)
            words = [error.get("code"), error.get("type")]
        except (ValueError, AttributeError, RecursionError, UpstreamError, httpx2.HTTPError):
            return ""
        return next((word for word in words if isinstance(word, str) and _WORD.fullmatch(word)), "")

    async def _read(self, response: httpx2.Response, most: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.aiter_bytes():
            size += len(piece)
            if size > most:
                raise _too_large(most)
            pieces.append(piece)
        return b"".join(pieces)

    @contextlib.asynccontextmanager
    async def _errors(self) -> AsyncIterator[None]:
        """What goes wrong between us and the upstream, as ours; none of their texts is kept."""
        try:
            yield
        except AiGovError:
            raise
        except (TimeoutError, httpx2.TimeoutException):
            raise UpstreamTimeout(f"生成AIサービスが時間内に応答しませんでした。{_AGAIN}") from None
        except httpx2.ConnectError:
            raise UpstreamError(f"生成AIサービスに接続できません。{_AGAIN}") from None
        except SseError:
            raise UpstreamError(f"生成AIサービスの応答を読めません。{_AGAIN}") from None
        except httpx2.HTTPError:
            raise UpstreamError(f"生成AIサービスとの通信が切れました。{_AGAIN}") from None


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read to the end of a body that is over, so that the connection can be used again; wait for no one."""
    with contextlib.suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(0.05):
            async for _ in pieces:
                pass


def _json(text: str | bytes) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UpstreamError(f"生成AIサービスの応答をJSONとして読めません。{_AGAIN}", upstream_status=200) from None


def _too_large(most: int) -> UpstreamError:
    return UpstreamError(
        f"生成AIサービスの応答が大きすぎます（上限 {most:,} バイト）。依頼を分けてください。", upstream_status=200
    )


def _retry_after(value: str) -> int | None:
    return min(int(value), 3600) if value.isascii() and value.isdigit() and len(value) < 8 else None


def _refusal(status: int, retry_after: int | None, word: str) -> UpstreamError:
    said = f"（{status}{'・' + word if word else ''}）"
    match status:
        case 400 | 413 | 415 | 422:
            message = f"生成AIサービスが依頼を受け付けません{said}。文章の長さと項目を確かめてください。"
            return UpstreamRejected(message, upstream_status=status, upstream_code=word)
        case 401 | 403:
            return UpstreamError(
                f"生成AIサービスが接続を認めませんでした{said}。接続用の鍵の設定を確かめるよう、{_TELL}",
                upstream_status=status,
            )
        case 404:
            return UpstreamModelMissing(
                f"生成AIサービスにそのモデルがありません{said}。方針の upstream_model と接続先を確かめるよう、{_TELL}",
                upstream_status=status,
            )
        case 408 | 504:
            return UpstreamTimeout(
                f"生成AIサービスが時間内に応答しませんでした{said}。{_AGAIN}", upstream_status=status
            )
        case 429:
            return UpstreamBusy(
                f"生成AIサービスの利用上限に達しています{said}。少し待ってからもう一度お試しください。",
                upstream_status=status,
                retry_after=retry_after,
            )
    return UpstreamError(f"生成AIサービスが異常を返しました{said}。{_AGAIN}", upstream_status=status)
