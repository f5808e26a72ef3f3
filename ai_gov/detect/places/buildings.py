"""建物と部屋: what stands behind a house number, and dwellings that are an address by themselves."""

from __future__ import annotations

import re
from typing import Final

from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA, LATIN
from ai_gov.detect.places.shapes import AS_FAR_AS, COUNTED, FURTHER_LOTS

_KINDS: Final = (
    "コーポ|ハイツ|マンション|アパート|メゾン|ハイム|レジデンス|パレス|ヴィラ|ビラ|タワー|ハウス|コート|テラス|ガーデン|シティ|プラザ|グラン|ロイヤル|"
    "ドミール|カーサ|クレスト|エスポワール|フラット|キャッスル|パーク|ヒルズ|ホームズ|エステート|フォレスト|コンフォール|レオパレス|アーバン|"
    "サンライズ|リバーサイド|ビル|荘|寮|団地|住宅|官舎|社宅|棟|館|苑|アネックス|ソレイユ|フローラ|ベル|ヴィレッジ|ビレッジ|メイプル"
)
_ROOM: Final = "(?:[A-Z]?-?[0-9]{1,4}(?:-[0-9]{1,4})?(?:号室|号棟|号|室|階|F|棟)?)"
_BUILDING: Final = re.compile(
    f"(?P<blank>[ ]?)(?P<name>(?:第[一二三四五0-9]+)?[{KANJI}{KATAKANA}{HIRAGANA}{LATIN}・'’ヶ]{{1,18}}?(?: (?:[{LATIN}{KATAKANA}]{{2,12}}棟?|[東西南北A-Z]棟))?)"
    f"(?P<room> ?{_ROOM}(?: ?{_ROOM}){{0,2}}(?:奥|手前|左|右)?)(?![0-9-])"
)
_NAMED: Final = re.compile(
    f" ?(?:\\((?:株|有)\\))?[{KANJI}{KATAKANA}{HIRAGANA}{LATIN}]{{0,12}}(?:{_KINDS})[{KANJI}{KATAKANA}{LATIN}]{{0,10}}(?: ?{_ROOM}){{0,3}}(?:奥|手前|左|右)?"
)
_IS_BUILDING: Final = re.compile(_KINDS)
_ROOM_ONLY: Final = re.compile(
    " ?(?:[A-Z]棟)?[A-Z]?[0-9]{1,4}(?:号室|号棟[0-9]{0,4}|室|階)| [1-9][0-9]{2,3}(?=[\n,、)\t]|$)"
)
NEARBY: Final = re.compile(
    f"(?:付近|先)?の(?:(?:角|裏|隣|向かい|手前|奥|前)(?:の[^、。」\\n()]{{1,10}})?|(?:沢|端|脇|横|並び)(?![{KANJI}]))"
)
_HOUSEHOLD: Final = re.compile(f" ?[{KANJI}]{{1,4}}(?:様|さん)?方(?![法向面針式々角位{KANJI}])")
_NEXT_LINE: Final = re.compile(
    f" ?\n {{0,8}}(?=[{KANJI}{KATAKANA}{LATIN}・ヶ]{{2,14}} ?[A-Z]?-?[0-9]{{2,4}}(?:号室|号|室)? *(?:\n|$))"
)
_SAID: Final = re.compile("、?(?:アパート|マンション|団地|建物)(?:は|が|の名前は)[^、。\n「」]{2,24}")
_FEWEST: Final = 2
_THREE: Final = 3
_FOUR: Final = 4

_DWELLINGS: Final = "コーポ|ハイツ|メゾン|ハイム|レジデンス|パレス|アパート|マンション|ドミール|カーサ|シャトー|エスポワール|フラット|ヴィラ|ソレイユ"
_BLOCK: Final = "(?:[A-Z0-9]{1,2}号?棟 ?)?"
DWELLING: Final = re.compile(
    f"(?:[{KATAKANA}{KANJI}ヶケ・]{{0,8}}(?:{_DWELLINGS})[{KATAKANA}{KANJI}ヶ・]{{0,8}}I{{0,3}} ?{_BLOCK}[A-Z]?-?[0-9]{{2,4}}(?:号室|号|室)?"
    f"|[{KATAKANA}{KANJI}]{{1,6}}(?:荘|寮) ?[0-9]{{1,3}}(?:号室|号|室)|[{KATAKANA}{KANJI}]{{1,6}}ホーム[{KATAKANA}{KANJI}]{{0,6}} ?[0-9]{{2,4}}号室)(?![0-9年月日人円])"
)
"""A dwelling by itself, with its room: コーポ白百合203号室."""
FLATS: Final = re.compile(
    f"[{KANJI}{KATAKANA}ヶケ]{{2,12}}(?:団地|住宅|アパート|官舎|社宅|宿舎)[ ]?(?:[0-9A-Z]{{1,3}}(?:号棟|棟|号館)[ -]?(?:[0-9]{{1,4}}(?:号室|号|室|階)?)?|[0-9]{{1,2}}-[0-9]{{3,4}}|[A-Z]-?[0-9]{{3,4}}|[A-Z]-[0-9]{{1,2}})(?![0-9年月日人円戸])"
)
"""A block of flats by itself: 町営若草団地2号棟305."""


def tail_end(text: str, end: int) -> int:
    """Where an address really ends: buildings, rooms, whose household it is (田中方) and what people add (の角)."""
    further = AS_FAR_AS.match(text, end)
    if further is not None:
        return further.end()
    end = _building_end(text, end)
    household = _HOUSEHOLD.match(text, end)
    return household.end() if household is not None else end


def _building_end(text: str, end: int) -> int:
    lots = FURTHER_LOTS.match(text, end)
    if lots is not None:
        return lots.end()
    said = _SAID.match(text, end)
    if said is not None:
        return said.end()
    below = _NEXT_LINE.match(text, end)
    if below is not None:
        building = _BUILDING.match(text, below.end())
        if building is not None and _IS_BUILDING.search(building["name"]):
            return building.end()
    building = _BUILDING.match(text, end)
    if building is not None and _is_building(text, building):
        return building.end()
    named = _NAMED.match(text, end)
    if named is not None and "\n" not in named[0]:
        return named.end()
    room = _ROOM_ONLY.match(text, end)
    if room is not None:
        return room.end()
    nearby = NEARBY.match(text, end)
    return nearby.end() if nearby is not None else end


def _is_building(text: str, match: re.Match[str]) -> bool:
    name = match["name"]
    if _IS_BUILDING.search(name):
        return True
    room = match["room"].strip()
    if COUNTED.match(text, match.end()) or len(name) < _FEWEST:
        return False
    return room.endswith(("号室", "号棟", "号", "室", "階")) or (
        _THREE <= len(room) <= _FOUR
        and re.fullmatch(f"[{KATAKANA}{KANJI}]+", name) is not None
        and re.search(f"[{KATAKANA}]{{3}}" if len(room) == _FOUR else f"[{KATAKANA}]", name) is not None
    )
