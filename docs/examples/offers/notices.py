"""Notices on the door: written, counted as they are read out, and posted on paper, which nobody takes back."""

from peewee import BooleanField, CharField

from hongxian import Record, TallyField, Text, action, hookimpl, view
from hongxian.merges import plus
from hongxian.shapes import Cells, Grid, GridRow

version = "1.0"
title = Text("告示", "Notices")


class Notice(Record):
    """Notices."""

    name = CharField(verbose_name=Text("标题", "Title"), max_length=40)
    posted = BooleanField(verbose_name=Text("已张贴", "Posted"), default=False)
    heard = TallyField(verbose_name=Text("听众", "Heard by"))

    class Meta:
        collection = "notices.notice"
        title = Text("告示", "Notices")


@action(title=Text("宣读", "Read out"), of=Notice)
def read_out(store: object, notice: Notice) -> Text:
    """Undone like anything: what is counted is counted back."""
    Notice.update(heard=plus(1)).where(Notice.id == notice.id).execute()
    return Text("已宣读", "Read out")


@view(title=Text("数听众", "Count who hears"))
def listeners(store: object) -> Grid:
    """One press for each who stood and listened."""
    return Grid(
        of=Notice,
        title=Text("告示", "Notice"),
        columns=[Cells("heard", step=1)],
        rows=[GridRow(each.name, each.id) for each in Notice.select()],
    )


@action(
    title=Text("张贴", "Post"),
    of=Notice,
    when=lambda notice: not notice.posted,
    final=Text("纸已经贴出去了", "the paper is on the door"),
)
def post(store: object, notice: Notice) -> Text:
    """Said on its form before, and told of by nobody as if it could be taken back."""
    notice.posted = True
    notice.save()
    return Text("已张贴", "Posted")


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Notice]
