"""A page of the manual as HTML: no markup of its own passes, and no link leads out of the manual."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from urllib.parse import unquote

from flask import url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from hongxian_web.manual.pages import ManualPage, anchor_of, pages

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def rendered(page: ManualPage, *, in_booklet: bool = False) -> Markup:
    """The page as HTML; in a booklet its headings are a step lower, and links lead to where pages stand there."""
    tokens = _MARKDOWN.parse(page.text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag != "h1":
            token.attrSet("id", _id(page.name if in_booklet else "", tokens[place + 1].content))
        if in_booklet and token.type.startswith("heading"):
            token.tag = f"h{int(token.tag[1]) + 1}"
        if token.children:
            _lead(token.children, page, in_booklet=in_booklet)
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def place_of(page: str) -> str:
    """The anchor of a whole page in a booklet."""
    return page.replace("/", "-")


def _id(page: str, heading: str) -> str:
    return "-".join(filter(None, (place_of(page), anchor_of(heading))))


def _lead(tokens: list[Token], page: ManualPage, *, in_booklet: bool) -> None:
    """Let links and pictures end in what shows the manual; what is not part of it is no link."""
    outside: list[Token] = []
    for token in tokens:
        if token.type == "image":
            name = str(token.attrGet("src")).rpartition("/")[2]
            token.attrSet("src", url_for("help.picture", name=name))
        elif token.type == "link_open":
            address = _address(str(token.attrGet("href")), page, in_booklet=in_booklet)
            token.attrs = {"href": address} if address else {}
            if not address:
                outside.append(token)
                token.tag = "span"
        elif token.type == "link_close" and outside:
            outside.pop()
            token.tag = "span"


def _address(href: str, page: ManualPage, *, in_booklet: bool) -> str:
    path, _, anchor = unquote(href).partition("#")
    name = normpath(join(dirname(page.name), path)).removesuffix(".md") if path else page.name
    if name not in pages(page.language):
        return ""
    if in_booklet:
        return f"#{_id(name, anchor)}"
    return url_for("help.show", page=name, _anchor=anchor or None)
