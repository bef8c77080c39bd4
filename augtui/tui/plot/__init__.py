"""Curves as braille: from numbers to rows of cells, without a widget."""
