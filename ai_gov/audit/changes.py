"""変更の説明: what an entry about policy, rules, people, keys or settings says in Japanese, with before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.audit.found import Recorded
from ai_gov.model import Json

TITLES: Final = {
    "config_applied": "規則・方針などの適用",
    "settings_changed": "サーバーの設定の変更",
    "guideline_published": "利用ガイドラインの公表",
    "guideline_reviewed": "利用ガイドラインの見直し（改めるところなし）",
    "organisation_set": "団体の登録・名称変更",
    "department_set": "所属の登録・名称変更",
    "person_added": "職員の追加",
    "person_moved": "職員の異動",
    "person_changed": "職員の登録内容の変更",
    "person_returned": "職員の復帰",
    "person_left": "職員の転出・退職",
    "role_granted": "役割の付与",
    "role_revoked": "役割の取消し",
    "key_issued": "APIキーの発行",
    "key_revoked": "APIキーの無効化",
    "identity_linked": "組織アカウントの結び付け",
    "identity_unlinked": "組織アカウントの結び付けの解除",
    "password_changed": "パスワードの変更",
    "password_reset": "パスワードの再設定",
    "suggestion_decided": "申し出への対応",
    "deleted": "記録の削除",
    "hold_set": "保存の延長（削除の停止）",
    "hold_lifted": "保存の延長の解除",
}
_NAMES: Final = {
    "person": "職員",
    "provider": "認証基盤",
    "role": "役割",
    "department": "所属",
    "key": "キー",
    "reason": "理由",
    "label": "名前",
    "name": "名称",
    "scope_organisation": "範囲（団体）",
    "scope_department": "範囲（所属）",
    "valid_from": "開始日",
    "valid_to": "終了日",
    "valid_until": "利用の期限",
    "expires_at": "期限",
    "default_use": "既定の用途",
    "deputy_for": "代理される人",
    "number": "版",
    "title": "表題",
    "effective": "施行日",
}
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """変更1件. ``before`` and ``after`` are digests where a whole set changed; ``lines`` is a readable difference."""

    position: int
    at: dt.datetime
    organisation: str
    actor: str
    kind: str
    title: str
    before: str = ""
    after: str = ""
    summary: str = ""
    lines: tuple[str, ...] = ()


def change_of(entry: Recorded) -> Change:
    """An entry as the change that it records."""
    columns = entry.columns
    data: Mapping[str, Json] = entry.event.data if entry.event is not None else {}
    lines = tuple(_lines(data))
    return Change(
        position=entry.position,
        at=dt.datetime.fromisoformat(columns["at"]),
        organisation=columns["organisation"],
        actor=columns["actor"],
        kind=columns["kind"],
        title=TITLES.get(columns["kind"], columns["kind"]),
        before=_digest(data.get("before")),
        after=_digest(data.get("digest")),
        summary="（記録の内容は削除済み）" if entry.event is None else "、".join(_summary(data))[:_LONGEST],
        lines=lines,
    )


def _digest(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _lines(data: Mapping[str, Json]) -> Iterator[str]:
    """The difference: a unified diff as it was stored, or each value before and after."""
    diff = data.get("diff")
    if isinstance(diff, list):
        yield from (line for line in diff if isinstance(line, str))
    for name, value in data.items():
        if isinstance(value, list) and len(value) == 2 and name != "diff" and not _nested(value):
            yield f"{_NAMES.get(name, name)}: {_shown(value[0])} → {_shown(value[1])}"
    changed = data.get("changed")
    if isinstance(changed, dict):
        for name, value in sorted(changed.items()):
            if isinstance(value, list) and len(value) == 2:
                yield f"{name}: {_shown(value[0])} → {_shown(value[1])}"


def _summary(data: Mapping[str, Json]) -> Iterator[str]:
    files = [line[4:] for line in data.get("diff") or () if isinstance(line, str) and line.startswith("+++ ")]
    if files:
        yield f"{len(files)}ファイル（{'、'.join(files[:3])}{' ほか' if len(files) > 3 else ''}）"
    changed = data.get("changed")
    if isinstance(changed, dict):
        yield f"{'、'.join(sorted(changed))}"
    for name, value in data.items():
        if name in ("digest", "before", "diff", "changed", "settings"):
            continue
        if isinstance(value, str | int) and value not in ("", None):
            yield f"{_NAMES.get(name, name)} {value}"


def _nested(value: list[Json]) -> bool:
    return any(isinstance(item, list | dict) for item in value)


def _shown(value: Json) -> str:
    return "（なし）" if value in (None, "") else str(value)
