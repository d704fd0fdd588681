"""A phone without a browser: its requests by hand, over a socket of their own, and a key that is made here."""

import http.client
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hongxian.codes import code_in
from hongxian_server.phone.phones import said_to_enter, said_to_return

HERE = "127.0.0.1"


@dataclass
class Answered:
    """A status, the headers, and the text of a page or of JSON."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def told(self) -> Any:
        """Of JSON."""
        return json.loads(self.text)

    @property
    def kind(self) -> tuple[int, str]:
        """By which two answers are told apart: the status, and the page without what is drawn anew each time."""
        return self.status, re.sub(
            r'(href|value|content|action|data-challenge)="[^"]*"', "", self.text
        )


@dataclass
class Line:
    """One phone, or one who passes for such; `address` ends with /m/, and is what it says that it asks for."""

    address: str
    source: str = HERE
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    phone: str = ""

    def get(self, path: str = "", **headers: str) -> Answered:
        """Ask for what lies below the address."""
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answered:
        """Send a form, with a token against forgery."""
        body = urlencode({**fields, "csrf_token": self.token()}).encode()
        return self.ask(
            "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers}
        )

    def token(self) -> str:
        """For what a script sends."""
        return str(self.get("token").told["token"])

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answered:
        """One request, over a line of its own."""
        named = urlsplit(self.address)
        line = http.client.HTTPConnection(
            HERE, named.port, timeout=30, source_address=(self.source, 0)
        )
        told = {"Host": named.netloc, "Accept-Language": "en", **self.headers, **headers}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, path if path.startswith("/") else named.path + path, body, told)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        for each in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answered(answer.status, answer.headers, text)

    # -- coming in -----------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """Its public half, as browsers give it."""
        form = (Encoding.X962, PublicFormat.UncompressedPoint)
        return self.private.public_key().public_bytes(*form).hex()

    def proof(self, said: bytes) -> str:
        """What its key signs, as browsers give it."""
        signature = self.private.sign(said, ec.ECDSA(SHA256()))
        return b"".join(part.to_bytes(32) for part in decode_dss_signature(signature)).hex()

    def enter(self, code: str, **other: str) -> Answered:
        """Come in by a scanned code."""
        code = code_in(code)
        fields = {"code": code, "key": self.key, "proof": self.proof(said_to_enter(code))}
        answer = self.post("enter", {**fields, "agreed": "yes", **other})
        if answer.status == 200:
            self.phone = answer.told["phone"]
        return answer

    def challenge(self) -> str:
        """What is to be signed to come back."""
        found = re.search(r'data-challenge="([^"]+)"', self.get("door").text)
        assert found
        return found[1]

    def come_back(self, challenge: str | None = None, phone: str = "") -> Answered:
        """Prove the key."""
        challenge = self.challenge() if challenge is None else challenge
        phone = phone or self.phone
        proof = self.proof(said_to_return(phone, challenge))
        return self.post("door", {"challenge": challenge, "phone": phone, "proof": proof})
