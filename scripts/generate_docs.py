#!/usr/bin/env python3
"""Documents made from the code and the rules in force; ``--check`` says which are out of date and exits 1."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from ai_gov import errors
from ai_gov.gateway import replies
from ai_gov.gateway.fields import render_fields_ja
from ai_gov.model import Level
from ai_gov.review import states
from ai_gov.rules.library import parse_rules, shipped

BAD_REQUEST = {
    "invalid_json": "本文を JSON として読めない",
    "duplicate_key": "同じ項目名が2回ある",
    "too_deep": "入れ子が深すぎる",
    "unknown_field": "対応していない項目がある（[項目の一覧](fields.md)）",
    "unsupported_field": "受け付けない項目がある",
    "missing_field": "必要な項目がない",
    "invalid_value": "値が正しくない",
}
"""The codes that gateway/wire.py and gateway/auth.py give."""

DOCS = Path(__file__).resolve().parent.parent / "docs"


def rules_ja() -> str:
    """The table of detection rules."""
    rules = parse_rules(shipped("redaction_rules")).rules.values()
    out = [
        "# 検知規則の一覧",
        "",
        (
            "`redaction_rules/` から自動で作られます（`make docs`）。規則の書き方は"
            "[redaction_rules/README.md](../redaction_rules/README.md)にあります。"
        ),
        "",
        "| 規則 | 見つけるもの | 区分 | 伏せて送れるか | 根拠 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in sorted(rules, key=lambda rule: rule.id):
        removable = (
            "復元しない" if rule.irreversible else "伏せて送れる" if rule.removable else "内容そのものなので停止"
        )
        basis = "、".join(rule.basis)
        out.append(f"| `{rule.id}` | {rule.title} | {Level.parse(rule.level)} | {removable} | {basis} |")
    return "\n".join(out) + "\n"


def release_states_ja() -> str:
    """The diagram and the table of the states of a release."""
    out = [
        "# 確認と公開の状態",
        "",
        (
            "`ai_gov/review/states.py` の表から自動で作られます（`make docs`）。確認者は、作成者とは別の人で、"
            "作成者の所属を受け持つ確認者です。"
        ),
        "",
        "```mermaid",
        states.mermaid(),
        "```",
        "",
        "| 状態 | 操作 | できる人 | 次の状態 |",
        "| --- | --- | --- | --- |",
    ]
    for row in states.TRANSITIONS:
        who = "・".join(party.ja for party in states.Party if party in row.by)
        to = " または ".join(state.ja for state in row.to)
        out.append(f"| {row.state.ja} | {row.act.ja} | {who} | {to} |")
    ends = "・".join(state.ja for state in states.ReviewState if state in states.ENDS)
    kept = "・".join(state.ja for state in states.ReviewState if state in states.HOLDS_TEXT)
    out += [
        "",
        f"{ends}の後には何も続きません。本文は、{kept}の間だけ暗号化して保存し、ほかの状態に移るときに消去します。",
    ]
    return "\n".join(out) + "\n"


def errors_ja() -> str:
    """The table of error codes."""
    out = [
        "# 誤りの種類",
        "",
        (
            "`ai_gov/errors.py` などから自動で作られます（`make docs`）。応答の `error.code` と HTTP の状態、"
            "コマンドの終了コードの対応です。"
        ),
        "",
        "| code | HTTP | 終了コード | 意味 |",
        "| --- | --- | --- | --- |",
    ]
    for kind in _all(errors.AiGovError):
        if "code" in kind.__dict__:
            meaning = (kind.__doc__ or "").split("\n")[0].split(":")[0].split(". ")[0].rstrip(". ")
            out.append(f"| `{kind.code}` | {kind.status} | {errors.exit_code(kind.__new__(kind))} | {meaning} |")
    out += ["", "`bad_request` の代わりに、より細かい code（いずれも 400）が入ることがあります。", ""]
    out += ["| code | 意味 |", "| --- | --- |", *(f"| `{code}` | {meaning} |" for code, meaning in BAD_REQUEST.items())]
    return "\n".join(out) + "\n"


def _all(kind: type[errors.AiGovError]) -> list[type[errors.AiGovError]]:
    """The errors a client or a command can meet: those of two modules, whatever else is imported."""
    own = [kind] if kind.__module__ in (errors.__name__, replies.__name__) else []
    return [*own, *(below for child in kind.__subclasses__() for below in _all(child))]


MADE: dict[str, Callable[[], str]] = {
    "fields.md": render_fields_ja,
    "rules.md": rules_ja,
    "errors.md": errors_ja,
    "release-states.md": release_states_ja,
}


def main() -> int:
    """Write the documents, or compare them."""
    stale = []
    for name, make in MADE.items():
        path, text = DOCS / name, make()
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        sys.stderr.write(f"docs/{name} が古くなっています。「make docs」で作り直してください。\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
