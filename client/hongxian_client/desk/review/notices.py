"""What a page that nobody looks at tells through the system: of what kind something is, and never who.

A screen that is locked shows it. What waits for a person makes these by itself; plugins tell of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from flask import url_for
from markupsafe import Markup

from hongxian.kit.notices import noticed
from hongxian_client.desk.review.waiting import waiting
from hongxian_client.replica.replica import Replica
from hongxian_web import words

MOST = 50
"""Of each kind; what is new stands among them, the most pressing first."""


@dataclass(frozen=True)
class Told:
    """One of them; `key` by which a page knows it again, `url` where it is seen to."""

    key: str
    said: Markup | str
    url: str


def notices(replica: Replica) -> Iterator[Told]:
    """All that stands now: a page tells of what was not there when it was left."""
    for line in waiting(replica, MOST):
        if line.said:
            yield Told(_key(line.url, line.what), line.said, line.url)
    for each in islice(noticed(replica), MOST):
        url = url_for("records.show", name=each.record._meta.collection, id=each.record.id)
        yield Told(_key(url, str(each.at)), words.shown(each.said), url)


def _key(*parts: str) -> str:
    """Short, and nothing is to be read in it."""
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
