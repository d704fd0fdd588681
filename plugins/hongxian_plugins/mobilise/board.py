"""Posts and shifts of a call on one page: who is there, what is missing in red, one press to come or go."""

from __future__ import annotations

from collections import Counter

from hongxian import Store, Text, local_now, view
from hongxian.records import refused_among
from hongxian.shapes import Beside, Board, Button, Go, Head, Held, Link, Stat, Stats, Table, Tone
from hongxian_plugins.mobilise.calls import (
    NO_CALL,
    WHICH_CALL,
    Answer,
    Call,
    Post,
    Shift,
    call_meant,
    said_to,
)
from hongxian_plugins.mobilise.people import names_of
from hongxian_plugins.mobilise.presences import Presence, standing
from hongxian_plugins.mobilise.steps import LIVE, PRESENCE

_TONES: dict[str, Tone] = {
    "called": "plan",
    "arrived": "wait",
    "at_post": "now",
    "released": "done",
}
_COME, _GO = Text("到", "In"), Text("离", "Out")
_MOST = 16
"""Names of who has no post yet that stand above the board."""


@view(title=Text("岗位和班次", "Posts"), icon="grid-3x3", asks={"call": WHICH_CALL})
def posts(store: Store, call: str | None = None) -> Beside:
    """Shifts down, posts across. Without a call the one that runs."""
    meant = call_meant(call, local_now(store))
    if meant is None:
        return Beside([Board((), (), (), Presence, note=NO_CALL)])
    return Beside(
        [_board(store, meant)],
        title=meant.title,
        note=told_of(meant),
        presses=[
            Button(Text("现场来了一个人", "Somebody came"), "mobilise.came", {}, meant.id),
            Go(Text("答复", "Answers"), {"call": meant.id}, "mobilise.answers", "telephone"),
            Go(
                Text("扫码到岗", "Come by a code"),
                {"call": meant.id},
                "mobilise.muster_code",
                "person-check",
            ),
            Go(Text("发群文字", "For the chat"), {"call": meant.id}, "mobilise.chat", "clipboard"),
            Link(Text("这次召集", "This call"), Call, meant.id),
        ],
        above=_without_post(store, meant),
    )


def _without_post(store: Store, call: Call) -> list[Table]:
    """Who stands there or said yes and has no post yet, a press each; nothing where nobody waits for one."""
    there = Presence.select().where(Presence.call == call.id, Presence.voided == False)  # noqa: E712
    placed = {each.person for each in there if each.post}
    come = [each.person for each in there if each.state in LIVE]
    said = [person for person, each in said_to(call).items() if each.say == "yes"]
    waiting = [each for each in dict.fromkeys([*come, *said]) if each not in placed]
    if not waiting:
        return []
    names = names_of(store, waiting[:_MOST])
    presses: list[object] = [
        Button(name, "mobilise.put", {"person": person}) for person, name in names.items()
    ]
    more = len(waiting) - len(presses)
    if more:
        presses.append(Text("还有 {n} 人", "{n} more").format(n=more))
    head = Text("应了“来”、还没岗位的 {n} 人", "Coming, and without a post: {n}")
    return [Table([head.format(n=len(waiting))], [[presses]])]


def _board(store: Store, call: Call) -> Board:
    shifts = list(Shift.select().where(Shift.call == call.id).order_by(Shift.begins, Shift.id))
    places = list(Post.select().where(Post.call == call.id).order_by(Post.id))
    rows = {each.id: n for n, each in enumerate(shifts)}
    columns = {each.id: n for n, each in enumerate(places)}
    of_call = [
        each
        for each in standing(Presence.call == call.id).order_by(Presence.id)
        if each.shift in rows and each.post in columns
    ]
    names, refused = names_of(store, [each.person for each in of_call]), refused_among(of_call)
    live = Counter(
        (rows[each.shift], columns[each.post])
        for each in of_call
        if each.state in LIVE and each.id not in refused
    )
    now = local_now(store)
    return Board(
        rows=[
            Head(_hour(each, shifts), {"shift": each.id}, open=each.ends > now) for each in shifts
        ],
        columns=[Head(each.name, {"post": each.id}) for each in places],
        held=[
            _held(each, rows[each.shift], columns[each.post], names[each.person], refused)
            for each in of_call
        ],
        of=Presence,
        book="mobilise.put",
        move="mobilise.move",
        note=_NONE_YET if not rows else _BUMPED if refused else "",
        now=_row_of_now(shifts, now),
        missing={
            (row, column): max(post.places - live[row, column], 0)
            for row in rows.values()
            for column, post in enumerate(places)
        },
    )


def _hour(shift: Shift, shifts: list[Shift]) -> Text | str:
    """14:00, and with its day where shifts are on several."""
    if len({each.begins.date() for each in shifts}) == 1:
        return f"{shift.begins:%H:%M}"
    return Text("{day}日{hour}时", "{day}, {hour}h").format(
        day=shift.begins.day, hour=shift.begins.hour
    )


_NONE_YET = Text(
    "还没有岗位和班次：打开这次召集，按“排岗位和班次”。", "No posts yet: open the call."
)
_BUMPED = Text("红色的没排上，请看“待处理”。", "Those in red got no place: see Needs attention.")


def _held(presence: Presence, row: int, column: int, name: str, refused: set[str]) -> Held:
    is_refused, state = presence.id in refused, presence.state
    press = None
    if state in LIVE and not is_refused:
        step, title = ("release", _GO) if state == "at_post" else ("take_post", _COME)
        press = Button(title, f"mobilise.{step}", id=presence.id, at_once=True)
    return Held(
        row=row,
        column=column,
        title=name,
        id=presence.id,
        state=Text("没排上", "Got no place") if is_refused else PRESENCE.title_of(state),
        tone="stop" if is_refused else _TONES[state],
        moves=state in LIVE,
        press=press,
    )


def _row_of_now(shifts: list[Shift], now: object) -> int | None:
    """Before which shift it is now; None before and after all of them."""
    after = sum(each.begins <= now for each in shifts)
    return after if 0 < after < len(shifts) else None


def figures_of(call: Call) -> tuple[int, int, int]:
    """How many said that they come, are there, and are missing."""
    said = Answer.select(Answer.person.distinct()).where(
        Answer.call == call.id, Answer.say == "yes"
    )
    there = Presence.select(Presence.person.distinct()).where(
        Presence.call == call.id, Presence.state.in_(LIVE[1:])
    )
    here = there.count()
    return said.count(), here, max(call.people - here, 0)


def told_of(call: Call) -> Text:
    """How many are wanted, said yes, are there and are missing."""
    said, here, missing = figures_of(call)
    told = Text(
        "需 {people} · 已应 {said} · 到岗 {here} · 缺 {missing}",
        "{people} wanted · {said} yes · {here} here · {missing} missing",
    )
    return told.format(people=call.people, said=said, here=here, missing=missing)


@view(title=Text("正在召集", "The call"), card=True, menu=False)
def running(store: Store) -> Stats:
    """Of the call that runs, or comes next, how it stands."""
    call = call_meant(None, local_now(store))
    if call is None:
        return Stats([], note=NO_CALL)
    said, here, missing = figures_of(call)
    told = (
        (Text("已应", "Answered"), said, "mobilise.answers"),
        (Text("到岗", "There"), here, "mobilise.posts"),
        (Text("缺", "Missing"), missing, "mobilise.posts"),
    )
    note = Text("{title} · {place}", "{title} · {place}").format(title=call.title, place=call.place)
    return Stats([Stat(label, n, to=to) for label, n, to in told], note=note)
