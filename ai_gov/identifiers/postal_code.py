"""郵便番号: seven digits, written 3-4.

Issued by 日本郵便. Together with a person's address it is part of the address; alone it is public. No check digit; the
first two digits mostly tell the prefecture (``prefecture``), and 000 is not used.

>>> validate("〒１００－０００１"), prefecture("100-0001")
('1000001', '東京都')
>>> validate("100-000")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidFormat

SHAPE: Final = re.compile(r"[0-9]{7}")
GROUPS: Final = (3, 4)
_PREFECTURES: Final = (  # up to and with this first pair of digits
    (0, "北海道"), (1, "秋田県"), (2, "岩手県"), (3, "青森県"), (9, "北海道"), (20, "東京都"), (25, "神奈川県"),
    (29, "千葉県"), (31, "茨城県"), (32, "栃木県"), (36, "埼玉県"), (37, "群馬県"), (39, "長野県"), (40, "山梨県"),
    (43, "静岡県"), (49, "愛知県"), (50, "岐阜県"), (51, "三重県"), (52, "滋賀県"), (59, "大阪府"), (62, "京都府"),
    (63, "奈良県"), (64, "和歌山県"), (67, "兵庫県"), (68, "鳥取県"), (69, "島根県"), (71, "岡山県"), (73, "広島県"),
    (75, "山口県"), (76, "香川県"), (77, "徳島県"), (78, "高知県"), (79, "愛媛県"), (83, "福岡県"), (84, "佐賀県"),
    (85, "長崎県"), (86, "熊本県"), (87, "大分県"), (88, "宮崎県"), (89, "鹿児島県"), (90, "沖縄県"), (91, "福井県"),
    (92, "石川県"), (93, "富山県"), (95, "新潟県"), (97, "福島県"), (98, "宮城県"), (99, "山形県"),
)  # fmt: skip


def compact(number: str) -> str:
    """Seven digits without separators and 〒, if that is what it is."""
    return bare(number).removeprefix("〒")


def prefecture(number: str) -> str:
    """The prefecture to which the first two digits mostly belong; places at a border may differ."""
    first = int(require_digits(compact(number), 7)[:2])
    return next(name for last, name in _PREFECTURES if first <= last)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (begins with 000), InvalidLength."""
    digits = require_digits(compact(number), 7)
    if digits.startswith("000"):
        raise InvalidFormat
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
