"""Released files carry the label for people and for machines, and are what their standards say."""

import datetime as dt
import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import docx
import pikepdf
import pypdfium2
import pytest

from ai_gov.documents.publication import Publication, as_html, as_text
from ai_gov.errors import BadRequest
from ai_gov.files import release
from ai_gov.review.labels import Degree

LABEL = "この文書は生成AIが作成した案を職員が確認・修正したものです。"
URL = "https://ai.example.lg.jp/verify/AB2CDE3FGH"
TEXT = f"# 納付のお知らせ\n\n令和8年11月25日\n見本市長\n\n- 期限は4月30日です\n- 窓口は市民課です\n\n{LABEL}\n"


def publication(**more):
    values = {
        "id": "AB2CDE3FGH",
        "title": '納付の<お知らせ> & "案内"',
        "text": TEXT,
        "label": LABEL,
        "degree": Degree.L2,
        "organisation": "見本市",
        "department": "市民課",
        "date": dt.date(2026, 11, 25),
        "url": URL,
        **more,
    }
    return Publication(**values)


@pytest.fixture(scope="module")
def pdf():
    return release.write_pdf(publication())


@pytest.fixture(scope="module")
def word():
    return release.write_docx(publication())


def pdf_text(data):
    opened = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_bounded() for page in opened)
    opened.close()
    return re.sub(r"\s", "", text)


def test_the_text_file_is_exactly_what_was_approved():
    assert as_text(publication()).decode() == TEXT


def test_every_file_shows_the_sentence_once_and_the_number(pdf, word):
    opened = docx.Document(io.BytesIO(word))
    texts = {
        "docx": "\n".join(paragraph.text for paragraph in opened.paragraphs),
        "pdf": pdf_text(pdf),
        "html": re.sub(r"<script.*?</script>", "", as_html(publication()).decode()),
    }
    for kind, text in texts.items():
        assert text.count(LABEL) == 1, kind
        assert "AB2CDE3FGH" in text, kind


def test_the_lines_of_a_letter_stay_lines(word):
    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs]
    assert lines.index("見本市長") == lines.index("令和8年11月25日") + 1


def test_word_tells_machines_what_it_is_in_custom_properties(word):
    about = release.read_about(word)
    assert about["digitalSourceType"] == Degree.L2.source
    assert about["AiGovReleaseId"] == "AB2CDE3FGH"
    assert about["AiGovVerifyUrl"] == URL
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        assert 'PartName="/docProps/custom.xml"' in package.read("[Content_Types].xml").decode()
    again = io.BytesIO()
    docx.Document(io.BytesIO(word)).save(again)
    assert release.read_about(again.getvalue()) == about


def test_word_and_pdf_are_the_same_bytes_each_time():
    assert release.write_pdf(publication()) == release.write_pdf(publication())


def test_the_pdf_says_in_xmp_what_it_is_and_describes_what_it_adds(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        packet = opened.Root.Metadata.read_bytes().decode()
        assert opened.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in opened.Root
        with opened.open_metadata() as metadata:
            assert metadata[f"{{{release.IPTC}}}DigitalSourceType"] == Degree.L2.source
            assert metadata.pdfa_status == "3A"
    root = ET.fromstring(re.sub(r"<\?xpacket.*?\?>", "", packet))
    spaces = {item.text for item in root.iter("{http://www.aiim.org/pdfa/ns/schema#}namespaceURI")}
    assert {release.IPTC, release.OURS} <= spaces
    described = {item.text for item in root.iter("{http://www.aiim.org/pdfa/ns/property#}name")}
    used = {
        item.tag.rpartition("}")[2]
        for item in root.iter()
        if item.tag.startswith((f"{{{release.IPTC}}}", f"{{{release.OURS}}}"))
    }
    assert used <= described
    assert len(used) >= 4


def test_the_pdf_keeps_the_marks_of_its_standards_and_its_fonts(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
        packet = opened.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part>" in packet
        assert "<pdfuaid:part>1</pdfuaid:part>" in packet
        assert "/OutputIntents" in opened.Root
        assert not opened.is_encrypted
        fonts = [
            item
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_the_code_on_the_page_leads_to_the_address(pdf):
    opened = pypdfium2.PdfDocument(pdf)
    page = opened[0]
    images = [item for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(images) == 1
    opened.close()
    without = pypdfium2.PdfDocument(release.write_pdf(publication(url="")))
    assert not [item for item in without[0].get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    without.close()


def test_html_names_the_source_type_in_json_ld_and_no_title_ends_the_script():
    page = as_html(publication(title="</script><script>alert(1)</script>")).decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(script)
    assert data["digitalSourceType"] == "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
    assert data["url"] == URL
    assert "<script>alert" not in page


def test_a_text_without_ai_says_nothing_of_it(pdf):
    own = publication(text="自分で書いた文です。\n", label="", degree=Degree.L0)
    assert "digitalSourceType" not in as_html(own).decode()
    assert "digitalSourceType" not in release.read_about(release.write_docx(own))
    assert "AI" not in pdf_text(release.write_pdf(own))


def test_a_character_that_the_font_lacks_is_told():
    with pytest.raises(BadRequest, match=r"U\+20BB7"):
        release.write_pdf(publication(text=f"\U00020bb7野家\n\n{LABEL}\n"))
