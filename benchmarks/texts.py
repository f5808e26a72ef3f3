"""Texts as a municipality writes them, of a given length, with and without residents' names (all invented)."""

_PLAIN = [
    "本市では、令和8年度の予算編成にあたり、子育て支援と防災対策を重点施策として位置づけています。",
    "避難所の開設手順については、各地区の自主防災組織と協議のうえ、年度内に見直しを行う予定です。",
    "窓口の混雑を緩和するため、証明書のコンビニ交付の周知を広報紙と市の公式サイトで進めてください。",
    "補助金の交付要綱第4条に定める対象経費の範囲について、担当課の見解を整理した資料を添付します。",
    "委員からは、公共施設の再編計画に関して、利用者への説明が不足しているとの指摘がありました。",
    "次回の会議は11月20日の午後2時から、市役所本庁舎3階の第2会議室で開催します。",
]
_NAMED = [
    "相談者の山田花子さん（電話 090-1234-5678）から、保育所の入所申込みについて問合せがありました。",
    "申請者: 佐藤一郎\n住所: 東京都千代田区丸の内1-2-3\n生年月日: 昭和55年4月1日",
]


def text(length, *, names):
    """Exactly ``length`` characters."""
    parts = ["次の記録を、住民向けのお知らせに使えるように要約してください。\n"]
    at = 0
    while sum(map(len, parts)) < length:
        parts.append(_PLAIN[at % len(_PLAIN)] + ("\n" if at % 3 == 2 else ""))
        if names and at in (1, 4):
            parts.append(f"\n{_NAMED[0 if at == 1 else 1]}\n")
        at += 1
    return "".join(parts)[:length]
