"""Texts with findings in them, placeholders among them, cut anywhere."""

from hypothesis import strategies as st

from ai_gov.model import Finding, Level, NameParts
from ai_gov.redact.placeholder import Grammar

LABELS = ("氏名", "住所", "電話番号", "個人番号")
GRAMMAR = Grammar(LABELS)

SURFACES = (
    ("PERSON", "氏名", "山田太郎", NameParts("山田", "太郎")),
    ("PERSON", "氏名", "山田 太郎", NameParts("山田", "太郎")),
    ("PERSON", "氏名", "山田", NameParts("山田")),
    ("PERSON", "氏名", "ヤマダ タロウ", NameParts("ヤマダ", "タロウ", reading=True)),
    ("PERSON", "氏名", "山田花子", NameParts("山田", "花子")),
    ("PERSON", "氏名", "花子", NameParts("", "花子")),
    ("JP_ADDRESS", "住所", "磐瀬市本町1-2-3", None),
    ("PHONE_NUMBER", "電話番号", "080-1234-5678", None),
)
PLAIN = (
    "への案内文です。", "〔氏名1〕", "【住所 ２】", "（氏名1・姓）", "[電話番号1]", "〔表記1〕", "〔氏", "〔氏名", "「", "〕", "(注1)",
    "\n", "、", "🙂", "abc 12", "\\", '"', "〔個人番号・非表示〕", "1", "・姓〕", "　",
)  # fmt: skip


@st.composite
def texts(draw):
    """(text, findings): pieces of plain text and of what is found, in any order."""
    pieces = draw(
        st.lists(st.one_of(st.sampled_from(PLAIN), st.sampled_from(SURFACES), st.text(max_size=6)), max_size=14)
    )
    text, findings = "", []
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        kind, label, surface, name = piece
        findings.append(
            Finding(kind, len(text), len(text) + len(surface), Level.L3C, kind.lower(), label=label, name=name)
        )
        text += surface
    return text, findings


def cut(draw, text):
    """The text in pieces, cut anywhere."""
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
