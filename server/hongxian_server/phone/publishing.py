"""Where the pages for phones are, and which of them: personal ones under a trusted certificate alone.

Browsers of phones give a page no key of its own, no camera and no work without a line unless its certificate is one
that they trust by themselves; and a person's own pages go over no other line. So the keeper names the address.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from hongxian.codes import PHONES, phones_address
from hongxian.collections.builtin import THE_PHONE_PAGES, PhonePages
from hongxian.errors import Refused
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub

_HERE = ("localhost", "127.0.0.1", "::1")
"""Names of this machine itself, which a browser trusts unencrypted too: to try it out."""


class AddressRefused(Refused):
    """No address at which phones could open personal pages."""

    message = Text(
        "手机页的网址要像 https://hub.example.org，不带别的：{address}",
        "The address of the phones' pages looks like https://hub.example.org and has nothing else: {address}",
    )


def publish(hub: Hub, address: str) -> None:
    """Open personal pages at an address, or with "" shut them; raises `AddressRefused`."""
    address = address.strip().rstrip("/")
    told = urlsplit(address)
    is_sound = told.scheme == "https" or (told.scheme == "http" and told.hostname in _HERE)
    if address and (not is_sound or not told.hostname or told.query or told.fragment):
        raise AddressRefused(address=address)
    with hub.transaction():
        if hub.collection(PhonePages._meta.collection).rows_by_id([THE_PHONE_PAGES]):
            hub.edit(PhonePages, {THE_PHONE_PAGES: {"address": address}})
        else:
            PhonePages.create(id=THE_PHONE_PAGES, address=address)


def is_personal() -> bool:
    """Whether the request under way came by the address at which people have their own pages."""
    named = urlsplit(phones_address(current_hub()))
    if not named.netloc or request.host != named.netloc:
        return False
    return request.is_secure == (
        named.scheme == "https"
    ) and request.root_path == named.path.rstrip("/")


def here() -> str:
    """What codes on the pages of this request begin with."""
    return request.url_root.rstrip("/") + "/"


__all__ = ["PHONES", "AddressRefused", "here", "is_personal", "publish"]
