"""A quarrel that somebody reported becomes a neighbourly settling; only that it is over goes back.

It is a volunteer's note and no case: a case begins by a party's own application (人民调解法 17), and lies in a circle.
"""

from __future__ import annotations

from hongxian import Store, gives, local_today, takes
from hongxian.contracts import Matter, Outcome
from hongxian.records import same_id
from hongxian_plugins.mediation.note import Note

_SAID = {
    "settled": "已劝解，双方和好",
    "calmer": "已劝解，有缓和",
    "to_committee": "已建议当事人申请人民调解",
}
"""What may be told: that it was seen to, and nothing of what it was about (人民调解法 15)."""
_OVER = ("settled", "to_committee")


@takes(Matter)
def note_matter(store: Store, source: str, matter: Matter | None, scope: str) -> None:
    """A note for whoever goes there to talk."""
    id = same_id("mediation.note", source)
    if matter is None or matter.kind != "case" or Note.select().where(Note.id == id).exists():
        return
    day = matter.reported or local_today(store)
    Note.create(id=id, scope=scope, day=day, place=matter.place, about=matter.title, matter=source)


@gives(Outcome, of=Note, day="day")
def outcome_of(note: Note) -> Outcome | None:
    """That it is over, once it is."""
    if not note.matter or note.outcome not in _SAID:
        return None
    over = note.outcome in _OVER
    return Outcome(matter=note.matter, said=_SAID[note.outcome], day=note.day, settled=over)
