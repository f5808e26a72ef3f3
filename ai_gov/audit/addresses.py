"""住所の段階: an address as the steps from 町 down by which it is compared, without municipality and prefecture.

Writers leave out the prefecture and the city more often than not, and write 丁目・番地・号 or hyphens as they please.
What is left is cut into steps: 町, then each number, then the building. The same name of a 町 in another municipality
gives the same step, which a result must say.
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.text import name_key, normalize

_PREFECTURE: Final = re.compile("^(?:北海道|東京都|京都府|大阪府|[^0-9市区町村]{2,3}県)(?=.)")
_COUNTY: Final = re.compile("^[^0-9市区]{1,5}?郡(?=[^0-9]{1,8}[町村])")
_CITY: Final = re.compile("^(?:四日市|廿日市|野々市|市川|市原|[^0-9市]{1,7})市(?=.)")
_WARD: Final = re.compile("^[^0-9区町]{1,4}区(?=.)")
_TOWN: Final = re.compile("^[^0-9町村]{1,6}[町村](?=(?:大字|字)|[^0-9丁番号]{2})")
_MARK: Final = re.compile("大字|小字|字")
_KANJI_NUMBER: Final = re.compile(
    "[〇一二三四五六七八九十百千]+(?=丁目|番|号|条|地割)|(?<=[のノ之])[〇一二三四五六七八九十百千]+"
)
_NAME: Final = re.compile("[東西南北]?[0-9]+条[東西南北]?|[^0-9]*")
_JOIN: Final = "(?:丁目|番地の|番地|番|号|地割|の|ノ|之|-|ー|‐)+"
_NUMBERS: Final = re.compile(f"[0-9]+(?:{_JOIN}[0-9]+)*(?:丁目|番地|番|号)?")
_DIGIT: Final = {char: at for at, char in enumerate("〇一二三四五六七八九")}
_UNIT: Final = {"十": 10, "百": 100, "千": 1000}


def steps(address: str) -> tuple[str, ...]:
    """段階: from the 町 to all that is there, each the one before and one part more; none for no address.

    >>> steps("見本県桜市本町一丁目２番３号 ハイツ見本101")
    ('本町', '本町1', '本町1-2', '本町1-2-3', '本町1-2-3/ハイツ見本101')
    >>> steps("本町1-2-3") == steps("桜市本町1丁目2の3") == steps("見本郡桜町大字本町１番地の２の３")
    True
    """
    text = "".join(normalize(address).text.split())
    for prefix in (_PREFECTURE, _COUNTY, _CITY, _WARD, _TOWN):
        text = prefix.sub("", text, count=1)
    text = _KANJI_NUMBER.sub(lambda found: str(_number(found[0])), _MARK.sub("", text))
    name = _NAME.match(text)
    assert name is not None  # it may be empty
    town = "".join(char for char in name_key(name[0]) if char.isalnum())
    numbers = _NUMBERS.match(text, name.end())
    rest = text[numbers.end() if numbers else name.end() :]
    found = [town] if town else []
    for number in re.findall("[0-9]+", numbers[0]) if numbers else ():
        last = found[-1] if found else ""
        found.append(f"{last}-{number}" if last and last != town else f"{last}{number}")
    building = "".join(char for char in name_key(rest) if char.isalnum())
    if building:
        found.append(f"{found[-1] if found else ''}/{building}")
    return tuple(found if town else found[-1:])


def _number(kanji: str) -> int:
    """A number in kanji: 二十三 or 二三.

    >>> _number("二十三"), _number("百五"), _number("一〇二")
    (23, 105, 102)
    """
    if not any(char in _UNIT for char in kanji):
        return int("".join(str(_DIGIT[char]) for char in kanji))
    total = digit = 0
    for char in kanji:
        if char in _UNIT:
            total += (digit or 1) * _UNIT[char]
            digit = 0
        else:
            digit = _DIGIT[char]
    return total + digit
