"""ai-gov guideline as an IT officer types it: from an empty directory to documents, and back to what is in force."""

import io
import os

import docx
import pypdfium2
import pytest
import yaml

from tests.cli.running import Command


@pytest.fixture
def command(tmp_path):
    return Command(tmp_path / "data")


@pytest.fixture
def folder(command, tmp_path):
    made = tmp_path / "guideline"
    assert command("guideline", "new", "--defaults", "--output", made).code == 0
    return made


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_from_an_empty_directory_to_documents_and_a_policy_that_the_rules_accept(command, folder):
    built = command("guideline", "build", folder, "--format", "md,html,docx,pdf")
    assert built.code == 0, built.err
    assert {path.name for path in folder.iterdir()} == {
        "answers.yaml", "policy.yaml", "guideline.md", "guideline.html", "guideline.docx", "guideline.pdf",
    }  # fmt: skip
    assert command("rules", "check", "--config", folder).code == 0
    checked = command("guideline", "check", folder)
    assert (checked.code, checked.out.splitlines()[-1]) == (0, "違いはありません。")


def test_what_is_applied_is_what_the_guideline_is_compared_with(command, folder):
    command("guideline", "build", folder, "--format", "md")
    assert command("rules", "apply", "--config", folder, "--yes").code == 0
    assert "適用中の設定" in command("guideline", "check", folder).out
    edit(folder / "policy.yaml", "list_min_records: 10", "list_min_records: 20")
    applied = command("rules", "apply", "--config", folder, "--yes")
    assert applied.code == 0
    assert "第7条" in applied.out, "applying says which articles are touched"
    checked = command("guideline", "check", folder)
    assert checked.code == 1
    assert "文書「10件以上」 いま「20件以上」" in checked.out
    assert "policy.yaml の list_min_records" in checked.out


def test_differences_come_as_json_for_programs(command, folder):
    command("guideline", "build", folder, "--format", "md")
    edit(folder / "policy.yaml", "min_score: 0.5", "min_score: 0.7")
    checked = command("guideline", "check", folder, "--json")
    assert checked.code == 1
    (line,) = [yaml.safe_load(text) for text in checked.out.splitlines()]
    assert (line["article"], line["setting"], line["published"]) == (7, "policy.yaml の min_score", "0.5")


def test_one_file_is_compared_with_a_named_policy_by_the_data_it_carries(command, folder, tmp_path):
    command("guideline", "build", folder, "--format", "pdf,docx")
    alone = tmp_path / "alone"
    alone.mkdir()
    (folder / "guideline.docx").replace(alone / "kitei.docx")
    assert command("guideline", "check", alone / "kitei.docx", "--policy", folder / "policy.yaml").code == 0
    edit(folder / "policy.yaml", "unlisted_models: refuse", "unlisted_models: terms_only")
    found = command("guideline", "check", alone / "kitei.docx", "--policy", folder / "policy.yaml")
    assert found.code == 1
    assert "unlisted_models" in found.out


def test_a_change_of_policy_says_which_articles_it_touches(command, folder, tmp_path):
    old = tmp_path / "old.yaml"
    old.write_bytes((folder / "policy.yaml").read_bytes())
    edit(folder / "policy.yaml", "max_prompt_chars: 200000", "max_prompt_chars: 50000")
    edit(folder / "policy.yaml", "text: 生成AIによる下書き・職員の確認前", "text: 生成AIの案")
    told = command("guideline", "impact", old, folder / "policy.yaml")
    assert told.code == 0
    assert "第6条 利用の申請" in told.out
    assert "200,000文字まで → 50,000文字まで" in told.out
    assert "第11条 公表と表示" in told.out
    assert "第7条" not in told.out
    assert "ありません" in command("guideline", "impact", old, old).out


def test_questions_are_explained_remembered_and_asked_again_where_they_clash(command, tmp_path):
    made = tmp_path / "made"
    answers = [
        "霧沢市",
        "",
        "",
        "",
        "",
        "",
        "3",
        "北谷町、南沢村",
        "",
        "",
        "2",
        "庁内の助手",
        "2",
        "1",
        "1",
        "",
        "",
        "",
        "-",
        "",
        "",
        "7年",
        "x",
        "6",
        "",
        "",
    ]
    again = ["3", "2", "1", "1"]  # what is left of the clash: type, class, training, place
    asked = command("guideline", "new", "--output", made, typed="\n".join([*answers, *again]) + "\n")
    assert asked.code == 0, asked.out + asked.err
    assert "[1/25] 団体の名前は何ですか" in asked.out
    assert "約款型のサービスでは、原則として自治体機密性2以上の情報を扱えません。" in asked.out
    written = yaml.safe_load((made / "answers.yaml").read_text(encoding="utf-8"))["answers"]
    assert written["partners"] == ["北谷町", "南沢村"]
    assert (written["service"], written["service_level"], written["keep_metadata"]) == ("contracted", "2", 7)
    policy = yaml.safe_load((made / "policy.yaml").read_text(encoding="utf-8"))
    assert policy["title"] == "霧沢市 生成AI利用の方針"
    assert policy["destinations"][1]["max_level"] == "2"
    assert not (made / "answers.draft.yaml").exists()


def test_an_interruption_loses_no_answer(command, tmp_path):
    made = tmp_path / "made"
    stopped = command("guideline", "new", "--output", made, typed="霧沢市\n2\n")
    assert stopped.code == 130
    assert not (made / "answers.yaml").exists()
    assert "霧沢市" in (made / "answers.draft.yaml").read_text(encoding="utf-8")
    assert command("guideline", "new", "--defaults", "--output", made).code == 0
    assert "municipality: 霧沢市\n" in (made / "answers.yaml").read_text(encoding="utf-8")
    assert "instrument: kitei" in (made / "answers.yaml").read_text(encoding="utf-8")


def test_settings_answer_what_they_can(command, tmp_path):
    command("user", "organisation", "012345", "霧沢市")
    config = tmp_path / "config"
    assert command("guideline", "new", "--defaults", "--output", config).code == 0
    edit(config / "policy.yaml", "owner: 情報政策担当課", "owner: デジタル推進室")
    edit(config / "policy.yaml", "title: 標準の生成AIサービス", "title: 県の共同利用サービス")
    command("rules", "apply", "--config", config, "--yes")
    made = tmp_path / "made"
    assert command("guideline", "new", "--defaults", "--output", made).code == 0
    text = (made / "answers.yaml").read_text(encoding="utf-8")
    assert "municipality: 霧沢市" in text
    assert "office: デジタル推進室" in text
    assert "service_title: 県の共同利用サービス" in text


def test_what_was_changed_in_the_policy_by_hand_is_kept_when_the_questions_are_asked_again(command, folder):
    edit(folder / "policy.yaml", "list_min_records: 10", "list_min_records: 25")
    edit(folder / "policy.yaml", "title: 標準の生成AIサービス", "title: 新しいサービス")
    assert command("guideline", "new", "--defaults", "-o", folder).code == 0
    policy = (folder / "policy.yaml").read_text(encoding="utf-8")
    assert "list_min_records: 25" in policy
    assert "title: 新しいサービス" in policy
    assert "service_title: 新しいサービス" in (folder / "answers.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("questions: 1", "questions: 0", "いまの版は 1"),
        ("questions: 1", "questions: 9", "道具を新しく"),
        ("keep_text: 1", "keep_text: twelve", "整数で"),
        ("keep_text: 1", "keep_texts: 12", "「keep_texts」という質問はありません"),
        ("keep_text: 1", "keep_text: 9999", "30 以下"),
        ("keep_text: 1", "keep_text: 9", "文章の期間を、記録の期間以下に"),
        ("service: terms_only", "service: free", "という選択肢はありません"),
        ("service_level: '1'", "service_level: 3B", "約款型のサービスでは"),
        ("head: 市長", "head: 町長", "別の団体の回答が混ざっていないか"),
        ("contact: 主管課", "contact: 主管課|内線", "記号"),
        ("  reviewers: one\n", "", "の答えがありません"),
    ],
)
def test_wrong_answers_are_refused_with_line_and_reason_and_nothing_is_written(command, folder, old, new, told):
    edit(folder / "answers.yaml", old, new)
    refused = command("guideline", "build", folder)
    assert refused.code == 2
    assert told in refused.err
    assert str(folder / "answers.yaml") in refused.err
    assert {path.name for path in folder.iterdir()} == {"answers.yaml", "policy.yaml"}


def test_answers_of_an_older_version_are_carried_over(command, folder, tmp_path):
    edit(folder / "answers.yaml", "questions: 1", "questions: 0")
    edit(folder / "answers.yaml", "caio: 副市長", "caio: 総務部長")
    made = tmp_path / "made"
    assert command("guideline", "new", "--defaults", "--from", folder / "answers.yaml", "-o", made).code == 0
    text = (made / "answers.yaml").read_text(encoding="utf-8")
    assert "caio: 総務部長" in text
    assert "questions: 1" in text


def test_a_policy_that_contradicts_itself_is_refused_with_its_line(command, folder):
    edit(folder / "policy.yaml", "default_use: general", "default_use: nothing")
    refused = command("guideline", "build", folder)
    assert refused.code == 2
    assert f"{folder / 'policy.yaml'}:" in refused.err
    assert "default_use" in refused.err


def test_the_answers_of_one_town_with_the_policy_of_another_are_refused(command, folder):
    edit(folder / "answers.yaml", "municipality: ○○市", "municipality: 霧沢市")
    refused = command("guideline", "build", folder)
    assert refused.code == 2
    assert "別の団体のものが混ざっていないか" in refused.err


def test_a_chapter_that_is_missing_or_names_what_is_not_there_is_told_with_its_line(command, folder):
    own = folder / "guidelines" / "guide"
    own.mkdir(parents=True)
    (own / "01-purpose.md").write_text("目的\n\n$municipalty の定め\n", encoding="utf-8")
    refused = command("guideline", "build", folder)
    assert refused.code == 2
    assert "guidelines/guide/01-purpose.md:3: $municipalty という変数はありません" in refused.err


def test_a_towns_own_chapter_takes_the_place_of_the_shipped_one(command, folder):
    own = folder / "guidelines" / "guide"
    own.mkdir(parents=True)
    (own / "14-training.md").write_text("$municipality では、毎月研修を行います。\n", encoding="utf-8")
    assert command("guideline", "build", folder, "--format", "md").code == 0
    assert "○○市では、毎月研修を行います。" in (folder / "guideline.md").read_text(encoding="utf-8")
    assert command("rules", "check", "--config", folder).code == 0, "the template is no rule"


@pytest.mark.parametrize("formats", ["md,odt", "", "PDF"])
def test_an_unknown_format_is_refused(command, folder, formats):
    refused = command("guideline", "build", folder, "--format", formats)
    assert refused.code == 3
    assert "md・html・docx・pdf" in refused.err


def test_a_folder_without_answers_says_what_to_do_first(command, tmp_path):
    for arguments in (("build", tmp_path), ("check", tmp_path), ("check", tmp_path / "none")):
        refused = command("guideline", *arguments)
        assert refused.code == 3
        assert "ください" in refused.err


def test_no_file_is_left_half_written(command, folder, monkeypatch):
    command("guideline", "build", folder, "--format", "md")
    before = (folder / "guideline.md").read_bytes()
    edit(folder / "policy.yaml", "min_score: 0.5", "min_score: 0.7")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    refused = command("guideline", "build", folder, "--format", "md")
    assert refused.code == 3
    assert "空き容量" in refused.err
    assert (folder / "guideline.md").read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {"answers.yaml", "policy.yaml", "guideline.md"}


def test_the_word_file_is_one_that_staff_can_go_on_editing(command, folder):
    command("guideline", "build", folder, "--format", "docx")
    opened = docx.Document(folder / "guideline.docx")
    styles = [paragraph.style.name for paragraph in opened.paragraphs]
    assert styles.count("Chapter Heading") == 15
    assert styles.count("Annex Heading") == 10
    assert {"Title", "Body Text", "List Bullet", "Caption", "TOC 1", "Heading 2"} <= set(styles)
    chapter = opened.styles["Chapter Heading"]
    assert chapter.base_style.name == "Heading 1"
    assert chapter.element.pPr.numPr is not None, "numbers by itself"
    xml = opened.element.xml
    assert "TOC \\o" in xml
    assert "w:tblHeader" in xml
    assert opened.core_properties.title == "○○市生成AI利用ガイドライン"
    assert opened.core_properties.language == "ja-JP"


def test_the_pdf_is_tagged_embeds_its_font_and_says_what_it_is(command, folder):
    import pikepdf

    command("guideline", "build", folder, "--format", "pdf")
    with pikepdf.open(folder / "guideline.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("ja")
        metadata = str(pdf.Root.Metadata.read_bytes())
        assert "pdfuaid:part" in metadata
        assert "pdfaid:part" in metadata
        fonts = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()}
        assert fonts
        for font in fonts.values():
            descendant = font.DescendantFonts[0]
            assert any(f"/FontFile{n}" in descendant.FontDescriptor for n in ("", "2", "3"))
    opened = pypdfium2.PdfDocument(io.BytesIO((folder / "guideline.pdf").read_bytes()))
    text = "".join(opened[number].get_textpage().get_text_range() for number in range(len(opened)))
    assert "最高AI責任者" in text.replace(" ", "")
    opened.close()


def test_towns_are_compared_setting_by_setting(command, folder, tmp_path):
    other = tmp_path / "other"
    command("guideline", "new", "--defaults", "--output", other)
    edit(other / "policy.yaml", "title: ○○市 生成AI利用の方針", "title: 霧沢市 生成AI利用の方針")
    edit(other / "policy.yaml", "list_min_records: 10", "list_min_records: 20")
    shown = command("guideline", "compare", folder, other)
    assert shown.code == 0, shown.err
    lines = shown.out.splitlines()
    assert lines[0] == "項目\t設定\t○○市\t霧沢市"
    assert any(line.endswith("list_min_records\t10件以上\t20件以上") for line in lines)
    assert len(lines) == 3, "only what differs"
    book = tmp_path / "hikaku.xlsx"
    assert command("guideline", "compare", folder, other, "-o", book).code == 0
    assert book.exists()
    assert command("guideline", "compare", folder).code == 3


def test_training_is_handed_out_and_practised(command, folder):
    built = command("training", "build", folder, "--format", "md,docx")
    assert built.code == 0, built.err
    assert "問1" in (folder / "training.md").read_text(encoding="utf-8")
    taken = command("training", "quiz", folder, "--count", "3", typed="x\n1\n1\n1\n")
    assert taken.code in {0, 1}
    assert "3問のうち" in taken.out
    assert "番号で答えてください" in taken.out
