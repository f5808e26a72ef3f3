"""監査シート: what this log can show for an audit, in the columns that 総務省's audit guideline has.

The columns are those of 「地方公共団体における情報セキュリティ監査に関するガイドライン」 第3章 (項目, No., 必須,
監査項目, 監査資料の例 …). Its items themselves are not reproduced: No. and 必須 stay empty until the municipality fills
them in from the edition it audits by. The headings (1–9) are those of its 対策基準.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ai_gov.documents.blocks import Block, Document, Heading, Paragraph, Table, runs
from ai_gov.documents.report import ReportData

HEAD: Final = ("項目", "No.", "必須", "監査項目（この道具で示せること）", "監査資料", "結果")
WIDTHS: Final = (4, 1, 1, 6, 5, 5)
NOTE: Final = (
    "項目の番号（No.）と必須の別は、監査に使う版の「地方公共団体における情報セキュリティ監査に関するガイドライン」から"
    "記入してください。この表は列の並びをそろえたもので、同ガイドラインの監査項目の文言ではありません。"
)


def audit_sheet(data: ReportData) -> Document:
    """監査シート."""
    title = f"生成AI利用の監査シート（{data.figures.period.title}）"
    blocks: tuple[Block, ...] = (
        Paragraph(runs(NOTE), note=True),
        Heading(1, "監査項目"),
        Table(HEAD, tuple(rows(data)), id="", widths=WIDTHS),
    )
    return Document(title, blocks, data.organisation, data.issued, subject="情報セキュリティ監査", contents=False)


def rows(data: ReportData) -> Iterator[tuple[str, str, str, str, str, str]]:
    """One line for each thing that can be shown."""
    figures, evidence = data.figures, data.evidence
    refused = sum(figures.refused.values())
    stopped = sum(figures.level_actions[f"3A/{action}"] for action in ("block", "hold"))
    passed = sum(figures.level_actions[f"3A/{action}"] for action in ("allow", "redact"))
    yield (
        "2 情報資産の分類と管理\n（施行規則16条の3 2号）",
        "",
        "",
        "依頼文が自治体機密性の区分により検査され、区分に応じて送信・伏せ字・停止されているか。",
        "利用状況報告（区分別・判定別）、policy.yaml、検知規則",
        (
            f"検査 {figures.uses:,} 件、伏せて送信 {figures.actions['redact']:,} 件、"
            f"停止 {figures.actions['block']:,} 件、保留 {figures.actions['hold']:,} 件。"
            f"自治体機密性3Aは停止 {stopped:,} 件・送信 {passed:,} 件。"
        ),
    )
    yield (
        "2 情報資産の分類と管理\n（番号法19条・20条）",
        "",
        "",
        "個人番号が検知されたとき、送信されず、値が記録に残っていないか。",
        "監査ログの検索（検知の種類が個人番号）の結果",
        f"個人番号を検知した依頼 {figures.finding_uses['JP_MY_NUMBER']:,} 件。値・照合符号は記録しない仕組みです。",
    )
    yield (
        "6 技術的セキュリティ\n（施行規則16条の3 5号・6号）",
        "",
        "",
        "利用の記録（ログ）が取得され、改ざん・削除がないことを確かめられるか。",
        "ai-gov audit verify の出力、外部に控えたチェックポイント、書き出したログ",
        evidence.verified
        or f"記録 {evidence.entries:,} 件、チェックポイント {evidence.size:,} 件まで署名済み（検証は未実施）。",
    )
    yield (
        "7 運用\n（施行規則16条の3 6号）",
        "",
        "",
        "ログが定期に点検・分析されているか。",
        "この報告、ai-gov audit alerts、ログの閲覧記録（log_read）",
        f"{figures.period.title}の報告を {data.issued:%Y-%m-%d} に作成。受け付けなかった依頼 {refused:,} 件。",
    )
    destinations = "、".join(
        f"{data.names.destinations.get(name, name)} {count:,}件" for name, count in figures.destinations.most_common(10)
    )
    yield (
        "8 業務委託と外部サービス（クラウドサービス）の利用\n（施行規則16条の3 7号）",
        "",
        "",
        "承認された送信先だけが、承認された区分の範囲で使われているか。",
        "policy.yaml の destinations（service・max_level・approved_until）、送信先別の件数",
        destinations or "この期間の利用はありません。",
    )
    yield (
        "9 評価・見直し\n（施行規則16条の3 8号）",
        "",
        "",
        "規則・方針の変更が、誰がいつ何を変えたか分かる形で残っているか。",
        "ai-gov audit changes の出力",
        "変更の一覧を添えてください。",
    )
