"""Requests that are nearly right: what a laptop would send, with a part of it put out of joint."""

import random
from typing import Any

from hongxian.wire.page import encode, stream

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63),
    1.5,
    "",
    "x",
    "\0",
    "长" * 5_000,
    [],
    {},
    [[]],
    {"": ""},
    {"1": [1, 1]},
    {"9" * 30: {"g": 1}},
    [None] * 300,
    "community",
    "9" * 400,
)
"""Values that stand where others are meant."""

Frames = list[Any]
"""A message and its pages."""


def mutated(frames: Frames, pool: list[Any], draw: random.Random) -> bytes:
    """The same request with one to four parts replaced, left out, doubled, or broken on the wire."""
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(frames))
        many = draw.choice((1, 1, 1, 1, 1, 1, 1, 0, 2))  # of this frame
        faulty = [_with_a_fault(frames[place], pool, draw)] * many
        frames = [*frames[:place], *faulty, *frames[place + 1 :]] or frames
    body = b"".join(stream(frames[0], map(encode, frames[1:])))
    if draw.random() < 0.15:
        place = draw.randrange(len(body))
        cut = body[: place + 1] if draw.random() < 0.5 else body
        body = cut[:place] + bytes([draw.randrange(256)]) + cut[place + 1 :]
    return body


def _with_a_fault(value: Any, pool: list[Any], draw: random.Random) -> Any:
    """A copy of a JSON value of which one part, wherever it lies, is another."""
    if not isinstance(value, list | dict) or not value or draw.random() < 0.1:
        return draw.choice(ODD if draw.random() < 0.6 else pool)
    if isinstance(value, dict):
        key = draw.choice(list(value))
        rest = {name: each for name, each in value.items() if name != key}
        how = draw.random()
        if how < 0.1:
            return rest
        if how < 0.2:
            return {**rest, draw.choice(("x", "seq", "stamps", "scope", key * 2)): value[key]}
        return {**rest, key: _with_a_fault(value[key], pool, draw)}
    place = draw.randrange(len(value))
    how = draw.random()
    if how < 0.05:
        return value[:place] + value[place + 1 :]
    if how < 0.1:
        return [*value, value[place]]
    return [*value[:place], _with_a_fault(value[place], pool, draw), *value[place + 1 :]]


def parts_of(value: Any) -> list[Any]:
    """All that lies in a JSON value and holds nothing itself: what may stand elsewhere too."""
    if isinstance(value, dict):
        return [*value, *(each for part in value.values() for each in parts_of(part))]
    if isinstance(value, list):
        return [each for part in value for each in parts_of(part)]
    return [value]
