"""A choir: who sings which voice, entered on one form."""

from peewee import CharField

from hongxian import MembersField, PhoneField, Record, Reference, Text, action, hookimpl
from hongxian.doubles import join_doubles, joining
from hongxian.entries import Alike, entry

PARTS = (("high", Text("高声部", "High")), ("low", Text("低声部", "Low")))


class Singer(Record):
    """Singers."""

    name = CharField(verbose_name=Text("姓名", "Name"), max_length=40)
    phone = PhoneField(verbose_name=Text("手机", "Phone"), null=True, index=True)
    pieces = MembersField(verbose_name=Text("会唱", "Knows"), usual=("茉莉花", "送别"))

    class Meta:
        collection = "choir.singer"
        title = Text("团员", "Singers")


class Voice(Record):
    """Voices."""

    singer = Reference("choir.singer", verbose_name=Text("团员", "Singer"))
    part = CharField(verbose_name=Text("声部", "Part"), max_length=10, choices=PARTS)

    class Meta:
        collection = "choir.voice"
        title = Text("声部", "Voices")


class Namesakes(Record):
    """Singers who are two people."""

    one = Reference("choir.singer", on_delete="with", verbose_name=Text("一位", "One"))
    other = Reference("choir.singer", on_delete="with", verbose_name=Text("另一位", "The other"))

    class Meta:
        collection = "choir.namesakes"
        title = Text("不同的人", "Namesakes")
        menu = False


@hookimpl
def hongxian_collections():
    return [Singer, Voice, Namesakes]


def known(store, name, phone):
    for each in Singer.select().where(Singer.phone == phone) if phone else ():
        yield Alike(
            Text("这个电话已有人用", "This telephone is somebody's"), each.name, Singer, each.id
        )


@entry(
    makes=Singer,
    title=Text("新团员", "New singer"),
    asks=[Singer.name, Singer.phone, Singer.pieces, Voice.part],
    parts={"part": Text("声部", "Voice")},
    alike=known,
)
def new_singer(store, name, phone, pieces, part):
    with store.transaction():
        singer = Singer.create(name=name, phone=phone, pieces=pieces)
        Voice.create(singer=singer, part=part)
    return Text("已登记：{name}", "Entered: {name}").format(name=name)


def who_else(store, singer):
    return [each for each in known(store, None, singer.phone) if each.id != singer.id]


@joining(
    of=Singer,
    title=Text("合并重复", "Join doubles"),
    same=Text("是同一个人", "The same person"),
    apart="choir.two_singers",
    alike=who_else,
)
def join(store, singer, other, take):
    join_doubles("choir.singer", singer.id, other, take)
    return Text("{name}合并了", "{name} is joined").format(name=singer.name)


@action(
    of=Singer,
    title=Text("不是同一个人", "Two people"),
    asks={"other": Reference("choir.singer", verbose_name=Text("另一位", "The other"))},
)
def two_singers(store, singer, other):
    Namesakes.create(one=singer, other=other)
    return Text("记下了：是两个人", "Noted: two people")
