"""住所の形: house numbers, buildings, rooms, and what shows that an address is a public facility's."""

from __future__ import annotations

import re
from typing import Final

from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA, LATIN

_KANJI_NUMBER: Final = "[〇一二三四五六七八九十百千]{1,6}"
_DIGITS: Final = "[1-9][0-9]{0,4}"
_N: Final = f"(?:{_DIGITS}|{_KANJI_NUMBER})"
_DASH: Final = "(?:-|ー|の|ノ|之|番地?の?|号の?| - )"

# Each is tried where a name ends. Strongest first.
_FULL: Final = f"{_N}丁目 ?{_N}(?:番地?)?(?: ?{_DASH}?{_N}(?:号室|号|番地?)?){{0,3}}"
_LOT: Final = f"(?:[甲乙丙丁]?{_N}番地?(?:{_DASH}?{_N}){{0,3}}(?:号(?!棟))?(?:室)?(?:先|内)?|無番地|番外地)"
_DASHED: Final = f"{_DIGITS}(?:(?:-{_DIGITS}){{1,4}}|(?:の{_DIGITS}){{2,3}})(?![0-9-])"
_OLD: Final = f"{_KANJI_NUMBER}(?:[ノの之]{_KANJI_NUMBER}){{1,3}}"
_LOOSE: Final = f"[甲乙丙丁]?{_DIGITS}(?:の{_DIGITS})?"
NUMBER: Final = re.compile(
    f"(?<=[{KANJI}{KATAKANA}{HIRAGANA}])(?P<blank> ?)(?P<prefix>[甲乙丙丁]?)"
    f"(?:(?P<full>{_FULL})|(?P<dashed>{_DASHED})|(?P<lot>{_LOT})|(?P<old>{_OLD})|(?P<loose>{_LOOSE}))"
)
FURTHER_LOTS: Final = re.compile(f"(?:[、,] ?{_DIGITS}(?:-{_DIGITS})?(?![0-9年月日時分円人件%.,]))+")

_BUILDING_WORD: Final = (
    "コーポ|ハイツ|マンション|アパート|メゾン|ハイム|レジデンス|パレス|ヴィラ|ビラ|タワー|ハウス|コート|テラス|ガーデン|シティ|プラザ|グラン|ロイヤル|"
    "ドミール|カーサ|クレスト|エスポワール|フラット|キャッスル|パーク|ヒルズ|ホームズ|エステート|フォレスト|コンフォール|レオパレス|アーバン|"
    "サンライズ|リバーサイド|ビル|荘|寮|団地|住宅|官舎|社宅|棟|館|苑|アネックス|ソレイユ|フローラ|ベル|ヴィレッジ|ビレッジ|メイプル"
)
_ROOM: Final = "(?:[A-Z]?-?[0-9]{1,4}(?:-[0-9]{1,4})?(?:号室|号棟|号|室|階|F|棟)?)"
BUILDING: Final = re.compile(
    f"(?P<blank>[ ]?)(?P<name>(?:第[一二三四五0-9]+)?[{KANJI}{KATAKANA}{HIRAGANA}{LATIN}・'’]{{1,18}}?(?: [{LATIN}{KATAKANA}]{{2,12}})?)"
    f"(?P<room> ?{_ROOM}(?: ?{_ROOM}){{0,2}}(?:奥|手前|左|右)?)(?![0-9-])"
)
NAMED_BUILDING: Final = re.compile(
    f" ?[{KANJI}{KATAKANA}{HIRAGANA}{LATIN}]{{0,12}}(?:{_BUILDING_WORD})[{KANJI}{KATAKANA}{LATIN}]{{0,10}}(?: ?{_ROOM}){{0,3}}(?:奥|手前|左|右)?"
)
HAS_BUILDING_WORD: Final = re.compile(_BUILDING_WORD)
ROOM_ONLY: Final = re.compile(
    " ?(?:[A-Z]棟)?[A-Z]?[0-9]{1,4}(?:号室|号棟[0-9]{0,4}|室|階)| [1-9][0-9]{2,3}(?=[\n,、)\t]|$)"
)
PLATE: Final = re.compile("[0-9]{2,3} ?[ぁ-ん] ?[・0-9]")
ENCLOSED: Final = re.compile("[①-⑳](?=丁目|番|号|[-ー][①-⑳0-9])|(?<=[-ー])[①-⑳]")
NEARBY: Final = re.compile("(?:付近|先)?の(?:角|裏|隣|向かい|手前|奥|前)(?:の[^、。」\n()]{1,10})?")

HOUSEHOLD: Final = re.compile(f" ?[{KANJI}]{{1,4}}(?:様|さん)?方(?![法向面針式々角位{KANJI}])")
INNER_NUMBER: Final = re.compile(f"(?:[東西南北]|第)?{_N}$")
INNER_UNIT: Final = re.compile("条|地割|線|番町|区|号線|丁目")

# A dwelling by itself, with its room: コーポ白百合203号室
DWELLING: Final = re.compile(
    f"(?:[{KATAKANA}{KANJI}ヶケ]{{0,8}}(?:コーポ|ハイツ|メゾン|ハイム|レジデンス|パレス|アパート|マンション)[{KATAKANA}{KANJI}]{{0,8}} ?[A-Z]?-?[0-9]{{2,4}}(?:号室|号|室)?"
    f"|[{KATAKANA}{KANJI}]{{1,6}}(?:荘|寮) ?[0-9]{{1,3}}(?:号室|号|室))(?![0-9年月日人円])"
)

# A block of flats by itself: 町営若草団地2号棟305
FLATS: Final = re.compile(
    f"[{KANJI}{KATAKANA}ヶケ]{{2,10}}(?:団地|住宅|アパート|官舎|社宅|宿舎)[ ]?(?:[0-9A-Z]{{1,3}}(?:号棟|棟|号館)[ -]?(?:[0-9]{{1,4}}(?:号室|号|室|階)?)?|[0-9]{{1,2}}-[0-9]{{3,4}})"
)

ENGLISH: Final = re.compile(
    "(?:(?:Room|Rm\\.?|Apt\\.?|Unit|#) ?#?[0-9]{1,4}, ?)?(?:(?<![A-Za-z])[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20}){0,2}, ?)?"
    "[0-9]{1,3}-[0-9]{1,3}(?:-[0-9]{1,4}){0,2},? [A-Z][a-z]{2,20}(?:[- ]?(?:cho|machi|chome|ku|shi|gun|ken))?"
    "(?:, ?[A-Z][a-z]{1,20}(?:[- ](?:cho|machi|ku|shi|City|Ward|Town|ken|Prefecture))?){0,4}(?:,? ?[0-9]{3}-[0-9]{4})?"
)

SAME: Final = re.compile(f"同(?:町|所|市)?(?=(?:{_FULL}|{_DASHED}|{_LOT}))")

_FACILITIES: Final = (
    "(?:役所|役場|本庁|支所|出張所|庁舎|図書館|体育館|公民館|センター|小学校|中学校|高校|学校|大学|集会所|公園|消防署|会館|ホール|保育園|保育所|こども園|幼稚園|"
    "プール|美術館|博物館|記念館|資料館|交流館|広場|駅|湯|温泉|病院|保健所|警察署|交番|郵便局|庁|事務所|本社|本店|支店|スタジアム|アリーナ|施設|工場|斎場|霊園|市場|劇場|道の駅)"
)
SOFT_FACILITY: Final = re.compile(
    "(?:所在地?|場所|会場|局|課|係|室|ハイツ[A-Z]?|団地|住宅|寮)(?:\\([0-9]\\))?[ :(、・\t|/【】」…]{0,4}$"
)
"""Words that speak of a facility only where no person is near."""
FACILITY_ABOVE: Final = re.compile(f"{_FACILITIES}[^\n。]{{0,6}}\n[^\n]{{0,14}}$")
PUBLIC_TALK: Final = re.compile(
    "【電話】|問合せ|問い合わせ|お問合|申込み[:：]|申込方法|TEL:|開催|アクセス|交通案内|開館|休館|入場無料|参加費|乗り場"
)
FACILITY: Final = re.compile(_FACILITIES + "(?: ?\\([^()\n]{0,20}\\))?[ :(、・\t|/【】」…]{0,4}$")
OWN_HOME: Final = re.compile(
    "(?:使用場所|自宅|住所|居所|現場|発生場所|被災|設置場所|訪問場所|工事場所)[^\n]{0,4}$|場所 ?自宅"
)
PUBLISHED: Final = re.compile("[ ]*(?:直通|代表|内線|本庁|庁舎|市役所|役場|番地内)")
