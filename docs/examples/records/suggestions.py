"""A box for suggestions and complaints: whoever is at a laptop drops one in, the hub's keeper alone reads it."""

from peewee import CharField, TextField

from hongxian import Record, Text, hookimpl

title = Text("意见箱", "Suggestions")


class Suggestion(Record):
    """Suggestions and complaints."""

    about = CharField(verbose_name=Text("关于", "About"), max_length=80)
    text = TextField(verbose_name=Text("意见", "Text"))

    class Meta:
        collection = "suggestions.suggestion"
        title = Text("意见", "Suggestions")
        scope = "keeper"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Suggestion]
