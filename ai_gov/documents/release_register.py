"""公開の登録簿: what went out, as a static site for the town's web space and as JSON, without any personal data.

``register.json`` holds what the pages say; ``register.note`` is a signed note (C2SP) over its SHA-256, a checkpoint of
its own origin, so that nobody can put a release in or take one out unseen who does not hold the town's key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from ai_gov.audit.checkpoint import Checkpoint, CheckpointError, SigningKey, VerifierKey, open_note, sign
from ai_gov.audit.event import timestamp
from ai_gov.documents import html
from ai_gov.documents.blocks import Block, Document, Heading, Listing, Paragraph, Table, runs
from ai_gov.errors import BadRequest
from ai_gov.model import JST, Json
from ai_gov.review.released import Release

DATA: Final = "register.json"
NOTE: Final = "register.note"
KEYS: Final = "verifiers.txt"
ORIGIN: Final = "/releases"
"""Behind the name of the key, so that no checkpoint of the log is taken for one of the register, or the reverse."""

SCHEMA: Final = 1
KINDS: Final = {"txt": "文章", "html": "ウェブページ", "docx": "Word", "pdf": "PDF"}
AUDIENCES: Final = {"external": "庁外への公開", "internal": "庁内の決裁"}


def public_facts(release: Release) -> dict[str, Json]:
    """公開してよい項目: of a release; also what /verify shows."""
    return {
        "id": release.id,
        "organisation": release.organisation_name,
        "department": release.department_name,
        "released_at": timestamp(release.released_at),
        "withdrawn_at": timestamp(release.withdrawn_at) if release.withdrawn_at else None,
        "degree": release.degree.value,
        "degree_words": release.degree.ja,
        "digitalSourceType": release.degree.source,
        "label": release.sentence,
        "reviewers": release.reviewers,
        "sha256": dict(sorted(release.digests.items())),
    }


def site(releases: Iterable[Release], organisation: str, key: SigningKey, now: dt.datetime) -> dict[str, bytes]:
    """登録簿のサイト: paths and files. Only what went out of the house is in it."""
    public = [release for release in releases if release.audience == "external"]
    facts = [public_facts(release) for release in public]
    value = {"schema": SCHEMA, "organisation": organisation, "made_at": timestamp(now), "releases": facts}
    data = (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    note = sign(_checkpoint(key.name, len(facts), data), key)
    out = {
        "index.html": html.write(_index(facts, organisation, now)).encode(),
        DATA: data,
        NOTE: note.encode(),
        KEYS: f"{key.verifier}\n".encode(),
    }
    for item in facts:
        out[f"verify/{item['id']}/index.html"] = html.write(_page(item, organisation, now)).encode()
    return out


def read_site(data: bytes, note: str, keys: Iterable[VerifierKey]) -> list[dict[str, Json]]:
    """登録簿を読む: its releases, once the signature holds over these very bytes. Raises BadRequest."""
    try:
        opened = open_note(note, keys)
        value = json.loads(data)
        releases = list(value["releases"])
        good = value["schema"] == SCHEMA and opened.origin.endswith(ORIGIN) and opened.size == len(releases)
        good = good and opened.root == hashlib.sha256(data).digest()
    except (CheckpointError, ValueError, KeyError, TypeError):
        good, releases = False, []
    if not good:
        raise BadRequest(
            "登録簿の署名を確かめられません。登録簿が途中で変えられたか、検証鍵が違います。"
            "発行した団体から、登録簿と検証鍵を受け取り直してください。"
        )
    return releases


def found_in(facts: Iterable[Mapping[str, Json]], sha256: str) -> list[tuple[Mapping[str, Json], str]]:
    """登録簿で探す: releases in which a file of this digest was released, with its kind."""
    return [(item, kind) for item in facts for kind, digest in item["sha256"].items() if digest == sha256]


def page_of(release: Release, now: dt.datetime) -> Document:
    """公開の記録のページ: what anybody may see of one release."""
    return _page(public_facts(release), release.organisation_name, now)


def _checkpoint(name: str, count: int, data: bytes) -> Checkpoint:
    return Checkpoint(f"{name}{ORIGIN}", count, hashlib.sha256(data).digest())


def _index(facts: list[dict[str, Json]], organisation: str, now: dt.datetime) -> Document:
    rows = tuple(
        (item["id"], _day(item["released_at"]), item["department"], item["degree_words"], _state(item))
        for item in reversed(facts)
    )
    header = ("公開番号", "公開した日", "所属", "生成AIの利用", "状態")
    blocks: tuple[Block, ...] = (
        Paragraph(runs("生成AIを利用して作成し、職員が確認して公開した文書の記録です。個人情報は含みません。")),
        *([Table(header, rows, "公開した文書")] if rows else [Paragraph(runs("公開した文書はまだありません。"))]),
        Heading(1, "確かめ方"),
        Listing(
            (
                runs("公開番号のページ（verify/公開番号/）に、ファイルごとの照合値（SHA-256）があります。"),
                runs(f"一覧は {DATA}、その署名は {NOTE} にあります。検証鍵は、別の方法でも受け取って比べてください。"),
                runs("「ai-gov release verify ファイル --register フォルダー --key 検証鍵」で確かめられます。"),
            )
        ),
    )
    title = f"{organisation}　公開文書の生成AI利用の記録"
    return Document(title, blocks, organisation, now.astimezone(JST).date(), contents=False)


def _page(item: Mapping[str, Json], organisation: str, now: dt.datetime) -> Document:
    withdrawn = item["withdrawn_at"]
    rows = [
        ("公開番号", item["id"]),
        ("状態", _state(item)),
        ("公開した団体・所属", f"{item['organisation']}　{item['department']}"),
        ("公開した日時", _moment(item["released_at"])),
        *([("取り下げた日時", _moment(withdrawn))] if withdrawn else []),
        ("生成AIの利用", item["degree_words"]),
        ("文書の表示", item["label"] or "なし"),
        ("確認した職員の数", f"{item['reviewers']}人（作成者を除く）"),
        *[(f"照合値（{KINDS.get(kind, kind)}）", digest) for kind, digest in item["sha256"].items()],
    ]
    notice = "**この文書は取り下げられています。** 今の案内としては使わないでください。"
    blocks: tuple[Block, ...] = (
        *([Paragraph(runs(notice))] if withdrawn else []),
        Table(("項目", "内容"), tuple(rows), widths=(3, 9)),
        Paragraph(runs("照合値（SHA-256）がお手元のファイルと同じなら、公開したものと1文字も違いません。"), note=True),
    )
    day = now.astimezone(JST).date()
    return Document(f"公開の記録　{item['id']}", blocks, organisation, day, contents=False)


def _state(item: Mapping[str, Json]) -> str:
    return "取下げ済み" if item["withdrawn_at"] else "公開中"


def _moment(text: str) -> str:
    return f"{dt.datetime.fromisoformat(text).astimezone(JST):%Y-%m-%d %H:%M}"


def _day(text: str) -> str:
    return _moment(text)[:10]


__all__ = ["AUDIENCES", "DATA", "KEYS", "KINDS", "NOTE", "found_in", "page_of", "public_facts", "read_site", "site"]
