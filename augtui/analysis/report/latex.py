"""A document as LaTeX with booktabs; it compiles with pdflatex whatever files and classes are called."""

from __future__ import annotations

from augtui.analysis.report.document import Block, Bullets, Cell, Code, Document, Paragraph, Picture, Table

_HEAD = r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[margin=22mm]{geometry}
\usepackage{array}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage{textcomp}
\usepackage{fancyvrb}
\usepackage[hidelinks]{hyperref}
\newsavebox{\tablebox}
\newcommand{\fit}[1]{\sbox{\tablebox}{#1}\ifdim\wd\tablebox>\linewidth\resizebox{\linewidth}{!}{\usebox{\tablebox}}\else\usebox{\tablebox}\fi}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
"""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "-": "{-}",
    "[": "{[}",
    "]": "{]}",
    "−": "$-$",
    "±": r"\textpm{}",
    "×": r"\texttimes{}",
    "≈": r"$\approx$",
    "–": "--",
    "…": r"\ldots{}",
    "\n": " ",
    "\t": " ",
}
_LAST_LATIN = 0x17F
_LONGEST = 30
"""Rows of a table on one page."""
_LINE = 95
"""Characters that fit on a line."""
_NARROW = 24
"""A column of words up to here is never wrapped."""
_GAP = 2
"""Between columns, in characters."""


def write_latex(document: Document) -> str:
    """The whole file; pictures are read from figures/ beside it."""
    parts = [
        _HEAD,
        rf"\title{{{escape(document.title)}}}",
        r"\date{}",
        r"\begin{document}",
        r"\maketitle",
        escape(document.subtitle),
    ]
    for section in document.sections:
        parts.append(rf"\section*{{{escape(section.title)}}}")
        parts += [_block(block) for block in section.blocks]
    return "\n\n".join([*parts, r"\end{document}"]) + "\n"


def escape(text: str) -> str:
    """Text that LaTeX takes as it is; letters that its fonts lack become their code points."""
    return "".join(_SPECIAL.get(letter) or _letter(letter) for letter in text)


def _letter(letter: str) -> str:
    code = ord(letter)
    if 0x20 <= code < 0x7F or 0xC0 <= code <= _LAST_LATIN:
        return letter
    return f"(U+{code:04X})" if code >= 0x80 else "?"


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return _inline(block)
        case Bullets(items):
            lines = "\n".join(rf"\item {_inline(item)}" for item in items)
            return "\n".join([r"\begin{itemize}\setlength{\itemsep}{0pt}", lines, r"\end{itemize}"])
        case Table():
            return _table(block)
        case Picture(name, caption, drawing):
            file = f"figures/{name}.{'pdf' if drawing else 'png'}"
            return "\n".join(
                [
                    r"\begin{center}",
                    rf"\includegraphics[width=\linewidth,height=0.42\textheight,keepaspectratio]{{{file}}}\\[0.3em]",
                    rf"\parbox{{0.92\linewidth}}{{\small {escape(caption)}}}",
                    r"\end{center}",
                ]
            )
        case Code(text):
            plain = "".join(c if 0x20 <= ord(c) < 0x7F or c == "\n" else "?" for c in text.expandtabs(4))
            plain = plain.replace(r"\end{Verbatim}", r"\end {Verbatim}")
            return "\\begin{Verbatim}[fontsize=\\scriptsize]\n" + plain + "\n\\end{Verbatim}"


def _inline(paragraph: Paragraph) -> str:
    lead = rf"\textbf{{{escape(paragraph.lead)}}} " if paragraph.lead else ""
    return lead + escape(paragraph.text)


def _table(table: Table) -> str:
    """Long tables go on in a second one, under the same headings: a page takes only so many rows."""
    starts = range(0, max(len(table.rows), 1), _LONGEST)
    return "\n\n".join(_part(table, start) for start in starts)


def _part(table: Table, start: int) -> str:
    columns = "".join(_columns(table))
    rows = [_row([escape(name) for name in table.head]), r"\midrule"]
    rows += [_row([_cell(cell) for cell in row]) for row in table.rows[start : start + _LONGEST]]
    tabular = "\n".join([rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *rows, r"\bottomrule", r"\end{tabular}"])
    caption = escape(table.caption) + (" (continued)" if start else "")
    return "\n".join(
        [
            r"\begin{center}\begin{minipage}{\linewidth}\centering",
            rf"\small {caption}\\[0.4em]",
            rf"\fit{{{tabular}}}",
            r"\end{minipage}\end{center}",
        ]
    )


def _columns(table: Table) -> list[str]:
    """Alignments; where a table is wider than a page, its longest columns of words share the room and wrap."""
    longest = [max(len(name), *(len(row[n].text) for row in table.rows), 0) for n, name in enumerate(table.head)]
    plain = ["l" if column in table.left else "r" for column in range(len(longest))]
    wide = [n for n, length in enumerate(longest) if n in table.left and length > _NARROW]
    if not wide or sum(longest) + _GAP * len(longest) <= _LINE:
        return plain
    room = _LINE - sum(length for n, length in enumerate(longest) if n not in wide) - _GAP * len(longest)
    total = sum(longest[n] for n in wide)
    for n in wide:
        share = max(room, _LINE / 3) * longest[n] / total / _LINE
        plain[n] = rf">{{\raggedright\arraybackslash}}p{{{share:.2f}\linewidth}}"
    return plain


def _row(texts: list[str]) -> str:
    return " & ".join(texts) + r" \\"


def _cell(cell: Cell) -> str:
    return rf"\textbf{{{escape(cell.text)}}}" if cell.bold else escape(cell.text)
