"""Wordの書式: the styles and the automatic numbers of a document."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from ai_gov.documents.blocks import Heading, Listing, Marks, Numbering

FONT: Final = "BIZ UDPゴシック"
"""On every Windows from 10 (1809) on; Word takes another Japanese font where it is missing."""
_INK: Final = RGBColor(0x1A, 0x1A, 0x1A)
_HEADINGS: Final[dict[Numbering, str]] = {"article": "第%1条", "chapter": "%1", "annex": "別紙%1"}
_STYLE_NAMES: Final[dict[Numbering, str]] = {
    "": "Heading 1",
    "article": "Article Heading",
    "chapter": "Chapter Heading",
    "annex": "Annex Heading",
}
_FORMATS: Final[dict[Marks, tuple[str, str]]] = {
    "bullet": ("bullet", "・"),
    "box": ("bullet", "□"),
    "number": ("decimal", "%1."),
    "paren": ("decimal", "(%1)"),
    "clause": ("decimalFullWidth", "%1"),
}
_INDENTS: Final[dict[Marks, tuple[int, int]]] = {
    "bullet": (6, 5),
    "box": (7, 6),
    "number": (8, 7),
    "paren": (13, 8),
    "clause": (6, 6),
}
"""Millimetres from the left edge to the text, and from the number to the text."""


def prepare(made: Any) -> Numbers:
    """Give an empty document our styles and numbers."""
    _defaults(made)
    styles = made.styles
    for name, size, bold in (("Title", 20.0, True), ("Subtitle", 11.0, False), ("Heading 1", 14.0, True)):
        _look(styles[name], size, bold=bold)
    _look(styles["Heading 2"], 12, bold=True)
    _look(styles["Heading 3"], 10.5, bold=True)
    for name, points in (("Body Text", 10.5), ("Header", 9.0), ("Footer", 9.0)):
        _look(styles[name], points, bold=False)
    _look(styles["Caption"], 10, bold=True)
    _space(styles["Title"], 0, 6)
    _space(styles["Heading 1"], 18, 6, keep=True)
    _space(styles["Heading 2"], 12, 4, keep=True)
    _space(styles["Heading 3"], 8, 2, keep=True)
    _space(styles["Body Text"], 0, 6)
    _space(styles["Caption"], 6, 3, keep=True)
    _border_off(styles["Title"])
    for name, base, size, bold in (
        ("Note", "Body Text", 9.0, False),
        ("Table Text", "Normal", 9, False),
        ("Table Heading", "Normal", 9, True),
        ("Table Gap", "Normal", 5, False),
        ("TOC Heading", "Normal", 12, True),
        ("TOC 1", "Normal", 10.5, False),
        ("Article Heading", "Heading 1", 14, True),
        ("Chapter Heading", "Heading 1", 14, True),
        ("Annex Heading", "Heading 1", 14, True),
        ("List Boxes", "List Paragraph", 10.5, False),
        ("List Paren", "List Paragraph", 10.5, False),
        ("List Clause", "List Paragraph", 10.5, False),
    ):
        style = styles[name] if name in [item.name for item in styles] else _new(styles, name, base)
        _look(style, size, bold=bold)
    for name in ("Table Text", "Table Heading", "Table Gap", "TOC 1"):
        _space(styles[name], 1, 1)
    for name in ("Body Text", "Note", "TOC 1", "List Bullet", "List Number", "List Boxes", "List Paren", "List Clause"):
        styles[name].paragraph_format.line_spacing = 1.25
    for name in ("Table Text", "Table Heading"):
        styles[name].paragraph_format.line_spacing = 1.15
    for style in styles:
        if style.type == WD_STYLE_TYPE.CHARACTER and style.name.endswith(" Char"):
            _plain(style)
    for name in ("List Bullet", "List Number", "List Boxes", "List Paren", "List Clause"):
        _look(styles[name], 10.5, bold=False)
        _space(styles[name], 0, 3)
    return Numbers(made)


def _defaults(made: Any) -> None:
    fonts = made.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("w:rFonts", "w:lang"):
        for old in fonts.findall(qn(tag)):
            fonts.remove(old)
    names = OxmlElement("w:rFonts")
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        names.set(qn(f"w:{kind}"), FONT)
    fonts.insert(0, names)
    language = OxmlElement("w:lang")
    for kind, value in (("val", "ja-JP"), ("eastAsia", "ja-JP"), ("bidi", "ar-SA")):
        language.set(qn(f"w:{kind}"), value)
    fonts.append(language)
    _look(made.styles["Normal"], 10.5, bold=False)


def _look(style: Any, size: float, *, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = _INK
    names = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        names.attrib.pop(qn(f"w:{theme}"), None)
    names.set(qn("w:eastAsia"), FONT)


def _plain(style: Any) -> None:
    """Take the default template's colours, fonts and slants out of the character style that goes with a paragraph's."""
    properties = style.element.rPr
    for name in ("w:color", "w:rFonts", "w:i", "w:iCs", "w:spacing", "w:kern", "w:sz", "w:szCs"):
        for old in properties.findall(qn(name)) if properties is not None else []:
            properties.remove(old)


def _space(style: Any, before: float, after: float, *, keep: bool = False) -> None:
    paragraph = style.paragraph_format
    paragraph.space_before, paragraph.space_after, paragraph.keep_with_next = Pt(before), Pt(after), keep


def _border_off(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _new(styles: Any, name: str, base: str) -> Any:
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles[base]
    style.quick_style = True
    return style


class Numbers:
    """自動番号: headings count by themselves, and each list begins anew."""

    LIST_STYLES: ClassVar[dict[Marks, str]] = {
        "bullet": "List Bullet",
        "box": "List Boxes",
        "number": "List Number",
        "paren": "List Paren",
        "clause": "List Clause",
    }

    def __init__(self, made: Any) -> None:
        self._numbering = made.part.numbering_part.element
        for old in list(self._numbering):
            self._numbering.remove(old)
        self._abstract: dict[str, int] = {}
        self._nums = 0
        self._bookmarks = 0
        self._counting: dict[Marks, tuple[int, int]] = {}
        for numbering, text in _HEADINGS.items():
            style = _STYLE_NAMES[numbering]
            key = self._define(style, "decimal", text, left=0, hanging=0, style=made.styles[style].style_id)
            self._link(made.styles[style], self._num(key))
        for marks, name in self.LIST_STYLES.items():
            self._define_list(marks, name)
        for marks, name in self.LIST_STYLES.items():
            self._link(made.styles[name], self._num(self.LIST_STYLES[marks]))

    @staticmethod
    def heading_style(block: Heading) -> str:
        """The style of a heading."""
        return _STYLE_NAMES[block.numbering] if block.level == 1 else f"Heading {block.level}"

    def listing(self, block: Listing) -> int:
        """The number definition of a list: one of its own, or that of the list it goes on counting from.

        項 of one article are parted by 号 and tables, yet count on; so Word numbers them anew when staff insert one.
        """
        number, following = self._counting.get(block.marks, (0, 0))
        if block.start == 1 or block.start != following:
            name = self.LIST_STYLES[block.marks]
            if block.start != 1:
                name = self._starting(block.marks, block.start)
            number = self._num(name, start=block.start)
        self._counting[block.marks] = (number, block.start + len(block.items))
        return number

    def _starting(self, marks: Marks, start: int) -> str:
        name = f"{self.LIST_STYLES[marks]} {start}"
        if name not in self._abstract:
            self._define_list(marks, name, start)
        return name

    def _define_list(self, marks: Marks, name: str, start: int = 1) -> None:
        kind, text = _FORMATS[marks]
        left, hanging = _INDENTS[marks]
        self._define(name, kind, text, left=Mm(left), hanging=Mm(hanging), style="", start=start)

    @staticmethod
    def apply(paragraph: Any, number: int) -> None:
        """Count a paragraph by a number definition."""
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        numbered = properties.get_or_add_numPr()
        numbered.get_or_add_ilvl().val = 0
        numbered.get_or_add_numId().val = number

    def bookmark(self, paragraph: Any, block: Heading) -> None:
        """Make a heading of the first level a place that the table of contents can point to."""
        if block.level != 1:
            return
        self._bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), f"_Toc{self._bookmarks:08d}")
        paragraph._p.insert(1, start)  # noqa: SLF001
        paragraph._p.append(end)  # noqa: SLF001

    def _define(self, name: str, kind: str, text: str, *, left: int, hanging: int, style: str, start: int = 1) -> str:
        self._abstract[name] = len(self._abstract)
        abstract = _element("w:abstractNum", abstractNumId=self._abstract[name])
        abstract.append(_element("w:multiLevelType", val="singleLevel"))
        level = _element("w:lvl", ilvl=0)
        level.append(_element("w:start", val=start))
        level.append(_element("w:numFmt", val=kind))
        if style:
            level.append(_element("w:pStyle", val=style))
        level.append(_element("w:suff", val="nothing" if text == "第%1条" else "space" if style else "tab"))
        level.append(_element("w:lvlText", val=text))
        level.append(_element("w:lvlJc", val="left"))
        properties = OxmlElement("w:pPr")
        properties.append(_element("w:ind", left=int(left / 635), hanging=int(hanging / 635)))
        level.append(properties)
        if style:  # the number as bold as the heading
            look = OxmlElement("w:rPr")
            look.append(OxmlElement("w:b"))
            look.append(_element("w:sz", val=28))
            level.append(look)
        abstract.append(level)
        first = self._numbering.find(qn("w:num"))
        if first is None:
            self._numbering.append(abstract)
        else:
            first.addprevious(abstract)
        return name

    def _num(self, name: str, start: int | None = None) -> int:
        self._nums += 1
        num = _element("w:num", numId=self._nums)
        num.append(_element("w:abstractNumId", val=self._abstract[name]))
        if start is not None:
            override = _element("w:lvlOverride", ilvl=0)
            override.append(_element("w:startOverride", val=start))
            num.append(override)
        self._numbering.append(num)
        return self._nums

    @staticmethod
    def _link(style: Any, number: int) -> None:
        properties = style.element.get_or_add_pPr()
        numbered = properties.get_or_add_numPr()
        for old in list(numbered):
            numbered.remove(old)
        numbered.get_or_add_numId().val = number


def _element(tag: str, **attributes: str | int) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


__all__ = ["FONT", "Numbers", "prepare"]
