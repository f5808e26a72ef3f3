"""付属の字: what belongs to a value and says nothing without it goes with it, whole or not at all."""

from __future__ import annotations

import pytest

from tests.detect.whole import marked_as

BIRTH = """\
三輪山 文子さん、«昭和48年5月6日生»。市営住宅に住む。
委任者　三輪山 文子　«昭和５年６月７日生まれ»
三輪山 文子（«R5.4.3生»）の入園
三輪山 文子（«H2.3.4 生れ»）
三輪山 文子　生年月日 «昭和48年5月6日»
三輪山 文子（«昭和48年5月6日»）生活の様子
""".splitlines()
POSTAL = """\
送付先は«〒 987-0021» 三輪山 文子様です。
三輪山 文子様　«987-0021» 霧沢市若草町3-4-5
""".splitlines()
ISSUED = """\
手帳の番号は«第7-2-01234号»、三輪山 文子さん
療育手帳B（«第3316号»）の三輪山 文子さん
宛名番号«00123456»号室ではない　三輪山 文子
""".splitlines()


@pytest.mark.parametrize(
    ("marked", "entity"),
    [(m, t) for t, rows in (("DATE_OF_BIRTH", BIRTH), ("JP_POSTAL_CODE", POSTAL), ("LOCAL_ID", ISSUED)) for m in rows],
)
def test_what_is_attached_to_a_value_goes_with_it(marked, entity):
    assert marked_as(marked, entity) == marked
