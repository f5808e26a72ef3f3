"""公共施設の所在地: what shows that an address is published, so that it is nobody's secret."""

from __future__ import annotations

import re
from typing import Final

_FACILITIES: Final = (
    "(?:役所|役場|本庁|支所|出張所|庁舎|図書館|体育館|公民館|センター|小学校|中学校|高校|学校|大学|集会所|公園|消防署|会館|ホール|保育園|保育所|こども園|幼稚園|"
    "プール|美術館|博物館|記念館|資料館|交流館|広場|駅|湯|温泉|病院|保健所|警察署|交番|郵便局|庁|事務所|本社|本店|支店|スタジアム|アリーナ|施設|工場|斎場|霊園|市場|劇場|道の駅|土地改良区|社会福祉協議会|観光協会|商工会|会議所|農業協同組合|森林組合|漁業協同組合|広域連合|公社)"
)
_JOINT: Final = "[ :(、・\t|/【】」…]{0,4}"
_POSTAL: Final = "(?:〒? ?[0-9]{3}-[0-9]{4}[ \n]{0,2})?"
FACILITY: Final = re.compile(f"{_FACILITIES}(?: ?\\([^()\n]{{0,20}}\\))?{_JOINT}{_POSTAL}$")
"""Right before an address."""
FACILITY_SAYS: Final = re.compile(f"{_FACILITIES}の(?:住所|所在地|場所)(?:は|が|:)?{_JOINT}{_POSTAL}$")
"""市役所の住所は…: a facility's, although 住所 is said."""
SOFT_FACILITY: Final = re.compile(
    "(?:(?:所在地?|場所|会場|局|課|係|室|ハイツ[A-Z]?|団地|住宅|寮)(?:\\([0-9]\\))?"
    f"|(?:株式会社|有限会社|合同会社|社会福祉法人|医療法人|\\(株\\)|\\(有\\))[^\n、。:]{{0,14}}){_JOINT}{_POSTAL}$"
)
"""Words that speak of a facility only where no person is near."""
FACILITY_ABOVE: Final = re.compile(f"{_FACILITIES}[^\n。]{{0,6}}\n[^\n]{{0,14}}$")
PUBLIC_TALK: Final = re.compile(
    "【電話】|問合せ|問い合わせ|お問合|申込み[:：]|申込方法|TEL:|開催|アクセス|交通案内|開館|休館|入場無料|参加費|乗り場"
)
OWN_HOME: Final = re.compile(
    "(?:使用場所|自宅|住所|居所|現場|発生場所|被災|設置場所|訪問場所|工事場所)[^\n]{0,4}$|場所 ?自宅"
)
PUBLISHED: Final = re.compile(
    "[ ]*(?:直通|代表|内線|本庁|庁舎|市役所|役場|番地内|[一-龥]{1,6}(?:省|庁|役所|役場)(?![一-龥]))"
)
"""Right behind an address."""
