"""Who was asked to a call and what they said: a press each, and a telephone for who is silent."""

from __future__ import annotations

from datetime import timedelta

from peewee import CharField

from hongxian import Store, Text, action, local_now, view
from hongxian.days import day_in_words
from hongxian.records import local_minute, same_id
from hongxian.shapes import Beside, Button, Chat, Go, Link, Print, Table, Tag, Tone
from hongxian_plugins.mobilise.board import figures_of, told_of
from hongxian_plugins.mobilise.calls import (
    NO_CALL,
    SAYS,
    WHICH_CALL,
    Answer,
    Call,
    call_meant,
    said_to,
)
from hongxian_plugins.mobilise.people import PEOPLE, names_of, phones_of
from hongxian_plugins.mobilise.reporting.members import HERE, Report
from hongxian_plugins.mobilise.setting import MobiliseRules

_TONES: dict[str, Tone] = {"yes": "done", "later": "wait", "no": "rest"}
_SILENT = Tag(Text("没答复", "Silent"), "plan")
_CALL_THEM = Tag(Text("请打电话", "Telephone them"), "stop")
_MOST = 300


def asked_of(call: Call) -> list[str]:
    """Who is asked: whoever has reported here, and whoever answered."""
    reported = Report.select(Report.person).where(Report.state.in_(HERE)).order_by(Report.id)
    answered = Answer.select(Answer.person).where(Answer.call == call.id)
    found = [person for query in (reported, answered) for (person,) in query.tuples()]
    return list(dict.fromkeys(found))


@action(
    of=Call,
    title=Text("记答复", "Note an answer"),
    menu=False,
    asks={
        "person": Answer.person,
        "say": CharField(verbose_name=Answer.say.verbose_name, choices=SAYS),
    },
)
def answer(store: Store, call: Call, person: str, say: str) -> Text:
    """What somebody said; two laptops that note it make one record of it."""
    return note_answer(store, call, person, say)


def note_answer(store: Store, call: Call, person: str, say: str, **scope: str) -> Text:
    """The same, whoever notes it; in a `scope` where the laptop's own is not meant."""
    said = {"say": say, "at": local_minute(store)}
    found = said_to(call).get(person)
    if found is None:
        id = same_id("mobilise.answer", call.id, person)
        Answer.create(id=id, call=call, person=person, **said, **scope)
    else:
        Answer.update(**said).where(Answer.id == found.id).execute()
    return dict(SAYS)[say]


@view(title=Text("答复", "Answers"), icon="telephone", asks={"call": WHICH_CALL})
def answers(store: Store, call: str | None = None) -> Beside:
    """A line for each who was asked, the silent first. Without a call the one that runs."""
    meant = call_meant(call, local_now(store))
    if meant is None:
        return Beside([Table([], [], note=NO_CALL)])
    said, asked = said_to(meant), asked_of(meant)
    shown = sorted(asked, key=lambda each: _ORDER[said[each].say] if each in said else 0)[:_MOST]
    names, phones = names_of(store, shown), phones_of(store, shown)
    late = is_late(store, meant)
    heads = (
        Text("姓名", "Name"),
        Text("电话", "Phone"),
        Text("答复", "Says"),
        Text("记下", "Note"),
    )
    rows = [
        [
            Link(names[each], PEOPLE, each),
            phones.get(each, ""),
            _state(said.get(each), late),
            _presses(meant, each, said.get(each)),
        ]
        for each in shown
    ]
    return Beside(
        [Table(heads, rows, note=_counted(asked, said))],
        title=meant.title,
        note=told_of(meant),
        presses=[
            Go(Text("岗位", "Posts"), {"call": meant.id}, "mobilise.posts", "grid-3x3"),
            Print(Text("点名册", "Roll"), "mobilise.roll_call", meant.id),
            Go(Text("发群文字", "For the chat"), {"call": meant.id}, "mobilise.chat", "clipboard"),
            Link(Text("这次召集", "This call"), Call, meant.id),
        ],
    )


_ORDER = {"later": 1, "yes": 2, "no": 3}


def is_late(store: Store, call: Call) -> bool:
    """Whether who is silent is to be telephoned by now."""
    minutes = timedelta(minutes=MobiliseRules.now(store).answer_minutes)
    return bool(call.published_at and call.published_at + minutes < local_now(store))


def _state(said: Answer | None, late: bool) -> Tag:
    if said is None:
        return _CALL_THEM if late else _SILENT
    return tag_of(said)


def tag_of(said: Answer) -> Tag:
    """What somebody said, as it is shown."""
    return Tag(dict(SAYS)[said.say], _TONES[said.say])


def _presses(call: Call, person: str, said: Answer | None) -> list[Button]:
    return [
        Button(title, "mobilise.answer", {"person": person, "say": say}, call.id, at_once=True)
        for say, title in SAYS
        if said is None or said.say != say
    ]


def _counted(asked: list[str], said: dict[str, Answer]) -> Text:
    told = [each.say for each in said.values()]
    counted = Text(
        "来 {yes} · 晚点来 {later} · 来不了 {no} · 没答复 {silent}",
        "Yes {yes} · later {later} · no {no} · silent {silent}",
    )
    silent = len([each for each in asked if each not in said])
    return counted.format(silent=silent, **{say: told.count(say) for say, _ in SAYS})


@view(title=Text("召集的群文字", "Call for the chat"), menu=False, asks={"call": WHICH_CALL})
def chat(store: Store, call: str | None = None) -> Chat:
    """How it stands, in numbers and without a name."""
    meant = call_meant(call, local_now(store))
    if meant is None:
        return Chat(NO_CALL)
    said, here, missing = figures_of(meant)
    told = Text(
        "【召集】{title} {day} {hour}\n{place}\n需{people}人 已应{said} 到岗{here} 缺{missing}",
        "[Call] {title} {day} {hour}\n{place}\n{people} wanted, {said} answered, {here} there, "
        "{missing} missing",
    )
    return Chat(
        told.format(
            title=meant.title,
            day=day_in_words(meant.begins.date(), local_now(store).date()),
            hour=f"{meant.begins:%H:%M}",
            place=meant.place,
            people=meant.people,
            said=said,
            here=here,
            missing=missing,
        )
    )
