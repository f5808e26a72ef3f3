"""内容そのものの規則: shipped topics stop what is confidential by its substance, and let its look-alikes go."""

import datetime as dt
import functools

import pytest

from ai_gov.datafile import parse
from ai_gov.detect.detector import Detector
from ai_gov.detect.reading import Reading
from ai_gov.model import Action
from ai_gov.policy.decide import decide
from ai_gov.policy.schema import Policy
from ai_gov.rules.library import parse_rules, shipped
from ai_gov.text import digit_view, normalize

FOLDERS = ("content", "credentials", "systems", "markings", "sensitive", "signs.yaml")


@functools.cache
def parts():
    files = shipped("redaction_rules")
    rules = parse_rules({path: text for path, text in files.items() if path.split("/")[1] in FOLDERS})
    policy = parse(files["redaction_rules/policy.yaml"], Policy, "policy.yaml")
    return rules, Detector(rules, today=dt.date(2026, 11, 25)), policy


def judged(text: str):
    rules, detector, policy = parts()
    source = normalize(text)
    findings = detector.detect(Reading(source, (), digit_view(source.text)))
    return decide(
        findings,
        text=text,
        destination=policy.destination("demo", {"demo"}),
        policy=policy,
        rules=rules.rules,
        today=dt.date(2026, 11, 25),
    )


@pytest.mark.parametrize(
    "text",
    [
        "明後日の開札に向けた読み上げ用のメモ。予定価格（税抜） 48,250,000、最低制限価格 41,900,000。",
        "入札の調書を整えて。執行は7月8日。石川橋補修　設計 38,900千円　予定 38,700千円　最低 34,100千円",
        "公募型プロポの採点結果を講評文に。第1位は(株)みらい設計で421点、次点は409点。結果は月末に通知する。",
        "市立病院の産科を来年3月でやめる方向で県と詰めています。職員組合にも市民にも伝えていません。発表文を。",
        "町長から内々に指示。温泉施設は来年度末で閉館、跡地は民間ホテルに売る。議員には12月まで伏せる。工程表を。",
        "訴訟の相手には知られたくないのですが、うちの過失は6割、400万円までなら和解に応じるつもりです。",
        "たばこ税の脱漏が疑われる店3軒を12/5に一斉に調べる。店主同士が連絡を取り合うので同時刻に。班割りを。",
        "庁内LANの構成。コアスイッチ 10.20.0.1、業務系 10.20.10.0/24、LGWAN系 10.20.20.0/24、住基 10.20.30.0/24。",
        "診断の報告を受けました。イントラにSQLインジェクションがあり、職員IDが抜ける状態です。改修は来月。",
        "うちの町で店をやっている人が、夫に首を絞められたと窓口で話した。知られるのを怖がっている。面談の記録を。",
        "委託先を替える方針です。今の会社に知られると協力が止まるので、切り替えを静かに進めたい。",
        "【秘】国民保護計画の検討メモ。要点を3つに。",
    ],
)
def test_what_is_confidential_by_its_substance_is_stopped(text):
    decision = judged(text)
    assert decision.action is Action.BLOCK
    assert all(reason.message for reason in decision.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "予定価格の算定で端数を切り捨てるのは違法ですか。歩切りの禁止との関係で教えて。",
        "昨年度の入札結果です（ホームページに出ています）。予定価格 12,300,000円、落札額 11,200,000円の落札率は？",
        "総合評価の技術点と価格点の計算例を、A社80点・B社75点として作って。",
        "懲戒処分の公表基準について、他の自治体の例を比べる表の項目案をください。",
        "来月から水道料金が上がります（3月議会で可決）。お知らせ文を作って。平均8.5%の増。",
        "小中学校の統廃合を進めた自治体の成功例と失敗例を調べる観点をください。",
        "税務調査で無予告の臨場ができる根拠条文は？",
        "ファイアウォールの設定の基本を教えて。許可と拒否の順番は？",
        "192.168.0.0/16のようなプライベートアドレスの範囲を新人に説明して。",
        "職員の誕生日会のサプライズの企画案を5つ。本人に気づかれない準備のコツも。",
        "DVの被害者から支援措置の相談を受けたときの窓口の流れを、新人向けに箇条書きにして。",
        "自立支援協議会の事例検討の進め方（架空の事例で）。夫の暴力から避難した母子。",
        "防災訓練の当日まで参加者に想定を知らせない訓練のやり方を教えて。",
        "マル秘グルメ特集！みたいな見出しで、道の駅の紹介文を。",
        "パスワードは8文字以上で、定期変更は不要になった話を一言で。",
    ],
)
def test_published_facts_and_questions_of_how_things_work_go_as_they_are(text):
    assert judged(text).action is Action.ALLOW


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("会議室のWi-FiのパスワードはKaigi-2031です。案内カードを英語でも。", "Kaigi-2031"),
        ("DB_PASSWORD=Qw8!hty2Zk を見直して。", "Qw8!hty2Zk"),
        ("proxyは 10.118.4.21:8080 です。昨日までは動いていました。", "10.118.4.21"),
        ("【庁内限り】車の集約の案内を読みやすく。", "庁内限り"),
    ],
)
def test_what_can_be_cut_out_is_cut_out(text, cut):
    decision = judged(text)
    assert decision.action is Action.REDACT
    assert [text[item.start : item.end] for item in decision.redact] == [cut]
