"""Where the keeper has the pages for phones, and which phones were let in."""

from __future__ import annotations

from urllib.parse import urlsplit

from peewee import ModelSelect

from hongxian.collections.builtin import THE_PHONE_PAGES, Phone, PhonePages
from hongxian.errors import Refused
from hongxian.model.stamp import DAY_MILLISECONDS, milliseconds_of
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.tables.keeper_log import Act, note

_HERE = ("localhost", "127.0.0.1", "::1")
"""Names of this machine itself, which a browser trusts unencrypted too: to try it out."""
_USUAL_PORT = {"https": 443, "http": 80}
ENDED_DAYS = 30
"""So long it is kept that a phone has ended."""
LONGEST: int = PhonePages.address.max_length
SERVED = {value: Text.of(label) for value, label in PhonePages.served.choices}


class AddressRefused(Refused):
    """Not an address at which phones could open personal pages."""

    message = Text(
        "手机页的网址要像 https://hub.example.org，不带别的：{address}",
        "The address of the phones' pages must look like https://hub.example.org, with nothing "
        "after it: {address}",
    )


def pages_now() -> PhonePages:
    """How they are served, as the keeper said last."""
    return PhonePages.get_or_none(PhonePages.id == THE_PHONE_PAGES) or PhonePages()


def publish(hub: Hub, address: str, served: str = PhonePages.EVERYWHERE) -> None:
    """Open personal pages at an address, with "" shut them, and say where the others are; raises `AddressRefused`."""
    address = _sound(address)
    if served not in SERVED or (served == PhonePages.ONLY_THERE and not address):
        raise AddressRefused(address=address)
    told = {"address": address, "served": served}
    with hub.transaction():
        if hub.collection(PhonePages._meta.collection).rows_by_id([THE_PHONE_PAGES]):
            hub.edit(PhonePages, {THE_PHONE_PAGES: told})
        else:
            PhonePages.create(id=THE_PHONE_PAGES, **told)
        note(hub, Act.PHONE_PAGES, address or "–", SERVED[served])


def _sound(address: str) -> str:
    """An address as browsers write it in what they ask; raises `AddressRefused`."""
    address = address.strip().rstrip("/")
    if not address:
        return ""
    try:
        told = urlsplit(address)
        host = (told.hostname or "").encode("idna").decode("ascii")
        port = told.port
    except ValueError:  # of names too
        raise AddressRefused(address=address[:LONGEST]) from None
    is_sound = told.scheme == "https" or (told.scheme == "http" and host in _HERE)
    is_alone = not (told.username or told.query or told.fragment) and " " not in address
    if not (is_sound and host and is_alone and told.path.isascii() and told.path.isprintable()):
        raise AddressRefused(address=address[:LONGEST])
    shown = f"[{host}]" if ":" in host else host
    usual = port in (None, _USUAL_PORT[told.scheme])
    made = f"{told.scheme}://{shown}{'' if usual else f':{port}'}{told.path}"
    if len(made) > LONGEST:
        raise AddressRefused(address=address[:LONGEST])
    return made


def phones_in_use() -> ModelSelect:
    """All that were let in and not ended, the newest first."""
    return Phone.select().where(~Phone.ended).order_by(Phone.id.desc())


def let_ended_go(hub: Hub) -> None:
    """Let go of phones that ended so long ago: no code that let one in is good any more."""
    limit = hub.now() - ENDED_DAYS * DAY_MILLISECONDS
    rows = hub.collection(Phone._meta.collection).rows("NOT deleted")
    over = [
        row.id
        for row in rows
        if row.values["ended"] and milliseconds_of(row.stamp_of("ended")) < limit
    ]
    if over:
        hub.delete(Phone, over)


def end_phone(hub: Hub, id: str) -> bool:
    """Let a phone come in no more, by the keeper's word; whether there is such."""
    found = Phone.get_or_none((Phone.id == id) & ~Phone.ended)
    if found is None:
        return False
    with hub.transaction():
        hub.edit(Phone, {id: {"ended": True}})
        note(hub, Act.PHONE_ENDED, hub.title_of(found.of), found.record[-12:])
    return True
