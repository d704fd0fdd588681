"""What the hub is told when it asks at the phones' address whether it is itself that answers there."""

from __future__ import annotations

from flask import Blueprint, abort, request

from hongxian_server.current import current_hub
from hongxian_server.ops.network.reaching import HERE, NONCE, proof
from hongxian_server.phone.publishing import is_personal

bp = Blueprint("reaching", __name__)


@bp.get(f"/{HERE}")
def here() -> dict[str, object]:
    """The hub's proof that it is this one, and whether it sees that it is asked at the phones' address."""
    nonce = request.args.get("nonce", "")
    if len(nonce) != NONCE or not nonce.isalnum():
        abort(404)
    return {"proof": proof(current_hub(), nonce), "personal": is_personal()}
