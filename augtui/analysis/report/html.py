"""A document as one HTML file that needs no other file and no network."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from augtui.analysis.report.document import Block, Bullets, Cell, Code, Document, Paragraph, Picture, Table

_STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --line: #d1d9e0; --page: #fff; --soft: #f6f8fa; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --dim: #9198a1; --line: #3d444d; --page: #0d1117; --soft: #151b23; }
  figure img { background: #fff; padding: 8px; border-radius: 6px; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 64rem; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
.subtitle, figcaption, .caption { color: var(--dim); }
.caption { font-size: .9rem; margin: 1.25rem 0 .25rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0 0; font-size: .9rem; }
a { color: inherit; }
ul { padding-left: 1.25rem; } li { margin: .3rem 0; }
.scroll { overflow-x: auto; margin: 0 0 1.5rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .6rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; border-bottom-width: 2px; } tbody tr:hover { background: var(--soft); }
td { white-space: nowrap; }
.l { text-align: left; } td.l { white-space: normal; min-width: 7rem; overflow-wrap: break-word; }
td.l:first-child { white-space: nowrap; min-width: 0; }
figure { margin: 1.25rem 0 2rem; } figure img { max-width: 100%; height: auto; }
figcaption { font-size: .9rem; max-width: 46rem; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem;
  overflow-x: auto; font: .85rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; } nav { display: none; }
  h2 { break-after: avoid; } figure, tr { break-inside: avoid; }
}
"""

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_html(document: Document, pictures: dict[str, bytes]) -> str:
    """The whole file.

    Args:
        document: what to write.
        pictures: the bytes of each picture by name, SVG for drawings and PNG for photographs.
    """
    links = "".join(f'<a href="#part-{n}">{escape(s.title)}</a>' for n, s in enumerate(document.sections))
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(document.title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{escape(document.title)}</h1>",
        f'<p class="subtitle">{escape(document.subtitle)}</p>',
        f"<nav>{links}</nav>",
    ]
    for number, section in enumerate(document.sections):
        parts.append(f'<section id="part-{number}"><h2>{escape(section.title)}</h2>')
        parts += [_block(block, pictures) for block in section.blocks]
        parts.append("</section>")
    return "\n".join([*parts, "</body>", "</html>", ""])


def _block(block: Block, pictures: dict[str, bytes]) -> str:
    match block:
        case Paragraph():
            return f"<p>{_inline(block)}</p>"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block, pictures[block.name])
        case Code(text):
            return f"<pre>{escape(text)}</pre>"


def _inline(paragraph: Paragraph) -> str:
    lead = f"<strong>{escape(paragraph.lead)}</strong> " if paragraph.lead else ""
    return lead + escape(paragraph.text)


def _table(table: Table) -> str:
    sides = [' class="l"' if column in table.left else "" for column in range(len(table.head))]
    head = "".join(f'<th scope="col"{side}>{escape(name)}</th>' for side, name in zip(sides, table.head, strict=True))
    rows = "".join(
        f"<tr>{''.join(f'<td{side}>{_cell(cell)}</td>' for side, cell in zip(sides, row, strict=True))}</tr>"
        for row in table.rows
    )
    body = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return f'<p class="caption">{escape(table.caption)}</p><div class="scroll"><table>{body}</table></div>'


def _cell(cell: Cell) -> str:
    return f"<strong>{escape(cell.text)}</strong>" if cell.bold else escape(cell.text)


def _picture(picture: Picture, content: bytes) -> str:
    kind = "image/svg+xml" if picture.drawing else "image/png"
    source = f"data:{kind};base64,{b64encode(content).decode()}"
    caption = escape(picture.caption)
    return f'<figure><img alt="{caption}" src="{source}"><figcaption>{caption}</figcaption></figure>'
