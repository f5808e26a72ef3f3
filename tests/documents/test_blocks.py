"""One document in four formats: everything it says stands in each, and no text is ever read as markup."""

import datetime as dt
import io
import zipfile

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_gov.documents import html, markdown
from ai_gov.documents.blocks import Attachment, Document, Heading, Listing, PageBreak, Paragraph, Table, runs
from ai_gov.errors import BadRequest
from ai_gov.files import docx as word
from ai_gov.files import pdf

HOSTILE = '#import "x"; $x$ <script>alert(1)</script> *a* _b_ [c](d) \\n &amp; @ref // é 髙 〔氏名1〕'
WHOLE = Document(
    title="見本の文書",
    subtitle="副題",
    author="霧沢市",
    date=dt.date(2027, 4, 1),
    blocks=(
        Heading(1, "（目的）", "article", "第1条"),
        Paragraph(runs("この**規程**は、")),
        Listing((runs("項その一"), runs("項その二")), "clause", 2),
        Listing((runs("号"),), "paren"),
        Listing((runs("確認した"),), "box"),
        Paragraph(runs("注である。"), note=True),
        Table(("名", "値"), (("甲", "1行目\n2行目"), ("乙|丙", "")), "表の題", "sample", (1, 3)),
        PageBreak(),
        Heading(1, "様式", "annex", "別紙1"),
        Heading(2, "小見出し"),
        Listing((runs("一"), runs("二")), "number", 3),
        Paragraph(runs(HOSTILE)),
    ),
    attachment=Attachment("data.json", '{"a": "</script>日本"}'.encode(), "見本"),
)
SAID = [
    "見本の文書",
    "副題",
    "この",
    "規程",
    "項その二",
    "号",
    "確認した",
    "注である。",
    "表の題",
    "1行目",
    "2行目",
    "乙|丙",
    "小見出し",
    "〔氏名1〕",
]


def text_of_word(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len(set(package.namelist()))
    opened = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in opened.paragraphs] + cells)


def test_everything_that_is_said_stands_in_word():
    text = text_of_word(word.write(WHOLE))
    for part in [*SAID, HOSTILE]:
        assert part in text


def test_everything_that_is_said_stands_in_html_and_none_of_it_is_markup():
    page = html.write(WHOLE)
    assert "<script>alert" not in page
    assert page.count("</script>") == 1
    for part in SAID:
        assert part in page


def test_everything_that_is_said_stands_in_pdf():
    opened = pypdfium2.PdfDocument(pdf.write(WHOLE))
    text = "".join(opened[number].get_textpage().get_text_range() for number in range(len(opened)))
    squeezed = "".join(text.replace("\u200b", "").split())
    for part in [*SAID, "<script>alert(1)</script>", '#import"x"']:
        assert "".join(part.split()) in squeezed, part
    assert opened.count_attachments() == 1
    opened.close()


def test_a_character_that_the_font_lacks_is_told_by_its_number_and_never_becomes_an_empty_box():
    document = Document("題", (Paragraph(runs("𠮷野町")),), "霧沢市", dt.date(2027, 4, 1), contents=False)
    with pytest.raises(BadRequest, match=r"U\+20BB7.*Word"):
        pdf.write(document)


def test_lists_in_word_begin_anew_where_they_say():
    opened = docx.Document(io.BytesIO(word.write(WHOLE)))
    numbers = [
        (paragraph.style.name, paragraph._p.pPr.numPr.numId.val)
        for paragraph in opened.paragraphs
        if paragraph.style.name.startswith("List")
    ]
    assert len({number for _, number in numbers}) == 4, "each list counts for itself"
    assert [name for name, _ in numbers][:2] == ["List Clause", "List Clause"]


def test_markdown_reads_back_to_the_same_blocks():
    text = markdown.write(WHOLE).split("## ", 1)[1]
    kinds = [type(block).__name__ for block in markdown.read("## " + text, deepest=4)]
    for kind in ("Heading", "Paragraph", "Listing", "Table", "PageBreak"):
        assert kind in kinds
    (table,) = [block for block in markdown.read("## " + text, deepest=4) if isinstance(block, Table)]
    assert table.rows == (("甲", "1行目\n2行目"), ("乙|丙", ""))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_as_markdown_without_an_error(text):
    markdown.read(text)


@settings(deadline=None, max_examples=15)
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=40)
)
def test_any_text_reads_the_same_in_html_and_word(text):
    document = Document("題", (Paragraph(runs(text)),), "霧沢市", dt.date(2027, 4, 1), contents=False)
    assert html.write(document)
    assert docx.Document(io.BytesIO(word.write(document)))


@pytest.mark.parametrize("text", ["", "#", "|", "| |", "- ", "(1)", "２　", "---\n---", "> ", "|a|\n|--|\n|b|c|d|"])
def test_odd_markdown_is_read_too(text):
    markdown.read(text)
