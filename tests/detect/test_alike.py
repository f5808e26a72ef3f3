"""同じ形の番号: a number written like one that a label explained is one too; an amount or a date written so is not."""

from __future__ import annotations

import pytest

from tests.detect.whole import marked_as

LOCAL = """\
鑑札は順に «H18-402»、«R5-119»、«R2-045»、«R4-118»です。飼い主は三輪山 文子さん。
三輪山 文子さんは旧の番号（«40217»）のまま。正しくは«40221»です。
宛名番号 «00123456»、«00123457»、«00123458» を三輪山 文子さんの世帯にまとめる。
ケース番号 «K-2026-0517» の三輪山 文子さんと同じ日に、隣の町の窓口へ «K-2026-0604» も来ている。
職員番号 «30415» から «30418» へ書類を渡した。
職員番号 «30415»、12345円、30416人、2026年
宛名番号 «20260» と 31000 円
申込番号が«00017»、もう一人の三輪山さんが«00018»
利用者番号（«20045»）三輪山 文子、«20046» 三輪山 凪
整理番号 «55-012»、型番 RX-012、2026-11、三輪山 文子
""".splitlines()


@pytest.mark.parametrize("marked", LOCAL)
def test_numbers_of_one_shape_are_one_kind(marked):
    assert marked_as(marked, "LOCAL_ID") == marked
