"""A published guideline that says something else than what is in force, by a change here or by a hand there."""

import io
import zipfile

import docx
import pytest

from ai_gov import wiring
from ai_gov.errors import ConfigError
from tests.documents.guideline import town

# thirty documents that were edited by hand: what stood there, what stands there now, where that is reported
PLANTED = [
    ("自治体機密性2 | 使われない", "自治体機密性3B | 使われない", 5, "destinations.default.max_level"),
    ("自治体機密性2 | 使われない | 国内", "自治体機密性2 | 使われる（または未確認） | 国内", 8, "trains_on_input"),
    ("使われない | 国内", "使われない | 国外の場合あり", 8, "destinations.default.region"),
    ("| default | 個別契約", "| default | 約款型", 5, "destinations.default.service"),
    ("国内 | 2028-03-31", "国内 | 2031-03-31", 5, "destinations.default.approved_until"),
    ("| 庁内文書支援サービス | default", "| 別のサービス | default", 5, "destinations.default.title"),
    (
        "| どのサービスにも送らない種類 | 個人番号（JP_MY_NUMBER） |",
        "| どのサービスにも送らない種類 | なし |",
        7,
        "stop_entities",
    ),
    ("| どのサービスにも送らない区分 | 自治体機密性3A |", "| どのサービスにも送らない区分 | なし |", 7, "stop_levels"),
    (
        "| 所属長の許可があれば送れる区分 | 自治体機密性3C |",
        "| 所属長の許可があれば送れる区分 | 自治体機密性3B |",
        7,
        "hold.levels",
    ),
    (
        "| 所属長の許可があれば送れる種類 | なし |",
        "| 所属長の許可があれば送れる種類 | 氏名（PERSON） |",
        7,
        "hold.entities",
    ),
    ("| 10件以上 | list_min_records", "| 100件以上 | list_min_records", 7, "list_min_records"),
    ("| 5件以上 | register_min_records", "| 50件以上 | register_min_records", 7, "register_min_records"),
    ("| 0.5 | min_score", "| 0.9 | min_score", 7, "min_score"),
    ("| 断る | unlisted_models", "| 送る | unlisted_models", 5, "unlisted_models"),
    ("| general | default_use", "| minutes | default_use", 10, "default_use"),
    ("| 200,000文字まで | limits", "| 300,000文字まで | limits", 6, "limits.max_prompt_chars"),
    ("| 制限なし | limits", "| 10回まで | limits", 6, "limits.requests_per_minute"),
    ("| いいえ | label.append_to_text", "| はい | label.append_to_text", 11, "label.append_to_text"),
    ("| 翻訳・やさしい日本語 | translation |", "| 翻訳 | translation |", 10, "uses.translation.title"),
    ("| 議会答弁の下調べ | assembly | すべて | 載っていない |\n", "", 10, "uses.assembly"),
    (
        "| assembly | すべて | 載っていない |\n",
        "| assembly | すべて | 載っていない |\n| 人事評価 | hr | すべて | あり |\n",
        10,
        "policy.yaml",
    ),
    (
        "| 個人番号（マイナンバー） | 自治体機密性3B | 止める",
        "| 個人番号（マイナンバー） | 自治体機密性3B | 伏せて送る",
        7,
        "my-number",
    ),
    ("| 氏名 | 自治体機密性3C |", "| 氏名 | 自治体機密性1 |", 7, "person-name"),
    ("| 自治体機密性3B | 伏せて送る。伏せられなければ止める |", "| 自治体機密性3B | 入力できる |", 7, "levels.3B"),
    ("1回に入力できるのは200,000文字まで", "1回に入力できるのは900,000文字まで", 6, "limits.max_prompt_chars"),
    ("回答に「生成AIによる下書き・職員の確認前」と表示します", "回答に「確認済み」と表示します", 9, "label.text"),
    ("判定の結果 | 5年 |", "判定の結果 | 1年 |", 12, "retention.metadata_years"),
    ("伏せたあとの文章と回答 | 1年 |", "伏せたあとの文章と回答 | 6年 |", 12, "retention.text_years"),
    ("作った職員以外の1人以上が確認します", "作った職員以外の0人以上が確認します", 9, "reviewers"),
    ("すぐに所属長と情報政策課（内線2200）に知らせてください", "すぐに所属長と総務課に知らせてください", 13, "contact"),
    ("| 最高AI責任者（CAIO） | 副市長 |", "| 最高AI責任者（CAIO） | 総務部長 |", 4, "caio"),
    ("令和9年4月1日から施行します", "令和8年4月1日から施行します", 15, "effective"),
    (
        "| 会議の録音を起こした文章を要約する | 扱わない |",
        "| 会議の録音を起こした文章を要約する | 扱う |",
        6,
        "approval.personal",
    ),
    ("| 2027-03-31 | 2027-02-01 |", "| 2029-03-31 | 2027-02-01 |", 6, "approval.approved_until"),
    ("## 9　出力の確認\n", "", 9, ""),
    ("<!-- ai-gov:uses -->", "", 0, None),
]


@pytest.mark.parametrize(("old", "new", "article", "setting"), PLANTED, ids=[str(item[3]) for item in PLANTED])
def test_what_was_planted_in_the_document_is_found(old, new, article, setting):
    text = town.built("md").decode()
    assert old in text
    head, body = text.split("\n---\n", 1)  # the embedded data stay as they were
    edited = f"{head}\n---\n{body.replace(old, new)}".encode()
    found = town.differences(edited, town.composed())
    if setting is None:  # a lost mark is no difference: the table is known by its headings
        assert not found
        return
    assert [item for item in found if item.article == article and setting in item.setting], found
    assert {item.article for item in found} == {article}, found


@pytest.mark.parametrize(
    ("question", "value", "article"),
    [
        ("reviewers", "two", 9),
        ("training", "yearly", 14),
        ("labels", ("as_is_external",), 11),
        ("scope", ("regular",), 3),
        ("assistant", "none", 4),
        ("approval", "caio", 6),
        ("caio", "総務部長", 4),
        ("contact", "総務課", 13),
    ],
)
@pytest.mark.parametrize("kind", ["md", "html", "docx", "pdf"])
def test_an_answer_that_was_changed_since_is_found(question, value, article, kind):
    now = town.composed(town.written(**{question: value}))
    found = town.differences(town.built(kind), now, f"guideline.{kind}")
    assert {item.article for item in found} == {article}
    setting = {
        "reviewers": "policy.yaml の release.default.reviewers",
        "labels": "policy.yaml の release.default.triggers",
        "training": "policy.yaml の training.required",
    }
    assert setting.get(question, f"answers.yaml の {question}") in {item.setting for item in found}


def edited_in_word(change):
    opened = docx.Document(io.BytesIO(town.built("docx")))
    change(opened)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def table_of(opened, name):
    for table in opened.tables:
        if f'w:val="ai-gov:{name}"' in table._tbl.tblPr.xml:
            return table
    raise AssertionError(name)


def test_a_cell_that_was_edited_in_word_is_found():
    def change(opened):
        cell = table_of(opened, "services").rows[2].cells[3]
        cell.paragraphs[0].runs[0].text = "自治体機密性3B"

    (found,) = town.differences(edited_in_word(change), town.composed(), "guideline.docx")
    assert (found.article, found.published, found.current) == (5, "自治体機密性3B", "自治体機密性2")
    assert "利用できるサービスの一覧" in found.where


def test_a_sentence_that_was_edited_in_word_is_found_where_it_holds_a_value():
    def change(opened):
        paragraph = next(item for item in opened.paragraphs if "情報政策課（内線2200）" in item.text)
        paragraph.runs[0].text = paragraph.text.replace("情報政策課（内線2200）", "町内会")

    found = town.differences(edited_in_word(change), town.composed(), "guideline.docx")
    assert [(item.article, item.setting) for item in found] == [(13, "answers.yaml の contact")]


def test_other_words_for_the_same_rule_are_told_but_do_not_fail_the_check():
    def change(opened):
        paragraph = next(item for item in opened.paragraphs if item.text.startswith("サービスごとの上限を超える区分"))
        paragraph.runs[0].text = paragraph.text.replace("入力しません", "入力してはいけません")

    data = edited_in_word(change)
    assert not town.differences(data, town.composed(), "guideline.docx")
    (told,) = town.differences(data, town.composed(), "guideline.docx", wording=True)
    assert told.kind == "wording"
    assert "入力してはいけません" in told.published


def test_a_chapter_that_was_deleted_in_word_is_found():
    def change(opened):
        body = opened.element.body
        started = False
        for element in list(body):
            text = "".join(element.itertext())
            style = element.xpath("./w:pPr/w:pStyle/@w:val")
            if style and "Heading" in style[0] and "Chapter" in style[0]:
                started = text.startswith("事故の報告")
            if started:
                body.remove(element)

    found = town.differences(edited_in_word(change), town.composed(), "guideline.docx")
    assert [(item.article, item.kind) for item in found] == [(13, "missing")]
    assert "13　事故の報告" in found[0].remedy


def test_text_struck_out_as_a_tracked_change_counts_as_gone_and_inserted_text_as_there():
    def change(opened):
        cell = table_of(opened, "services").rows[2].cells[3]
        run = cell.paragraphs[0].runs[0]._r
        old = run.xml.replace("<w:r ", "<w:r xmlns:x='x' ", 1)
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        del old
        parent = run.getparent()
        deleted = parse_xml(
            f'<w:del {nsdecls("w")} w:id="900" w:author="a" w:date="2026-11-25T00:00:00Z">'
            "<w:r><w:delText>自治体機密性2</w:delText></w:r></w:del>"
        )
        inserted = parse_xml(
            f'<w:ins {nsdecls("w")} w:id="901" w:author="a" w:date="2026-11-25T00:00:00Z">'
            "<w:r><w:t>自治体機密性3C</w:t></w:r></w:ins>"
        )
        parent.replace(run, deleted)
        deleted.addnext(inserted)

    (found,) = town.differences(edited_in_word(change), town.composed(), "guideline.docx")
    assert (found.published, found.current) == ("自治体機密性3C", "自治体機密性2")


def test_a_word_file_that_lost_its_data_is_told_and_its_tables_are_compared_all_the_same():
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(town.built("docx"))) as old, zipfile.ZipFile(kept, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, b"<a/>" if item.filename == "customXml/item2.xml" else data)
    after = town.composed(policy=town.policy_with(lambda data: data.update(list_min_records=20)))
    found = town.differences(kept.getvalue(), after, "guideline.docx")
    assert {item.kind for item in found} == {"data", "setting"}
    assert any("list_min_records" in item.setting for item in found)


def test_a_document_of_another_municipality_is_told_at_once():
    other = town.written(municipality="青葉谷町", head="町長")
    (found,) = town.differences(town.built("pdf"), town.composed(other), "guideline.pdf")
    assert (found.kind, found.published, found.current) == ("other_town", "霧沢市", "青葉谷町")
    assert "フォルダー" in found.remedy


@pytest.mark.parametrize("name", ["guideline.docx", "guideline.pdf", "guideline.md", "guideline.txt"])
def test_a_file_that_is_no_document_is_refused_with_its_name(name):
    with pytest.raises(ConfigError) as refused:
        wiring.read_published(b"\xff\xfe\x00 broken", name)
    assert refused.value.problems[0].path == name


def test_a_word_file_cut_short_is_refused():
    with pytest.raises(ConfigError):
        wiring.read_published(town.built("docx")[:5000], "guideline.docx")
