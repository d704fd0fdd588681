"""To tell of something on a phone, with a photo, in twenty seconds: what, where, and who wants to hear."""

from __future__ import annotations

from peewee import BooleanField, CharField

from hongxian import PhoneField, Store, Text, action
from hongxian.records import Somebody, asked_as, present_store
from hongxian.shapes import Go
from hongxian.text import joined
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.reporting import report
from hongxian_plugins.requests.teams import reporters_scope

KINDS = {
    "lamp": (Text("灯不亮", "Lights"), "lightbulb"),
    "water": (Text("漏水", "Leaks"), "droplet"),
    "rubbish": (Text("垃圾", "Rubbish"), "trash"),
    "noise": (Text("噪音", "Noise"), "volume-up"),
    "facility": (Text("设施坏了", "Broken"), "tools"),
    "fire": (Text("不安全", "Unsafe"), "exclamation-triangle"),
    "visit": (Text("老人求助", "Help at home"), "heart-pulse"),
    "other": (Text("其他", "Other"), "three-dots"),
}
"""What is pressed, as residents say it, with its drawing; of the last the words tell which it is."""


def _calls_first(record: object) -> Text:
    told = Text(
        "起火、燃气味、有人受伤：先打 {calls}，再来这里报。",
        "Fire, a smell of gas, somebody hurt: call {calls} first, then tell us here.",
    )
    return told.format(calls=RequestRules.now(present_store()).hotlines)


@action(
    title=Text("报事", "Report"),
    audience="public",
    usual=True,
    menu=False,
    icon="megaphone",
    says=_calls_first,
    asks={
        "kind": asked_as(
            Request.kind,
            default=None,
            choices=[(name, title) for name, (title, _) in KINDS.items()],
            drawings={name: drawing for name, (_, drawing) in KINDS.items()},
            verbose_name=Text("什么事", "What"),
            help_text=None,
        ),
        "place": asked_as(
            Request.place,
            max_length=60,
            verbose_name=Text("在哪儿", "Where"),
            help_text=Text(
                "哪一幢、哪一段；门牌不会公开。", "Building or stretch; a room is never shown."
            ),
        ),
        "what": CharField(
            verbose_name=Text("说两句", "In your words"),
            max_length=300,
            null=True,
            help_text=Text("不说也行。", "May be left out."),
        ),
        "photo": asked_as(
            Request.photo,
            verbose_name=Text("拍张照", "A photo"),
            help_text=Text("别拍到人脸和车牌。", "No faces and plates."),
        ),
        "danger": BooleanField(verbose_name=Text("有危险，快来", "There is danger"), default=False),
        "name": CharField(
            verbose_name=Text("怎么称呼", "Your name"),
            max_length=20,
            null=True,
            help_text=Text(
                "可以不留。留了只有办的人看得到。",
                "May be left out. Only those who work on it see it.",
            ),
        ),
        "phone": PhoneField(
            verbose_name=Text("电话", "Telephone"),
            null=True,
            help_text=Text(
                "办好了告诉您；不留就凭码查。", "To tell you; else follow it by the code."
            ),
        ),
    },
)
def tell(
    store: Store,
    kind: str,
    place: str,
    what: str | None,
    photo: object,
    danger: bool,
    name: str | None,
    phone: str | None,
) -> Go:
    """A resident's own report: for all what and where, for the team alone who; a code to follow it by."""
    said = (what or "").strip() or Text.of(KINDS[kind][0]).zh
    with store.transaction():
        made = report(
            store,
            title=said,
            place=place,
            kind=None if kind == "other" else kind,
            urgency="danger" if danger else "ordinary",
            photo=photo,
            name=Somebody(name) if name else None,
            phone=phone,
            channel="page",
        )
    told = [made.title]
    if (name or phone) and reporters_scope(store) is None:
        told.append(_NOBODY_CALLS)
    request = Request.get_by_id(made.id)
    return Go(joined(told, Text("。", ". ")), {"code": request.track}, "requests.follow")


_NOBODY_CALLS = Text(
    "还没有队管回电话，姓名电话没有留下，请凭码来查",
    "No team calls back yet: your name and number were not kept, follow it by the code",
)
