"""生年月日: a date is one of birth by what stands beside it, in whatever way it is written; other dates are not."""

from __future__ import annotations

import pytest

from tests.detect.whole import marked_as, plain

FOUND = """\
生年月日：«昭和61年11月23日»
生年月日 «昭和６１年１１月２３日»
生年月日は«昭和六十一年十一月二十三日»です。
生年月日:«S61.11.23»
生年月日：«S61/11/23»
生年月日　«1986年11月23日»
生年月日：«1986/11/23»
生年月日：«1986-11-23»
生年月日 «1986.11.23»
生年月日：«平成元年1月8日»
生年月日：«平成3年2月14日»
生年月日：«令和2年5月6日»
生年月日：«大正14年3月3日»
生年月日：«H3.2.14»
生年月日：«R2.5.6»
«昭和61年11月23日»生まれの長男が対象です。
«昭和61年11月23日»生
«昭和61年11月23日»生まれ、無職
«1986年11月23日»生まれの職員
«平成3年2月14日»に生まれた長女
氏名：綾小路蓮太郎（«昭和61年11月23日»生）
誕生日：«昭和61年11月23日»
出生日：«令和2年5月6日»
生年月日（«昭和61年11月23日»）を確認した。
生年月日　«昭和 61 年 11 月 23 日»
生年月日：«昭和61年11月23日»、性別：男
本人の生年月日は«平成3年2月14日»で間違いない。
生年月日＝«平成3年2月14日»
生年月日：«19861123»
氏名 有栖川八重　生年月日 «平成3年2月14日»　住所 霧沢市若草町3-4-5
長男（«平成25年6月7日»生）の保育料
""".splitlines()

NOT = """\
令和7年11月25日に会議を開いた。
会議は令和7年11月25日（火）午前10時からです。
昭和61年11月23日に開館した。
平成3年2月14日条例第5号
令和2年5月6日付けの通知
申請日：令和7年11月25日
受付日：令和7年11月25日
締切は2026年3月31日です。
有効期限：2027年3月31日
2026/03/31までに提出してください。
2026-03-31 締切
令和7年4月1日施行
令和7年度の予算について
市制施行は昭和29年4月1日です。
平成元年1月8日から平成に改元された。
昭和61年に建てられた校舎
12月3日から始まります。
生年月日を記入してください。
生年月日の欄が空欄です。
生年月日の書き方を教えてください。
誕生日会は11月23日に開きます。
令和7年に生まれた子どもは150人です。
生産年月日の表示
起案日　令和7年11月25日
決裁日　令和7年11月26日
施設の竣工日は平成25年6月7日です。
発行日：2026年4月1日
第3回定例会は令和7年9月3日に開会した。
前回の更新は2025.11.25です。
版数 1.11.23
対象は昭和61年4月2日以降に生まれた方です。
昭和61年4月1日生まれの方までが対象です。
次回の点検は令和8年1月10日
""".splitlines()


@pytest.mark.parametrize("marked", FOUND, ids=lambda text: plain(text)[:30])
def test_a_date_of_birth_is_found_whole(marked):
    assert "«" in marked
    assert marked_as(marked, "DATE_OF_BIRTH") == marked


@pytest.mark.parametrize("text", NOT, ids=lambda text: text[:30])
def test_any_other_date_is_left_alone(text):
    assert marked_as(text, "DATE_OF_BIRTH") == text


def test_the_tables_are_long_enough_and_hold_nothing_twice():
    assert min(len(set(FOUND)), len(set(NOT))) >= 30
    assert len(set(FOUND + NOT)) == len(FOUND + NOT)
