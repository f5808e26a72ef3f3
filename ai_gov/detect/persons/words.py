"""氏名の前後の語: honorifics, offices, labels, kin, and what shows that a name is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

KANJI: Final = "々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HIRAGANA: Final = "ぁ-ゖ"
KATAKANA: Final = "ァ-ヴー"
NAME_KANJI: Final = f"{KANJI}ヶケノツ之"
LATIN: Final = "A-Za-zÀ-ÖØ-öø-ÿĀ-žƠ-ưẠ-ỹ"


def alternatives(words: str) -> str:
    """A pattern for any of the words, the longest that fits; shared beginnings are tried once.

    >>> alternatives("課長 課長補佐 係長")
    '(?:係長|課長(?:補佐)?)'
    """
    tree = _Tree()
    for word in words.split():
        branch = tree
        for char in word:
            branch = branch.setdefault(char, _Tree())
        branch[""] = _Tree()
    return _pattern(tree)


class _Tree(dict[str, "_Tree"]):
    """Words by their first character; an empty string where one ends."""


def _pattern(tree: Mapping[str, _Tree]) -> str:
    branches = [re.escape(char) + _pattern(rest) for char, rest in sorted(tree.items()) if char]
    if not branches:
        return ""
    ends = "" in tree
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}"


def beginnings_of(words: str) -> str:
    """The characters that any of the words begins with, for a set in a pattern."""
    return "".join(sorted({word[0] for word in words.split()}))


_HONORIFICS: Final = "さん さま 様 氏 君 くん ちゃん 先生 殿 女史 夫人 翁 嬢 サン"
HONORIFIC: Final = alternatives(_HONORIFICS)

# An office after a name: 佐藤課長. Also what stands before a bare surname: 課長湯本.
_OFFICES: Final = """
係長 課長 課長補佐 部長 次長 室長 局長 所長 館長 園長 校長 教頭 副校長 副園長 支所長 事務局長 センター長 班長 団長
副団長 分団長 隊長 院長 施設長 管理者 危機管理監 主査 主任 主任技師 主事 主事補 主幹 副主幹 主任主査 主席 参事 副参事 技師
技幹 技監 主任主事 統括 補佐 市長 町長 村長 区長 副市長 副町長 副村長 知事 副知事 教育長 議員 議長 副議長 委員
委員長 副委員長 会長 副会長 理事長 理事 監事 社長 副社長 専務 常務 代表 代表取締役 取締役 組合長 自治会長 町内会長
教諭 養護教諭 教授 准教授 講師 医師 歯科医師 弁護士 司法書士 行政書士 税理士 社労士 保健師 助産師 看護師 栄養士
管理栄養士 保育士 薬剤師 相談員 支援員 指導員 調査員 推進員 指導主事 警部 警部補 巡査 巡査部長 刑事 署長 秘書 監督
コーチ 選手 記者 被告 原告 容疑者 被告人 職員 棟梁 住職 民生委員 区長さん 事務官 事務長 書記 幹事 顧問 座長 部会長
班員 隊員 団員 相談役 ケアマネ ケアマネジャー ケアマネージャー ヘルパー 社会福祉士 精神保健福祉士 司書 学芸員 会計 CW SV SSW PSW MSW 場長 工場長 支店長 店長 施設長 士長 主席主査 専門員 専門官 会計年度任用職員 現場監督 警備員 監視員 作業員 運転手 調理員 用務員 消防士 理学療法士 作業療法士 言語聴覚士 臨床心理士 公認心理師 児童福祉司 保護司 児童委員 介護福祉士 支援専門員 Dr
"""
OFFICE: Final = alternatives(_OFFICES)

PUBLIC_OFFICES: Final = frozenset(("市長", "町長", "村長", "区長", "知事", "署長", "支所長"))
"""Offices before which a place stands more often than a name."""

# Relations and pairs that follow a surname.
_FOLLOWING: Final = "夫妻 夫婦 兄弟 姉妹 一家 家 宅 本人 自身 あて 宛 宛て 名義 方 世帯 親子"
FOLLOWING: Final = alternatives(_FOLLOWING)

# Who a name belongs to, standing before it, directly or with の, a blank, a colon or a bracket between.
_KIN_WORDS: Final = """
父 母 夫 妻 長男 次男 二男 三男 四男 五男 長女 次女 二女 三女 四女 五女 兄 姉 弟 妹 祖父 祖母 孫 息子 娘 子 甥 姪 おじ おば 叔父 叔母
伯父 伯母 義父 義母 義兄 義姉 義弟 義妹 実父 実母 養父 養母 養子 元夫 元妻 前夫 前妻 内夫 内妻 嫁 婿 従兄 従弟 いとこ
母親 父親 実の母 実の父 実兄 実弟 実姉 実妹 実子 養女 配偶者 パートナー 旦那 奥さん パパ ママ お父さん お母さん おじいちゃん おばあちゃん 同居男性 同居女性 婚約者 交際相手 内縁の夫 内縁の妻 双子 第一子 第二子 第三子 第四子 本児 孫娘 連れ子 里子 従妹 従姉
"""
KIN: Final = alternatives(_KIN_WORDS)
_LABEL_WORDS: Final = """
氏名 名前 お名前 姓名 姓 名 本名 旧姓 通称 通称名 世帯主 名義 名義人 申請者 申請人 申立人 申出者 申出人 届出人 届出者 請求者 請求人
相談者 通報者 来庁者 来所者 本人 被相続人 相続人 相続人代表 他の相続人 相続人代表者 対象者 対象児 対象児童 対象生徒 児童名 児童 生徒名 生徒 園児 児 保護者
お子さん お子さま 子ども名 被害者 加害者 被害児童 被接種者 被保険者 被保険者名 受給者 利用者 利用者名 契約者 使用者 申込者 応募者 受験者 参加者
滞納者 納税者 納税義務者 所有者 共有者 地権者 地主 家主 大家 貸主 借主 連帯保証人 保証人 身元引受人 身元引受け 緊急連絡先 連絡者 通報人
養護者 介護者 主介護者 同居人 同居者 同居 同居家族 同席 同席者 立会い 立会 立会人 立会者 後見人 成年後見人 保佐人 補助人 代理人 代理人弁護士 代理 委任者 受任者
傷病者 搬送者 罹災者 要救助者 行方不明者 容疑者 被疑者 原告 被告 債務者 債権者 担当 担当者 担当医 担任 副担任 主治医 産業医 嘱託医 地区担当 前任 後任 前任者 後任者 上司 部下 同僚 紹介者 差出人 宛名 宛先 送信者 記録者 記録 記入者
起案者 決裁者 作成者 作成 報告者 発言者 司会 進行 議事録 書記 評価者 被評価者 面接者 被面接者 出席 出席者 欠席 欠席者 参加 委員 連絡役 窓口担当 連絡担当
受付者 受付 聞き取り 聴取者 対応者 対応 養親候補 里親 養親 実親 死亡者 亡くなった方 故人 遺族 喪主 職員 新任 異動者 退職者 退職 昇任 採用 主管 契約 友人 知人 近所 隣 隣人 近隣 隣家 元従業員
ご担当 From To Cc CC 宛 行 質問者 答弁者 質問 発言 会長 副会長 運転者 運転手 同乗者 被災者 避難者 要支援者 支援者 介助者 監視員 目撃者 発見者 申告者 提案者 寄附者 寄付者 講師 演者 著者
名宛人 受取人 受領者 依頼者 依頼人 代表者 代表 責任者 管理者 施設長 園長 パパ ママ 保護者名 児童氏名 生徒氏名 患者 患者名 被扶養者 扶養者 扶養義務者 Name 世帯員 構成員 通告者 職員名 評価対象者 相手方 起案 決裁 対応 聴取者 被処分者 審査請求人 異議申立人 名札 文責 責任者 主催者 発注者 受注者 現場代理人 主任技術者 監督員 立会人 受領者 対象職員
"""
LABEL: Final = alternatives(_LABEL_WORDS)
# Offices may stand before a bare surname too; these stand there and seldom after one.
_TEAMS: Final = "児相 警察 SSW MSW PSW CW 包括 県警 社協"
_SECTIONS: Final = """
課 係 室 署 局 班 部 センター 業者 事務局 財団 協会 公社 病院 医院 クリニック 夜勤 当直 当番 後続 支援員 隣 民生 支所 児相 社協 包括 学校 小 中 保育園 こども園
"""
# By what they say of the name beside them; where a word has two meanings the later one counts.
AFTER_WORDS: Final = {"一家": _FOLLOWING, "職名": _OFFICES, "敬称": _HONORIFICS}
BEFORE_WORDS: Final = {
    "所属": f"{_SECTIONS} {_TEAMS}",
    "職名": _OFFICES,
    "項目名": _LABEL_WORDS,
    "続柄": f"{_KIN_WORDS} うち",
}
BEFORE: Final = f"{KIN}|{LABEL}|{OFFICE}|児相|警察|SSW|MSW|PSW|CW|包括|県警|社協"
BEFORE_FIRST: Final = beginnings_of(f"{_KIN_WORDS} {_LABEL_WORDS} {_OFFICES} {_TEAMS}")
"""The characters that BEFORE can begin with."""

# Names of columns that hold a person. 「カナ」 columns hold the reading.
COLUMN: Final = alternatives(
    """
氏名 名前 お名前 姓名 世帯主 世帯主名 世帯主氏名 児童名 児童氏名 生徒名 生徒氏名 園児名 児 児童 生徒 園児 保護者 保護者名 保護者氏名 申請者 申請者名 申請者氏名 請求者 受給者 受給者名 対象者 対象者名
対象児 名義人 名義 口座名義 所有者 契約者 利用者 利用者名 患者名 被保険者 被保険者名 被保険者氏名 納税者 納税義務者 滞納者 支援者 担当 担当者 担当者名 職員 職員名 職員氏名 委員 委員名 代表者 代表者名 発言者 本人 住民 参加者 申込者 応募者 受験者
会員名 会員 連絡者 緊急連絡先氏名 父 母 配偶者 氏 姓 名 名義人名 世帯員 世帯員名 審査委員 講師 区長 区長名 班長 民生委員 ケアマネ 主治医 担任 相談者 届出人 死亡者 喪主 補助者 後見人 使用者 入居者 名義人氏名 従業員名 Name
"""
)
KANA_COLUMN: Final = alternatives(
    """
カナ フリガナ ふりがな カナ氏名 氏名カナ 氏名フリガナ 名義人カナ 口座名義カナ 世帯主カナ ヨミ よみ 読み 読み仮名 ヨミガナ よみがな カナ名 名義カナ
口座名義人カナ 氏名(カナ) 氏名(かな) 氏名かな シメイ セイ メイ
"""
)

# What makes a place, an organisation, a product or a thing of the name before it.
THING: Final = (
    "[都道府県市区町村郡州国島山川河橋駅港空湖池沼滝坂峠丘台原谷沢浜岬岳峰線号通街園館校院寺社宮城庁署局課部係室班組店屋業社会町丁邸荘寮棟団系派流型式製産米牛豚鶏茶酒錦焼塗漬鉄道路線杯賞展祭門塚畑田"
    "字荘苑舎場所堂塾材建工木林農水商電化機薬海土造運送印]"
)

# Words with an honorific that are no person's name.
NOT_NAMED: Final = frozenset(
    [
        "奥",
        "母",
        "父",
        "兄",
        "姉",
        "お兄",
        "お姉",
        "お母",
        "お父",
        "母親",
        "父親",
        "お客",
        "客",
        "皆",
        "みな",
        "みなみな",
        "神",
        "仏",
        "王",
        "女王",
        "殿",
        "姫",
        "若",
        "嬢",
        "婿",
        "嫁",
        "孫",
        "子",
        "お子",
        "娘",
        "息子",
        "弟",
        "妹",
        "赤",
        "坊",
        "お坊",
        "坊主",
        "爺",
        "婆",
        "叔父",
        "叔母",
        "祖父",
        "祖母",
        "旦那",
        "若旦那",
        "貴",
        "同",
        "両",
        "某",
        "各",
        "諸",
        "外",
        "上",
        "下",
        "何",
        "誰",
        "どなた",
        "彼",
        "華",
        "摂",
        "源",
        "平",
        "藤原",
        "隣",
        "お隣",
        "向かい",
        "近所",
        "ご近所",
        "担当",
        "担当者",
        "御担当",
        "御担当者",
        "ご担当者",
        "関係者",
        "各位",
        "市民",
        "住民",
        "町民",
        "村民",
        "区民",
        "県民",
        "職員",
        "業者",
        "大家",
        "家主",
        "店員",
        "医者",
        "看護師",
        "保健師",
        "保育士",
        "調査員",
        "相談員",
        "支援員",
        "指導員",
        "委員",
        "議員",
        "会員",
        "隊員",
        "団員",
        "係員",
        "社員",
        "従業員",
        "駅員",
        "警察",
        "警察官",
        "消防",
        "消防士",
        "運転手",
        "利用者",
        "患者",
        "保護者",
        "児童",
        "生徒",
        "学生",
        "園児",
        "高齢者",
        "障害者",
        "申請者",
        "参加者",
        "出席者",
        "家族",
        "ご家族",
        "遺族",
        "世帯主",
        "配偶者",
        "代表",
        "代表者",
        "会長",
        "社長",
        "部長",
        "課長",
        "係長",
        "主任",
        "班長",
        "区長",
        "町長",
        "市長",
        "村長",
        "知事",
        "校長",
        "園長",
        "院長",
        "館長",
        "所長",
        "局長",
        "教頭",
        "担任",
        "主治",
        "先",
        "生",
        "学校",
        "幼稚",
        "友達",
        "友人",
        "知人",
        "新人",
        "主人",
        "ご主人",
        "亭主",
        "夫",
        "妻",
        "本人",
        "ご本人",
        "相手",
        "先方",
        "男",
        "女",
        "男性",
        "女性",
        "一人",
        "二人",
        "皆々",
        "巨匠",
        "太陽",
        "月",
        "星",
        "雷",
        "風",
        "象",
        "猫",
        "犬",
        "魚",
        "花",
        "桜",
        "虫",
        "鬼",
        "天",
        "地",
        "人",
        "民",
        "観音",
        "閻魔",
        "大黒",
        "恵比寿",
        "弁天",
        "稲荷",
        "地蔵",
        "天神",
        "七夕",
        "雛",
        "有難う",
        "お疲れ",
        "ご苦労",
        "おつかれ",
        "いい",
        "氏",
        "様",
        "同様",
        "仕様",
        "模様",
        "有様",
        "多様",
        "異様",
        "一様",
        "逆様",
        "王子",
        "王女",
        "お嬢",
        "奥方",
        "甥御",
        "姪御",
        "親御",
    ]
)

NEVER: Final = frozenset(
    [
        "印",
        "令和",
        "平成",
        "昭和",
        "大正",
        "明治",
        "慶応",
        "西暦",
        "年度",
        "今年",
        "来年",
        "昨年",
        "本年",
        "前年",
        "様",
        "氏",
        "おばあ",
        "おじい",
        "おとう",
        "おかあ",
        "おにい",
        "おねえ",
        "あか",
        "みな",
    ]
)
"""Words that some dictionary has as names and that are none here."""
