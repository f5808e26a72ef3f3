"""理由の文: the sentences that say what was found, why it matters and what to do next. They never hold a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from ai_gov.model import Finding, Level, Reason
from ai_gov.policy.schema import Combination, Destination, Use
from ai_gov.rules.schema import Rule

Rules = Mapping[str, Rule]


def listed(findings: Iterable[Finding], rules: Rules) -> str:
    """Titles with counts, in the order of appearance: ``氏名2件・電話番号1件``."""
    counts = Counter(rules[finding.rule].title for finding in findings)
    return "・".join(f"{title}{count}件" for title, count in counts.items())


def of_findings(code: str, verb: str, findings: Sequence[Finding], rules: Rules) -> tuple[Reason, ...]:
    """One sentence for each rule that spoke: what, why (level, basis), what next."""
    by_rule = sorted(findings, key=lambda finding: (-finding.level, finding.rule))
    out = []
    for rule_id, group in groupby(by_rule, key=lambda finding: finding.rule):
        members = list(group)
        rule = rules[rule_id]
        level = max(member.level for member in members)
        what = f"{rule.title}が{len(members)}件あるため、{verb}"
        out.append(Reason(code, f"{what}（{level}、根拠：{rule.basis[0]}）。{rule.advice}"))
    return tuple(out)


def redacted(findings: Sequence[Finding], rules: Rules, level: Level, why: Sequence[Combination]) -> tuple[Reason, ...]:
    """What is replaced, and how confidential the text was as written."""
    bases = [rules[max(findings, key=lambda finding: finding.level).rule].basis[0], *(item.basis for item in why)]
    masked = any(finding.irreversible for finding in findings)
    after = "元に戻さない項目のほかは、回答の中で元の表記に戻します。" if masked else "回答の中では元の表記に戻します。"
    return (
        Reason(
            "redacted",
            f"{listed(findings, rules)}を仮の表記に置き換えて送ります"
            f"（原文は{level}、根拠：{'、'.join(dict.fromkeys(bases))}）。{after}",
        ),
    )


def of_combination(item: Combination, verb: str) -> Reason:
    """A combination stands in what would be sent."""
    advice = item.advice or "人を特定できる部分を消してから、もう一度送ってください。"
    return Reason("combination", f"{item.title}があるため、{verb}（{item.raises_to}、根拠：{item.basis}）。{advice}")


def of_list(records: int, verb: str) -> Reason:
    """A list of residents."""
    return Reason(
        "list",
        f"氏名と他の個人情報の組が{records}件並ぶ名簿のため、{verb}"
        "（自治体機密性3B、根拠：個人情報の保護に関する法律第66条（安全管理措置））。"
        "個人の行を除き、項目名と架空の1行だけにして、やり方を尋ねてください。",
    )


def of_declared(declared: Level, destination: Destination, verb: str) -> Reason:
    """The user said so."""
    return Reason(
        "declared",
        f"申告された区分が{declared}のため、{verb}。送信先「{destination.title}」で扱えるのは{destination.maximum}までです。"
        "申告を見直すか、承認された別の送信先を選んでください。",
    )


HELD = Reason(
    "held",
    "何も送っていません。所属長（確認者）が許可すると、24時間以内に1回だけ、同じ内容をもう一度送れます。"
    "該当する部分を除けば、許可なしで送れます。許可を急ぐときは、記録番号を所属長に伝えてください。",
)
UNMARK_HELD = Reason(
    "unmark_held",
    "検知の取消しのうち、自治体機密性3C・3Bのものには所属長の許可が必要です。",
)
NO_RULES = Reason(
    "no_rules",
    "検知規則が1件も適用されていないため、停止しました。"
    "情報担当に「規則の適用（ai-gov rules apply）」を依頼してください。",
)
DETECTOR = Reason(
    "detector",
    "文章の検査を終えられなかったため、停止しました。文章を短く分けて送り直し、続くときは情報担当に連絡してください。",
)
NO_DESTINATION = Reason(
    "destination_unknown",
    "送信先（model）が方針にないか、接続先が設定されていないため、停止しました。"
    "使える送信先の一覧から選ぶか、情報担当に追加を相談してください。",
)


def expired(destination: Destination) -> Reason:
    """The approval has run out."""
    return Reason(
        "approval_expired",
        f"送信先「{destination.title}」の承認は{destination.approved_until:%Y-%m-%d}で終わっているため、停止しました。"
        "別の送信先を選ぶか、情報担当に承認の更新を依頼してください。",
    )


def permitted(permit: str) -> Reason:
    """A superior let it pass."""
    return Reason("permitted", f"所属長の許可により送ります（許可番号 {permit}）。この許可は、これで使用済みです。")


def no_use(apply_at: str = "") -> Reason:
    """A use that neither the policy nor the register lists."""
    return Reason(
        "use_unknown",
        "指定された用途が方針にも利用台帳にもないため、停止しました。"
        f"用途の一覧から選び直すか、利用の申請をしてください{_where(apply_at)}。",
    )


def _where(apply_at: str) -> str:
    return f"（申請の画面: {apply_at}）" if apply_at else ""


def use_not_approved(use: Use, apply_at: str = "") -> Reason:
    """A use that stands in no register, or whose approval has run out."""
    if use.approval is None:
        return Reason(
            "use_unapproved",
            f"用途「{use.title}」は利用台帳に載っていないため、停止しました。"
            f"別の用途を選ぶか、利用の申請をしてください{_where(apply_at)}。",
        )
    return Reason(
        "use_expired",
        f"用途「{use.title}」の承認は{use.approval.approved_until:%Y-%m-%d}で終わっているため、停止しました。"
        f"別の用途を選ぶか、{use.approval.owner}が承認の更新を申請してください{_where(apply_at)}。",
    )


def use_elsewhere(title: str, destination: Destination) -> Reason:
    """A use that may not go there."""
    return Reason(
        "use_destination",
        f"用途「{title}」では送信先「{destination.title}」を使えないため、停止しました。この用途に認められた送信先を選んでください。",
    )


def unknown_types(count: int) -> Reason:
    """Findings whose rule is not in force: their class is not known."""
    return Reason(
        "unknown_type",
        f"区分の分からない検知が{count}件あるため、停止しました。情報担当に、適用中の検知規則と方針の確認を依頼してください。",
    )
