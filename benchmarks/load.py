"""Sends one request again and again over kept HTTP/1.1 connections, and writes the times as JSON; its own process.

Reads a job from standard input: port, key, body (JSON text), count, concurrency. A time is that of the whole answer,
and for streams also that of the first event; both in milliseconds.
"""

import asyncio
import json
import sys
import time


async def _one(reader, writer, request):
    started = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    first = 0.0
    if b"content-length" in lines:
        body = await reader.readexactly(int(lines[b"content-length"]))
    else:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
            first = first or time.perf_counter()
        await reader.readexactly(2)
    ended = time.perf_counter()
    if status != 200:
        raise SystemExit(f"status {status}: {body.decode()[:300]}")
    return (ended - started) * 1000, ((first or ended) - started) * 1000


async def _connection(job, request, left, times):
    reader, writer = await asyncio.open_connection("127.0.0.1", job["port"])
    while left:
        left.pop()
        times.append(await _one(reader, writer, request))
    writer.close()


async def main():
    job = json.load(sys.stdin)
    body = job["body"].encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {job['key']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    left, times = [None] * job["count"], []
    started = time.perf_counter()
    await asyncio.gather(*(_connection(job, head.encode() + body, left, times) for _ in range(job["concurrency"])))
    seconds = time.perf_counter() - started
    json.dump({"seconds": seconds, "whole": [t[0] for t in times], "first": [t[1] for t in times]}, sys.stdout)


asyncio.run(main())
