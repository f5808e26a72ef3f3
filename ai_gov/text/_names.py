"""氏名の鍵: when two writings are the same name."""

from __future__ import annotations

import re
from typing import Final

from ai_gov.text._normalize import normalize

# The first of each group stands for all. Only forms of one character (異体字・旧字体), never characters that
# merely sound alike: a name is the same name in either form.
_VARIANTS: Final = """
高髙 崎﨑嵜㟢 吉𠮷 辺邉邊𨘢 沢澤 斎齋斉齊齎 浜濱濵 島嶋嶌㠀 桜櫻 国國囯 広廣 竜龍龒 滝瀧 関關
塩鹽 浅淺 条條 戸戶 徳德 恵惠 真眞 寿壽 豊豐 栄榮 円圓 実實 万萬 富冨 峰峯 清淸 青靑 緑綠
黒黑 横橫 巣巢 県縣 館舘 荘莊 蔵藏 児兒 団團 会會 学學斈 礼禮 穂穗 秋穐龝 秘祕 稲稻 穣穰
総總 線綫 縄繩 絵繪 継繼 聡聰 声聲 脇𦚰 芸藝 薗園 薫薰 虎乕 蛍螢 衛衞 覚覺 覧覽 観觀 訳譯
誉譽 証證 豆荳 賢贒 頼賴 軽輕 遥遙 遠逺 郎郞 郷鄕鄉 醤醬 鉄鐵鐡銕 鋭銳 録錄 銭錢 鎌鐮 鎮鎭
隣鄰 隠隱 雑雜 霊靈 静靜 顕顯 養飬 駅驛 験驗 髪髮 鶏鷄雞 鶴鸖寉 麦麥 黄黃 黙默 亀龜 歯齒
壱壹 弐貳 参參 仏佛 伝傳 体體 余餘 来來 価價 俊儁 倹儉 偽僞 両兩 冴冱 冲沖 凛凜 処處
剣劍劔劒 剰剩 効效 勅敕 励勵 労勞 勲勳 勇勈 医醫 区區 単單 却卻 即卽 厳嚴 双雙 収收 叙敍
台臺 号號 喜㐂 嘱囑 囲圍 図圖 圏圈 圧壓 塁壘 増增 壊壞 壌壤 壮壯 変變 奥奧 奨奬 妍姸 姫姬
嬢孃 宝寶寳 寛寬 寝寢 対對 専專 将將 尭堯 届屆 属屬 岳嶽 峡峽 巌巖 巻卷 帯帶 庁廳 廃廢
弁辨辯瓣 弥彌 弾彈 強强 当當 径徑 従從 徴徵 応應 恋戀 恒恆 悦悅 悪惡 悩惱 慎愼 懐懷 戦戰
戯戲 戻戾 払拂 抜拔 択擇 担擔 拝拜 拠據 拡擴 挙擧 挿插 掲揭 揺搖 摂攝 撃擊 数數 断斷 旧舊
昂昻 昼晝 時旹 晋晉 晃晄 暁曉 暦曆 曽曾 朗朖 杉杦 松枩柗 枢樞 柳栁桺 柏栢 柿枾 栖棲 桑桒
桟棧 梅楳 検檢 楽樂 槇槙 様樣 権權 橋𣘺 欠缺 欧歐 歓歡 歩步 歳歲 歴歷 残殘 殴毆 殻殼 毎每
気氣 泉湶 浄淨 涙淚 涛濤 淵渊渕 渇渴 済濟 渓溪 渉涉 温溫 湾灣 湿濕 満滿 潜潛 瀬瀨 灯燈 炉爐
点點 為爲 焼燒 煙烟 熙煕熈 猪豬 猟獵 献獻 獣獸 瑠璢 瑶瑤 瓶甁 産產 画畫 留畄 畳疊 痴癡 発發
皐皋 盗盜 研硏 砕碎 礒磯 禅禪 称稱 穏穩 竃竈 簗梁 籠篭 糸絲 経經 縁緣 縦縱 繊纖 聴聽 肇肈
粛肅 胆膽 脳腦 臓臟 舎舍 舗舖 艶艷 芦蘆 茎莖 薬藥 虚虛 虫蟲 蚕蠶 蛮蠻 裏裡 装裝 褒襃 触觸
読讀 謡謠 譲讓 践踐 転轉 辞辭 逓遞 遅遲 釈釋 釜釡 鈎鉤 鋳鑄 鎖鎻 鑑鑒 閲閱 陥陷 隷隸 頬頰
顔顏 飲飮 騒騷 鯵鰺 鴎鷗 鴬鶯 麹麴 麺麵 薮藪籔 桧檜 梼檮 侠俠 祷禱 砺礪 蝋蠟 掴摑 填塡 剥剝
屡屢 繋繫 渋澁澀 曻昇 莱萊 亘亙 涼凉 船舩 須湏 村邨 兎兔 毘毗 蘇蘓 土𡈽 角⻆
"""


def _variant_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for group in _VARIANTS.split():
        for other in group[1:]:
            table[ord(other)] = group[0]
    for code in (*range(0x3041, 0x3097), 0x309D, 0x309E):
        table[code] = chr(code + 0x60)
    return table | {ord("ヶ"): "ケ", ord("ヵ"): "カ", 0x3095: "カ", 0x3096: "ケ", ord(" "): "", 9: "", 10: ""}


_KEYS: Final = _variant_table()
_REPEATED: Final = re.compile("([㐀-鿿豈-﫿])[々〻]")


def name_key(name: str) -> str:
    """氏名の鍵: two writings of one name have one key (width, blanks, 異体字, hiragana or katakana, 々).

    For comparing only: a key is no spelling and is shown to nobody.

    >>> name_key("髙橋　廣") == name_key("高橋広"), name_key("渡邉") == name_key("渡邊") == name_key("渡辺")
    (True, True)
    >>> name_key("やまだ たろう"), name_key("ﾔﾏﾀﾞ ﾀﾛｳ"), name_key("佐々木") == name_key("佐佐木")
    ('ヤマダタロウ', 'ヤマダタロウ', True)
    """
    key = normalize(name).text.translate(_KEYS).casefold()
    return _REPEATED.sub(r"\1\1", key)
