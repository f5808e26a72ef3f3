"""Attachments: the text of each kind of file, and a sentence for each that is not taken."""

import contextlib
import io
import struct
import zipfile

import docx
import openpyxl
import pikepdf
import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.errors import BadRequest
from ai_gov.files.read import package
from ai_gov.files.read.kinds import READERS

NAME = "早乙女千尋"


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word():
    document = docx.Document()
    document.add_paragraph(f"申請者は{NAME}です。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "電話", "090-1234-5678"
    document.sections[0].header.paragraphs[0].text = "取扱注意"
    document.add_paragraph("終わり")
    return saved(document)


def sheet():
    book = openpyxl.Workbook()
    book.active.append(["氏名", "電話"])
    book.active.append([NAME, "090-1234-5678"])
    hidden = book.create_sheet("控え")
    hidden.append(["宛名番号", 1234.0])
    hidden.sheet_state = "hidden"
    return saved(book)


def slides():
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = f"{NAME}さんの事例"
    table = slide.shapes.add_table(1, 2, 0, 0, 100, 100).table
    table.cell(0, 0).text, table.cell(0, 1).text = "電話", "090-1234-5678"
    slide.notes_slide.notes_text_frame.text = "口外しない"
    return saved(show)


def a_pdf(text="申請者は早乙女千尋です。"):
    import datetime as dt

    from ai_gov.documents.blocks import Document, Paragraph, Run
    from ai_gov.files import pdf

    return pdf.write(
        Document(title="申請", author="見本市", blocks=(Paragraph((Run(text),)),), date=dt.date(2026, 4, 1))
    )


def repacked(data, change):
    """The same package with other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, content in change(parts).items():
            new.writestr(name, content)
    return out.getvalue()


def refused(kind, data):
    with pytest.raises(BadRequest) as told:
        READERS[kind](data)
    assert "貼り付けてください" in told.value.message
    return told.value.message


def test_word_gives_paragraphs_tables_and_headers():
    text = READERS["docx"](word())
    assert text.splitlines()[:3] == [f"申請者は{NAME}です。", "電話\t090-1234-5678", "終わり"]
    assert "取扱注意" in text


def test_word_gives_what_was_deleted_with_changes_tracked():
    def deleted(parts):
        body = parts["word/document.xml"].decode()
        run = f"<w:p><w:del w:id='1' w:author='x'><w:r><w:delText>{NAME}</w:delText></w:r></w:del></w:p>"
        return parts | {"word/document.xml": body.replace("<w:sectPr", f"{run}<w:sectPr", 1).encode()}

    assert READERS["docx"](repacked(saved(docx.Document()), deleted)) == NAME


def test_excel_gives_every_sheet_hidden_ones_too():
    text = READERS["xlsx"](sheet())
    assert f"氏名\t電話\n{NAME}\t090-1234-5678" in text
    assert text.endswith("［シート：控え］\n宛名番号\t1234")


def test_powerpoint_gives_titles_tables_and_notes():
    assert READERS["pptx"](slides()).splitlines() == [
        "［スライド1］", f"{NAME}さんの事例", "電話\t090-1234-5678", "（発表者の覚え）口外しない",
    ]  # fmt: skip


def test_pdf_gives_its_text():
    assert NAME in READERS["pdf"](a_pdf())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_text_is_read_in_the_encodings_that_offices_use(encoding):
    assert READERS["csv"](f"氏名,電話\r\n{NAME},090\r\n".encode(encoding)) == f"氏名,電話\n{NAME},090\n"


def test_a_locked_pdf_is_refused():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="word", owner="word"))
    assert "パスワード" in refused("pdf", out.getvalue())


def test_a_pdf_of_pictures_is_refused_with_its_pages():
    pdf = pikepdf.new()
    pdf.add_blank_page()
    picture = pikepdf.Stream(pdf, b"\x00" * 300, Width=10, Height=10, ColorSpace=pikepdf.Name.DeviceRGB)
    picture.Type, picture.Subtype, picture.BitsPerComponent = pikepdf.Name.XObject, pikepdf.Name.Image, 8
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
    pdf.pages[0].Contents = pikepdf.Stream(pdf, b"q 100 0 0 100 0 0 cm /Im Do Q")
    assert "1ページ" in refused("pdf", saved(pdf))


def test_macros_are_refused():
    data = repacked(word(), lambda parts: parts | {"word/vbaProject.bin": b"x"})
    assert "マクロ" in refused("docx", data)


def test_a_locked_office_file_is_refused():
    assert "パスワード" in refused("xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1000)


def test_a_part_that_swells_is_refused_before_it_is_inflated(monkeypatch):
    data = repacked(word(), lambda parts: parts | {"word/media/a.xml": b"\0" * 30_000_000})
    assert len(data) < 200_000
    monkeypatch.setattr(package, "_inflated", lambda *_: pytest.fail("inflated"))
    assert "極端に大きく" in refused("docx", data)


def test_many_parts_that_swell_together_are_refused():
    import os

    noise = os.urandom(2_000_000)
    data = repacked(word(), lambda parts: parts | {f"word/media/{at}.bin": noise for at in range(51)})
    assert "大きすぎ" in refused("docx", data)
    many = repacked(word(), lambda parts: parts | {f"x/{at}": b"" for at in range(package.MAX_PARTS)})
    assert "多すぎ" in refused("docx", many)


def test_a_directory_that_lies_about_a_size_is_refused():
    data = bytearray(repacked(word(), lambda parts: parts | {"word/media/a.xml": b"\0" * 900_000}))
    true = struct.pack("<I", 900_000)
    while (at := data.find(true)) >= 0:
        data[at : at + 4] = struct.pack("<I", 10)
    assert refused("docx", bytes(data))


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "pdf"])
def test_another_kind_of_file_under_the_name_is_refused(kind):
    assert refused(kind, b"<html>")


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xff\xff", bytes(range(256))])
def test_bytes_that_are_no_text_are_refused(data):
    assert refused("txt", data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_refusal(data):
    with contextlib.suppress(BadRequest):
        assert isinstance(READERS["txt"](data), str)
