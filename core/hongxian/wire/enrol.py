"""Enrolment: a code that is typed once, and what a laptop keeps of it."""

from __future__ import annotations

from marshmallow import fields

from hongxian.stamp import LARGEST_DEVICE
from hongxian.wire.message import Message, integer, string, told

LONGEST_CODE = 40
"""Characters of what is typed for an enrolment code."""


def known_number() -> fields.Integer:
    """The largest device number that a laptop knows of when it asks for one of its own.

    A hub that was lost or restored has forgotten numbers; whose it gives anew would count on the
    former bearer's share of every tally.
    """
    return integer(most=LARGEST_DEVICE - 1)


KNOWN_NUMBER = "The largest device number that the laptop knows of (0: none); it gets a larger one."


class EnrolRequest(Message):
    """A one-time code, and what to call the laptop."""

    code: str = told(string(1, LONGEST_CODE), "As it was typed.")
    name: str = told(string(most=80), "What people call the laptop.", default="laptop")
    known: int = told(known_number(), KNOWN_NUMBER, default=0)


class EnrolReply(Message):
    """What the laptop keeps of its enrolment."""

    token: str = told(string(), "For the header `Authorization: Bearer …` of all other requests.")
    number: int = told(integer(), "The device number, in each of its stamps.")
    laptop: str = told(string(), "The laptop's own id, whatever its number.")
    teams: dict[str, str] = told(fields.Dict(string(), string()), "Its teams' names by scope.")
    community: str = told(string(), "The community's name.")
    epoch: str = told(string(), "The hub's present life.")
    clock: int = told(integer(), "The hub's time, in milliseconds since 1970.")
