"""What requests and those who go may not say, asked on the laptop as on the hub."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Mark, Refused, Seen, rule
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.lines import Step
from hongxian_plugins.requests.kept.people import PAIR, Ask
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.reporting import IDENTITY, ROOM, TELEPHONE

ADULT = 18
UNDONE_FOR = timedelta(minutes=30)
"""So long a step may be taken back by the laptop that took it."""
_OPEN_TEXTS = ("title", "place", "result", "reason")


@rule(of=Request, when=_OPEN_TEXTS)
def tells_of_nobody(request: Request) -> None:
    """The whole community sees it: telephones, rooms and identity numbers are not for that (个人信息保护法 6)."""
    for name in _OPEN_TEXTS:
        _holds_no_number(getattr(request, name) or "", Request._meta.fields[name].verbose_name)
    if ROOM.search(request.place):
        raise Refused(
            "地点只写到幢，门牌写在诉求人里。",
            "The place ends at the building: the room belongs to the reporter.",
        )


@rule(of=Step, when=("said",))
def says_nothing_of_anybody(step: Step) -> None:
    _holds_no_number(step.said or "", Step.said.verbose_name)


@rule(of=Step, when=("request", "what", "at", "said", "by", "deleted"))
def stays_as_it_was_written(step: Step, before: Step | None, seen: Seen) -> None:
    """A press by mistake is undone at once; after that a line is a line, and the next one says otherwise."""
    is_new = before is None or before.deleted
    if not is_new and seen.now - step.at > UNDONE_FOR:
        raise Refused(
            "办理记录不改不删；有误请再办一步，写明原因。",
            "A line stays: take another step and say why.",
        )


def _holds_no_number(text: str, label: object) -> None:
    if TELEPHONE.search(text) or IDENTITY.search(text):
        raise Refused(
            "“{label}”里有电话或证件号：大家都看得到，请写到诉求人里。",
            "“{label}” holds a telephone or identity number, and everybody sees it: put it with the reporter.",
            label=label,
        )


@rule(of=Request, when=("extended_to",))
def is_extended_once(request: Request, before: Request | None) -> None:
    if before is not None and before.extended_to not in (None, request.extended_to):
        raise Refused("只能延期一次。", "It was extended already, and is once.")
    if request.extended_to and request.due and request.extended_to <= request.due:
        raise Refused("延期要晚于原时限 {due}。", "Extended is later than {due}.", due=request.due)


@rule(of=Request, when=("same_as",))
def is_not_its_own_double(request: Request) -> None:
    if request.same_as == request.id:
        raise Refused("一件事不能和自己连。", "A request is not linked to itself.")


@rule(of=Request, when=("state",))
def is_decided_after_returns(request: Request, seen: Seen) -> Mark | None:
    """Whom nobody wants goes round no more: a leader decides."""
    if request.state != "bounced":
        return None
    returned = len(seen.all(Step, request=request.id, what="bounce"))
    if returned < seen.settings(RequestRules).bounces:
        return None
    return Mark(
        "退过 {n} 次，请负责人定谁办。",
        "Sent back {n} {n:time|times}: a leader decides.",
        n=returned,
    )


@rule(of=Ask, when=("say", "volunteer", "licence", "request"))
def may_go(ask: Ask, seen: Seen) -> Mark | None:
    """Licensed work by the licensed (志愿服务条例 16); homes by adults, in pairs."""
    request = seen.get(Request, ask.request)
    if request is None or ask.say != "yes":
        return None
    kind = kind_of(request.kind)
    if kind.licensed and not (ask.licence or "").strip():
        raise Refused(
            "这类只能由持证的人做（志愿服务条例 16）：填证号，或转给{owner}。",
            "This is for who is licensed (Regulations, 16): give the licence, or pass it to {owner}.",
            owner=kind.owner,
        )
    if not kind.at_home:
        return None
    person = seen.get("roster.person", ask.volunteer) if ask.volunteer else None
    born = getattr(person, "born", None)
    if born and seen.now.year - born < ADULT:
        raise Refused("上门要成年人。", "Adults alone visit homes.")
    pair = [e for e in seen.all(Ask, request=ask.request, say="yes") if e.turn == ask.turn]
    if len(pair) < PAIR:
        return Mark("上门要两人同行，还差一人。", "A home is visited by two: one is missing.")
    return None
