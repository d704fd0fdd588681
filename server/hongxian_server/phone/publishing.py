"""Which of the pages for phones a request may have: personal ones under a trusted certificate alone.

Browsers of phones give a page no key of its own, no camera and no work without a line unless its certificate is one
that they trust by themselves; and a person's own pages go over no other line. So the keeper names the address.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import abort, request

from hongxian.codes import phones_address
from hongxian.collections.builtin import PhonePages
from hongxian_server.current import current_hub
from hongxian_server.ops.phone_pages import pages_now


def refuse_where_shut() -> None:
    """Answer as where there is nothing, wherever the keeper has these pages not served."""
    served = pages_now().served
    if served == PhonePages.NOWHERE or (served == PhonePages.ONLY_THERE and not is_personal()):
        abort(404)


def is_personal() -> bool:
    """Whether the request under way came by the address at which people have their own pages."""
    address = phones_address(current_hub())
    return bool(address) and _is_asked_at(urlsplit(address))


def _is_asked_at(named: SplitResult) -> bool:
    is_there = request.host.lower() == named.netloc and request.scheme == named.scheme
    return is_there and request.root_path == named.path.rstrip("/")
