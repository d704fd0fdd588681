"""Texts of one shape, such as ids and moments, told all at once."""

from __future__ import annotations

from collections.abc import Sequence


def have_shape(values: Sequence[str], shape: str, letters: bytes = b"0123456789") -> bool:
    """Whether every value is as the shape: one of `letters` for each 0, and its other marks.

    Told of all values at once, a quarter of the cost of a pattern for each: in their joined text
    every len(shape)-th character from a mark's place on is that mark, and all others are letters.
    """
    text, marks = "".join(values), [place for place, mark in enumerate(shape) if mark != "0"]
    return (
        set(map(len, values)) == {len(shape)}
        and text.isascii()
        and all(text[at :: len(shape)].count(shape[at]) == len(values) for at in marks)
        and len(text.encode().translate(None, letters)) == len(marks) * len(values)
    )
