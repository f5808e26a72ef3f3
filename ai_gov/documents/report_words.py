"""報告の言葉: what codes are called in a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ACTIONS: Final = {"allow": "そのまま送信", "redact": "伏せて送信", "hold": "保留", "block": "停止"}
OUTCOMES: Final = {
    "answered": "回答済み",
    "failed": "失敗（送信先の異常など）",
    "client_gone": "利用者が切断",
    "interrupted": "中断（サーバーの停止）",
}
REFUSED: Final = {
    "unauthenticated": "APIキーがない・無効",
    "forbidden": "権限がない",
    "bad_request": "読めない・未対応の項目",
    "not_found": "経路またはモデルがない",
    "too_large": "長すぎる",
    "rate_limited": "回数の上限",
    "detector_failed": "検査の異常・時間切れ",
    "record_failed": "記録できない",
    "training_required": "研修の合格がない",
    "not_prepared": "利用の条件を満たしていない",
}


REVIEWS: Final = {
    "review_started": "下書きの作成",
    "review_edited": "修正",
    "review_requested": "確認の依頼",
    "review_commented": "意見",
    "review_approved": "承認",
    "review_returned": "差戻し",
    "review_rejected": "却下",
    "review_released": "公開・施行",
    "review_withdrawn": "取下げ",
    "review_expired": "期限切れ",
}


@dataclass(frozen=True, slots=True)
class Names:
    """名称: of what records name by codes. A code without a name is shown as it is."""

    organisations: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[tuple[str, str], str] = field(default_factory=dict)
    uses: Mapping[str, str] = field(default_factory=dict)
    destinations: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)

    def department(self, who: tuple[str, str], *, several: bool) -> str:
        """A department, with its organisation where there are several."""
        name = self.departments.get(who, who[1]) or "（所属なし）"
        return f"{self.organisations.get(who[0], who[0])} {name}" if several else name


def finding(code: str, names: Names) -> str:
    """A type of finding: 氏名（PERSON）."""
    title = names.findings.get(code)
    return f"{title}（{code}）" if title else code
