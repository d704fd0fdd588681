"""The product's own Chinese words: of its pages, and of the labels that its plugins bring."""

import re
from functools import cache

from babel.messages.pofile import read_po

from demo_world import PLUGINS
from hongxian.plugins.loading import Plugins
from hongxian.text import Text
from hongxian_plugins.service.demo import SERVICES
from places import TOP

CHINESE = re.compile("[\u3400-\u9fff]")


@cache
def own_chinese() -> list[str]:
    """Every one of them that an English page must not show."""
    return sorted(each for each in {*_catalogs().values(), *_of_plugins()} if CHINESE.search(each))


def chinese_of(english: str) -> str:
    """What a Chinese page says for a sentence of the desk."""
    return _catalogs()[english]


def chinese_of_pages() -> list[str]:
    """What desk and console say in Chinese."""
    return list(_catalogs().values())


@cache
def _catalogs() -> dict[str, str]:
    found = {}
    for path in TOP.rglob("translations/*.po"):
        with path.open("rb") as file:
            for each in read_po(file, locale="zh_Hans_CN"):
                many = isinstance(each.id, tuple)
                found[each.id[0] if many else each.id] = each.string[0] if many else each.string
    return found


def _of_plugins() -> set[str]:
    """Titles, labels and choices."""
    found = set()
    for plugin in PLUGINS:
        for model in plugin.hongxian_collections():
            for field in model._meta.fields.values():
                told = [label for _, label in field.choices or ()]
                found.update(Text.of(each).zh for each in (*told, field.verbose_name or ""))
            found.add(Text.of(getattr(model._meta, "title", "")).zh)
        known = Plugins(installed=False).add(plugin)
        for kind in ("View", "Action", "Document"):
            for offer in known.marked(kind):
                asked = [each.verbose_name for each in offer.asks.values()]
                found.update(Text.of(each).zh for each in (offer.title, *asked))
    return found - set(SERVICES)  # which are records of the demonstration as well
