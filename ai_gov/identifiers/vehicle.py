"""車両番号（自動車登録番号・ナンバー）: name of the place, class, one kana, up to four digits.

Issued by the 運輸支局 and their 自動車検査登録事務所, for light vehicles by the 軽自動車検査協会
(道路運送車両法9条, 自動車登録規則13条 and its tables; for light ones the 同法施行規則). Names of 2025,
the ones chosen by places (ご当地ナンバー) and the older ones still on the road included.

>>> validate("福島 ５８３ む ６－１５"), validate("いわき580ね・・72"), validate("横浜30A さ 1-23")
('福島583む615', 'いわき580ね72', '横浜30Aさ123')
>>> validate("福島 583 お 6-15")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidFormat: 番号に使えない文字、またはあり得ない値が含まれています。
>>> validate("福島 583 む 6-1512")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
>>> PATTERN.search("軽トラは福島480 け 9-10です")[0]
'福島480 け 9-10'
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes
from ai_gov.identifiers._errors import InvalidFormat, InvalidLength

_PLACE_NAMES: Final = """
札幌 函館 旭川 室蘭 苫小牧 釧路 知床 帯広 十勝 北見
青森 弘前 八戸 岩手 盛岡 平泉 宮城 仙台 秋田 山形 庄内 福島 会津 郡山 白河 いわき
水戸 土浦 つくば 宇都宮 那須 とちぎ 日光 群馬 前橋 高崎 大宮 川口 所沢 川越 熊谷 春日部 越谷
千葉 成田 習志野 市川 船橋 袖ヶ浦 袖ケ浦 市原 野田 柏 松戸
品川 世田谷 練馬 杉並 板橋 足立 江東 葛飾 江戸川 八王子 多摩 横浜 川崎 湘南 相模 山梨 富士山
新潟 長岡 上越 長野 松本 諏訪 安曇野 南信州 富山 石川 金沢 福井
岐阜 飛騨 東美濃 静岡 浜松 沼津 伊豆 名古屋 豊橋 三河 岡崎 豊田 尾張小牧 一宮 春日井
三重 鈴鹿 四日市 伊勢志摩 滋賀 彦根 京都 大阪 なにわ 和泉 堺 奈良 飛鳥 和歌山 神戸 姫路
鳥取 島根 出雲 岡山 倉敷 広島 福山 山口 下関 徳島 香川 高松 愛媛 高知
福岡 北九州 久留米 筑豊 佐賀 長崎 佐世保 熊本 大分 宮崎 鹿児島 奄美 沖縄 栃木 埼玉 茨城 泉
"""
PLACES: Final = tuple(_PLACE_NAMES.split())
_PLACE: Final = "|".join(sorted(PLACES, key=len, reverse=True))
_CLASS: Final = "[0-9](?:[0-9ACFHKLMPXY]{1,2})?"
_KANA: Final = "[あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆよらりるれろわをABEHKMTY]"
_DOT: Final = r"[・.\-]"  # stands for a missing digit, and between the second and third
SHAPE: Final = re.compile(rf"(?:{_PLACE}){_CLASS}{_KANA}[1-9][0-9]{{0,3}}")
PATTERN: Final = re.compile(
    rf"(?:{_PLACE})[ \t]?{_CLASS}[ \t]?{_KANA}[ \t]?"
    rf"(?:{_DOT}{{0,3}}[1-9][0-9]?-?[0-9]{{2}}|{_DOT}{{1,4}}[1-9][0-9]{{0,2}}|[1-9][0-9]{{0,3}})(?![0-9])"
)


def compact(number: str) -> str:
    """Place, class, kana and digits in a row, without blanks, dots and dashes.

    >>> compact("いわき５８０ね・７２−０４")
    'いわき580ね7204'
    """
    return bare(number)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (no such place or kana too), InvalidLength."""
    found = compact(number)
    if not SHAPE.fullmatch(found):
        too_long = re.fullmatch(SHAPE.pattern + "[0-9]+", found)
        raise InvalidLength if too_long else InvalidFormat
    return found


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
