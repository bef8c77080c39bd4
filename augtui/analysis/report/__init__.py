"""A study as a document: built once, without a format in mind, then written as Markdown, HTML or LaTeX."""
