"""A draw, step by step: who asks, the list and its hash, the seed, and who won."""

from __future__ import annotations

from hongxian import Refused, Store, Text, action, step, view
from hongxian.quotas import spendable
from hongxian.records import known_until
from hongxian.shapes import Chat, Facts, Link, Table
from hongxian_plugins.alliance.offers import Offer
from hongxian_plugins.alliance.seats.draws import Candidate, Draw, digest_of, drawn, listed, tail
from hongxian_plugins.alliance.seats.handing import invite_to, next_seat, seat_in_words, usual_whom
from hongxian_plugins.alliance.seats.invitations import Invite


@step(Draw, "freeze", asks=[])
def freeze(store: Store, draw: Draw) -> Text:
    """No name comes to the list any more; its hash is made public before anybody knows the seed."""
    candidates = list(Candidate.select().where(Candidate.draw == draw.id))
    if not candidates:
        raise Refused("还没有人报名。", "Nobody has asked yet.")
    draw.names = listed(candidates)
    draw.digest = digest_of(draw.names)
    since = known_until()
    told = Text("{n} 人，截至 {since:%H:%M}", "{n} {n:name|names}, as of {since:%H:%M}")
    alone = Text("{n} 人，只知道这台电脑上的", "{n} {n:name|names}, of this laptop alone")
    return (told if since else alone).format(n=len(candidates), since=since)


@action(
    of=Draw, title=Text("请中签的人", "Invite who won"), when=lambda draw: draw.state == "drawn"
)
def invite_winners(store: Store, draw: Draw) -> Text:
    """A seat for each who won and has none yet, as far as this laptop may give any."""
    offer = Offer.get_by_id(draw.offer)
    held = {str(each.person) for each in Invite.select().where(Invite.offer == offer.id)}
    waiting = [each for each in winners(draw) if str(each.person) not in held]
    now = waiting[: max(spendable(offer, "stock"), 0)]
    with store.transaction():
        for each in now:
            invite_to(store, offer, each.person, next_seat(store, offer), usual_whom(offer))
    told = Text("请了 {n} 人，还有 {left} 人没有座位", "{n} are invited, {left} wait for a seat")
    return told.format(n=len(now), left=len(waiting) - len(now))


def winners(draw: Draw) -> list[Candidate]:
    """Who won, the first before the others; nobody before the seed is known."""
    if not draw.seed or not draw.names:
        return []
    candidates = {tail(each): each for each in Candidate.select().where(Candidate.draw == draw.id)}
    tails = [line.rpartition(" ")[2] for line in drawn(draw.names, draw.seed, draw.places)]
    return [candidates[each] for each in tails if each in candidates]


@view(of=Draw, title=Text("怎么抽的", "How it is drawn"))
def how(store: Store, draw: Draw) -> Facts:
    """What anybody needs to do it again."""
    return Facts(
        [
            (Text("名单校验码", "Hash of the list"), draw.digest or Text("未封", "not frozen")),
            (Text("种子", "Seed"), draw.seed or Text("未定", "not known yet")),
            (Text("怎么重算", "To repeat it"), HOW),
        ]
    )


HOW = Text(
    "每一行名单前加上种子和换行，算 SHA-256，从小到大取前几名",
    "the SHA-256 of seed, line break and each line of the list; the smallest win",
)


@view(of=Draw, title=Text("中签", "Who won"))
def won(store: Store, draw: Draw) -> Table:
    """Who won, and the seat of each who has one."""
    offer = Offer.get_by_id(draw.offer)
    given = {str(each.person): each for each in Invite.select().where(Invite.offer == draw.offer)}
    rows = []
    for n, each in enumerate(winners(draw), 1):
        seat = given.get(str(each.person))
        place = Link(seat_in_words(offer, seat.seat), Invite, seat.id) if seat else ""
        rows.append([n, each.called, place])
    return Table([Text("序", "No."), Candidate.person.verbose_name, Invite.seat.verbose_name], rows)


@view(of=Draw, title=Text("公布", "To be made public"), page=True)
def draw_chat(store: Store, draw: Draw) -> Chat:
    """The hash before the seed, and the seed after it; numbers, and nobody's name."""
    n = len((draw.names or "").split("\n"))
    before = Text(
        "【抽签】{title} 名单 {n} 人已封 抽 {places} 份\n名单 SHA-256 {digest}\n种子：{seed}",
        "[Draw] {title}: {n} {n:name|names} frozen, {places} win\nSHA-256 of the list {digest}\nSeed: {seed}",
    )
    if not draw.digest:
        return Chat(Text("还没有封名单", "The list is not frozen yet"))
    later = Text("封名单后公布", "to come")
    numbers = [line.partition(" ")[0] for line in drawn(draw.names, draw.seed or "", draw.places)]
    told = before.format(
        title=draw.title, n=n, places=draw.places, digest=draw.digest, seed=draw.seed or later
    )
    if not draw.seed:
        return Chat(told)
    with_numbers = Text("{told}\n中签号：{numbers}", "{told}\nNumbers that won: {numbers}")
    return Chat(with_numbers.format(told=told, numbers=" ".join(numbers)))
