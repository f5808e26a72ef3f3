"""A service that answers at once (mock), and a relay that does nothing but relay (proxy): each its own process."""

import json
import sys

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

ANSWER = "ご案内の文は次のとおりです。受付は平日の午前9時から午後5時までです。"
TOP = {"id": "chatcmpl-mock", "created": 0, "model": "mock"}
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def _event(**body):
    return b"data: " + json.dumps({**TOP, "object": "chat.completion.chunk", **body}).encode() + b"\n\n"


WHOLE = json.dumps(
    {
        **TOP,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}],
        "usage": USAGE,
    }
).encode()
EVENTS = [
    *(_event(choices=[{"index": 0, "delta": {"content": c}, "finish_reason": None}]) for c in ANSWER),
    _event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]),
    _event(choices=[], usage=USAGE) + b"data: [DONE]\n\n",
]


async def mock(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    stream = b'"stream":true' in body.replace(b" ", b"")
    kind = b"text/event-stream" if stream else b"application/json"
    headers = [(b"content-type", kind)]
    if not stream:
        headers.append((b"content-length", str(len(WHOLE)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for piece in EVENTS if stream else [WHOLE]:
        await send({"type": "http.response.body", "body": piece, "more_body": stream})
    if stream:
        await send({"type": "http.response.body", "body": b""})


def proxy(upstream):
    """What every gateway costs at least: read, send on, hand back."""
    client = httpx2.AsyncClient(base_url=upstream, trust_env=False, timeout=60)

    async def chat(request):
        body = await request.body()
        sent = client.build_request(
            "POST", "/chat/completions", content=body, headers={"Content-Type": "application/json"}
        )
        response = await client.send(sent, stream=True)
        kind = response.headers["content-type"]
        if not kind.startswith("text/event-stream"):
            await response.aread()
            return Response(response.content, media_type=kind)
        return StreamingResponse(response.aiter_raw(), media_type=kind)

    return Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])


if __name__ == "__main__":
    port, *upstream = sys.argv[1:]
    app = proxy(upstream[0]) if upstream else mock
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_config=None, access_log=False, lifespan="off")
