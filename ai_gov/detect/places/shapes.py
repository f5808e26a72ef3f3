"""番地の書き方: the shapes of house numbers and of lots, where a place name ends."""

from __future__ import annotations

import re
from typing import Final

from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA

NAME_CHARS: Final = f"{KANJI}{KATAKANA}{HIRAGANA}ヵヶ"
"""Characters of which place names are made."""
KANJI_NUMBER: Final = "[〇一二三四五六七八九十百千]{1,6}"
DIGITS: Final = "[1-9][0-9]{0,4}"
_N: Final = f"(?:{DIGITS}|{KANJI_NUMBER})"
_DASH: Final = "(?: ?(?:-|ー|の|ノ|之|番地?の?|号の?) ?)"

# Each is tried where a name ends. Strongest first.
FULL: Final = f"{_N} ?丁目(?:の|[ 、,])?(?:[ぁ-んー]{{1,4}}、)? ?{_N}(?: ?番地?)?(?: ?{_DASH}?{_N}(?: ?(?:号室|号|番地?))?){{0,3}}"
LOT: Final = f"(?:[甲乙丙丁]?{_N} ?番地?(?:{_DASH}?{_N}){{0,3}}(?: ?号(?!棟))?(?:室)?(?:[-ノの]?[甲乙丙丁イロハニホヘ](?![一-龥ァ-ヶー]))?(?:先|内)?|無番地|番外地)"
_LOT_LETTER: Final = f"[甲乙丙丁イロハニホヘ](?![{KANJI}{KATAKANA}ー])"
DASHED: Final = (
    f"{DIGITS}(?:(?:-{DIGITS}){{1,4}}(?:-?{_LOT_LETTER})?|-{_LOT_LETTER}|(?:[のノ]{DIGITS}){{2,3}})(?![0-9-])"
)
_OLD: Final = f"{KANJI_NUMBER}(?:[ノの之]{KANJI_NUMBER}){{1,3}}"
_LOOSE: Final = f"[甲乙丙丁]?{DIGITS}(?:[のノ之]{DIGITS})?"
NUMBER: Final = re.compile(
    f"(?<=[{NAME_CHARS}])(?P<blank> ?(?:(?:地番|番地)[ :]{{0,2}})?|の(?=[0-9一二三四五六七八九十]{{1,2}}丁目)| {{0,2}}\\n {{0,8}})(?P<prefix>[甲乙丙丁]?)"
    f"(?:(?P<full>{FULL})|(?P<dashed>{DASHED})|(?P<lot>{LOT})|(?P<old>{_OLD})|(?P<loose>{_LOOSE}))"
)
KINDS: Final = ("full", "dashed", "lot", "old", "loose")
COUNTED: Final = re.compile(
    " ?(?:年|月|日|時|分|人|件|円|回|名|個|枚|台|度|%|点|歳|才|cm|kg|m|万|千|億|位|本|冊|か所|箇所|組|世帯|号線|のりば|乗り場|窓口|出口|ホーム|条|項|款|節|章|級|番目|期|次|週|学年|年生)|[.][0-9]|,[0-9]{3}(?:人|世帯|名|件|円|戸)"
)
"""What shows that a number counts something."""
FURTHER_LOTS: Final = re.compile(
    f"(?:[、,・] ?{DIGITS}(?:番地?(?:の?{DIGITS})?|(?:-{DIGITS})?)(?![0-9年月日時分円人件番%.,]))+"
)
AS_FAR_AS: Final = re.compile("先(?=[のでにを、。 \\n)」]|$)")
PLATE: Final = re.compile("[0-9]{2,3} ?(?:[ぁ-ねは-ん] ?[・0-9]|の ?[・0-9]{1,2}-[0-9]{2})")
ENCLOSED: Final = re.compile("[①-⑳](?=丁目|番|号|[-ー][①-⑳0-9])|(?<=[-ー])[①-⑳]")
INNER_NUMBER: Final = re.compile(f"(?:[東西南北]|第)?{_N}$")
INNER_UNIT: Final = re.compile("条|地割|線|番町|区|号線|丁目")
SAME: Final = re.compile(f"同(?:町|所|市)?(?=(?:{FULL}|{DASHED}|{LOT}))")
LANDMARK: Final = re.compile(
    f"の?(?:{DIGITS}|{KANJI_NUMBER})丁目(?:の|、)[^。\\n「」]{{1,14}}?"
    "(?:の(?:角|裏|隣|向かい|向い|手前|前)|[0-9一二三四五]軒(?:目|先|隣|下))"
    "(?:[^、。\\n「」]{0,12}?(?:軒(?:目|先|隣|下)|の[0-9]階))?"
)
"""How people say where they live: 三丁目、たばこ屋の角を入って2軒目."""
UNKNOWN_LOT: Final = re.compile(
    f"(?: ?(?:{DIGITS}|{KANJI_NUMBER})丁目)? ?[(]?(?:番地|地番)(?:は|が)?(?:不明|不詳|わからず)[)]?"
    "(?:[ 、]?[^、。\\s「」()]{1,14}?の?(?:角|裏|隣|向かい|向い|手前|前|横|奥|付近))?"
)
"""番地の分からない住所: 3丁目(番地不明) 商店の裏."""

_EN_SUFFIX: Final = "(?:cho|machi|chome|ku|shi|gun|ken|mura|dori|City|Ward|Town|Village|Prefecture)"
_EN_NAME: Final = f"[A-Z][a-z]{{1,20}}(?:[- ]?{_EN_SUFFIX}(?![a-z]))?"
_EN_NUMBER: Final = "[0-9]{1,4}-[0-9]{1,4}(?:-[0-9]{1,4}){0,2}"
ENGLISH: Final = re.compile(
    "(?:(?:Room|Rm\\.?|Apt\\.?|Unit|#) ?#?[0-9]{1,4}, ?)?(?:(?<![A-Za-z])[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20}){0,2}(?: #?[0-9]{1,4})?, ?)?"
    f"(?:{_EN_NUMBER},? {_EN_NAME}(?: [0-9]{{1,2}}-?chome)?|[0-9]{{1,2}}-chome {_EN_NUMBER},? {_EN_NAME})"
    f"(?:, ?{_EN_NAME}){{0,4}}(?:,? ?[0-9]{{3}}-[0-9]{{4}})?"
    f"|(?<![A-Za-z])[A-Z][a-z]{{1,20}}[- ]?(?:shi|ku|machi|City|Ward|Town),? {_EN_NAME}(?:,? {_EN_NAME})?,? {_EN_NUMBER}(?: {_EN_NAME} [0-9]{{2,4}})?"
)
_EN_ROOM: Final = "(?:Room|Rm\\.?|Apt\\.?|Apartment|Unit|Flat|Suite|#) ?#?[0-9A-Z]{1,5}"
_EN_STREET: Final = (
    "(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Crescent|Close"
    "|Square|Highway|Jalan|Soi)"
)
STREET: Final = re.compile(
    f"(?:{_EN_ROOM},? )?(?<![0-9A-Za-z-])[0-9]{{1,5}}[A-Z]? (?:[A-Z][a-z]{{1,20}} ){{1,3}}{_EN_STREET}(?![a-z])\\.?"
    f"(?:,? {_EN_ROOM})?(?:, ?[A-Z][A-Za-z]{{1,20}}(?: [A-Z][A-Za-z]{{1,20}}){{0,2}}){{0,4}}(?:,? [0-9]{{4,6}}(?![0-9]))?"
)
"""国外の住所: Apt 4, 12 Example Road, Town."""
REFUGES: Final = ("母子寮", "母子ホーム", "母子生活支援施設", "シェルター", "一時保護所", "避難先")
SHELTER: Final = re.compile(f"(?:隣(?:町|市|県)?の)?[{KANJI}]{{1,5}}[都道府県市区町村]の(?:{'|'.join(REFUGES)})")
"""Where somebody hides: 隣の見本市の母子寮."""
EN_FACILITY: Final = re.compile(
    "City Hall|Town Hall|Office|Cent(?:er|re)|Library|School|Museum|Hospital|Station|Consulate|Embassy|Gymnasium|Bureau"
)
