"""HTML: a document as one page that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator

from ai_gov.documents.blocks import Block, Document, Figure, Heading, Listing, PageBreak, Paragraph, Run, Table

STYLE = """
:root { color-scheme: light; }
body { font-family: "BIZ UDPGothic", "BIZ UDPゴシック", "Hiragino Sans", "Noto Sans JP", "Yu Gothic", sans-serif;
  line-height: 1.8; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.75rem; line-height: 1.4; } h2 { font-size: 1.3rem; margin-top: 2.5rem; }
h2, nav { border-bottom: 1px solid #b3b3b3; padding-bottom: .25rem; } h3 { font-size: 1.1rem; }
a { color: #0017c1; } .note { color: #4d4d4d; font-size: .9rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { border: 1px solid #949494; padding: .35rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #e8f1fe; } .figure { text-align: right; font-variant-numeric: tabular-nums; }
li.marked { list-style: none; position: relative; }
li.marked > .mark { position: absolute; left: -2.2em; width: 1.9em; text-align: right; }
figure { margin: 1rem 0; } figure img { max-width: 100%; }
@media print { body { margin: 0; max-width: none; } .break { break-before: page; } tr, figure { break-inside: avoid; } }
"""


def write(document: Document, *, lang: str = "ja") -> str:
    """The page of a document; its attachment stands in a ``script`` of type JSON whose id is the attachment's name."""
    parts = [
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(document.title)}</title>",
        f'<meta name="author" content="{html.escape(document.author)}">',
        f'<meta name="dcterms.issued" content="{document.date:%Y-%m-%d}">',
        f"<style>{STYLE}</style>",
    ]
    if document.attachment is not None:
        # "<" never stands in the script, so no text can end it
        data = document.attachment.data.decode("utf-8").replace("<", "\\u003c")
        parts.append(f'<script type="application/json" id="{html.escape(document.attachment.name)}">{data}</script>')
    parts += ["</head>\n<body>\n<main>", f"<h1>{html.escape(document.title)}</h1>"]
    if document.subtitle:
        parts.append(f"<p>{html.escape(document.subtitle)}</p>")
    if document.contents:
        parts += _contents(document.blocks)
    parts += _body(document.blocks)
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(parts)


def fragment(blocks: Iterable[Block]) -> str:
    """本文だけ: the same without head and contents, to stand in another page below its own heading."""
    return "\n".join(_body(blocks))


def _contents(blocks: Iterable[Block]) -> Iterator[str]:
    yield '<nav aria-labelledby="contents">\n<h2 id="contents">目次</h2>\n<ul>'
    for number, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level == 1:
            yield f'<li><a href="#s{number}">{html.escape(block.line)}</a></li>'
    yield "</ul>\n</nav>"


def _body(blocks: Iterable[Block]) -> Iterator[str]:
    for number, block in enumerate(blocks):
        match block:
            case Heading():
                tag = f"h{block.level + 1}"
                yield f'<{tag} id="s{number}">{html.escape(block.line)}</{tag}>'
            case Paragraph():
                kind = ' class="note"' if block.note else ""
                yield f"<p{kind}>{_inline(block.runs)}</p>"
            case Listing(marks="bullet"):
                yield "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in block.items) + "</ul>"
            case Listing(marks="number"):
                items = "".join(f"<li>{_inline(item)}</li>" for item in block.items)
                yield f'<ol start="{block.start}">{items}</ol>'
            case Listing():
                yield "<ul>" + "".join(_marked(block, index) for index in range(len(block.items))) + "</ul>"
            case Table():
                yield from _table(block)
            case Figure():
                source = f"data:image/{'svg+xml' if block.kind == 'svg' else 'png'};base64,"
                source += base64.b64encode(block.data).decode("ascii")
                caption = f"<figcaption>{html.escape(block.caption)}</figcaption>" if block.caption else ""
                width = f"{block.width * 100:.0f}%"
                yield f'<figure>{caption}<img src="{source}" alt="{html.escape(block.alt)}" width="{width}"></figure>'
            case PageBreak():
                yield '<div class="break"></div>'


def _marked(block: Listing, index: int) -> str:
    mark = html.escape(block.mark(index))
    return f'<li class="marked"><span class="mark">{mark}</span> {_inline(block.items[index])}</li>'


def _table(block: Table) -> Iterator[str]:
    name = f' data-ai-gov="{html.escape(block.id)}"' if block.id else ""
    yield f'<div class="scroll"><table{name}>'
    if block.caption:
        yield f"<caption>{html.escape(block.caption)}</caption>"
    kinds = [' class="figure"' if at in block.figures else "" for at in range(len(block.header))]
    heads = "".join(
        f'<th scope="col"{kind}>{html.escape(text)}</th>' for kind, text in zip(kinds, block.header, strict=True)
    )
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in block.rows:
        yield (
            "<tr>" + "".join(f"<td{kind}>{_lines(text)}</td>" for kind, text in zip(kinds, row, strict=True)) + "</tr>"
        )
    yield "</tbody></table></div>"


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _inline(pieces: Iterable[Run]) -> str:
    return "".join(
        f"<strong>{html.escape(run.text)}</strong>" if run.strong else html.escape(run.text) for run in pieces
    )
