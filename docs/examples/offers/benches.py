"""Benches: where they stand on a picture of the ground, and which are broken."""

from peewee import BooleanField, CharField, IntegerField

from hongxian import FileField, Record, Text, action, hookimpl, view
from hongxian.shapes import Button, Map, Point

title = Text("长椅", "Benches")


class Ground(Record):
    """Pictures of the ground."""

    name = CharField(verbose_name=Text("名称", "Name"), max_length=40)
    file = FileField(verbose_name=Text("图片", "Picture"), types=("image",))
    metres = IntegerField(verbose_name=Text("图宽多少米", "Metres across"))

    class Meta:
        collection = "benches.ground"


class Bench(Record):
    """Benches."""

    name = CharField(verbose_name=Text("名称", "Name"), max_length=40)
    east = IntegerField(verbose_name=Text("离左边多少米", "Metres from the left"), null=True)
    south = IntegerField(verbose_name=Text("离上边多少米", "Metres from the top"), null=True)
    broken = BooleanField(verbose_name=Text("坏了", "Broken"), default=False)

    class Meta:
        collection = "benches.bench"


@hookimpl
def hongxian_collections():
    return [Ground, Bench]


def drawn(put=None):
    ground = Ground.select().first()
    return Map(
        points=[
            Point(
                each.name,
                (each.east, each.south) if each.east is not None else None,
                each.id,
                state=Text("坏了", "Broken") if each.broken else "",
                tone="stop" if each.broken else "done",
            )
            for each in Bench.select()
        ],
        of=Bench,
        picture=ground,
        metres=ground.metres if ground else 1,
        start=Point(Text("南门", "South gate"), (300, 380)),
        ring=250,
        put=put,
    )


@view(title=Text("长椅在哪里", "Where benches stand"))
def where(store):
    return drawn()


@view(of=Bench, title=Text("在图上点位置", "Put it on the map"), page=True)
def place(store, bench):
    return drawn(Button(Text("放在这里", "Put it here"), "benches.put", {}, bench.id))


@action(of=Bench, title=Text("位置", "Place"), asks={"x": Bench.east, "y": Bench.south})
def put(store, bench, x, y):
    Bench.update(east=x, south=y).where(Bench.id == bench.id).execute()
