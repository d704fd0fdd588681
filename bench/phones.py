"""Phones: 500 of them at once on one hub, that come in, look at their pages and all press the same button.

`python -m bench.phones` prints a table. The hub is a process of its own, plain as behind a proxy; the phones are
connections of one process, each with a key and a cookie of its own, that think for some seconds between two pages.
Half of what is sent is sent twice, as a phone does whose line broke before the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.scale.meters import cpu_seconds
from bench.scale.serving import served
from hongxian import local_today
from hongxian.collections.builtin import Phone
from hongxian_plugins.roster.records import Person
from hongxian_plugins.service.records import Activity
from hongxian_plugins.service.sign_up import SignUp
from hongxian_server.hub import Hub
from hongxian_server.ops.phone_pages import publish
from hongxian_server.phone.phones import said_to_return

PHONES, LOOKS, THINK_SECONDS, PLACES = 500, 6, 10.0, 100
PAGES = ("/m/", "/m/view/service.activities", "/m/", "/m/all")
SIGN_UP = "/m/do/service.sign_me_up"
_COOKIE = re.compile(rb"set-cookie: ([^;]+)", re.IGNORECASE)
_CHALLENGE = re.compile(rb'data-challenge="([^"]+)"')
_TOKEN = re.compile(rb'"token": ?"([^"]+)"')
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass
class Key:
    """A phone that was let in, and the key that it alone has."""

    phone: str
    private: ec.EllipticCurvePrivateKey

    def proof(self, challenge: str) -> str:
        """What it signs to come back: r and s, as a browser gives them."""
        signature = self.private.sign(said_to_return(self.phone, challenge), ec.ECDSA(SHA256()))
        return b"".join(part.to_bytes(32) for part in decode_dss_signature(signature)).hex()


@dataclass
class Times:
    """Seconds from a request's first byte to its answer's last, by what was asked."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)

    def note(self, what: str, seconds: float, status: int) -> None:
        """Keep one."""
        self.taken.setdefault(what, []).append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def table(self) -> Iterable[str]:
        """A line for each: how many, the middle, p99 and the longest in milliseconds."""
        for what, taken in self.taken.items():
            taken.sort()
            p99 = taken[min(len(taken) - 1, len(taken) * 99 // 100)]
            middle, longest = statistics.median(taken), taken[-1]
            yield (
                f"| {what} | {len(taken)} | {middle * 1000:.0f} | {p99 * 1000:.0f} | {longest * 1000:.0f} |"
            )


class Hand:
    """One phone: its connection, its cookies, what it waited for."""

    def __init__(self, key: Key, host: str, times: Times) -> None:
        self._key, self._host, self._times = key, host, times
        self._cookies: dict[str, str] = {}
        self.answer = b""

    async def come_in(self) -> None:
        """Prove the key."""
        await self.get("door", "/m/door")
        challenge = _found(_CHALLENGE, self.answer)
        told = {
            "challenge": challenge,
            "phone": self._key.phone,
            "proof": self._key.proof(challenge),
        }
        await self.post("come in", "/m/door", told)

    async def get(self, what: str, path: str) -> int:
        """Ask for a page."""
        return await self._timed(what, f"GET {path} HTTP/1.1\r\n", b"")

    async def post(self, what: str, path: str, fields: dict[str, str]) -> int:
        """Send a form, by a token of its own."""
        await self.get("token", "/m/token")
        body = urlencode({**fields, "csrf_token": _found(_TOKEN, self.answer)}).encode()
        head = f"POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nHongxian-Outbox: yes\r\n"
        return await self._timed(what, head, body)

    async def _timed(self, what: str, head: str, body: bytes) -> int:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head += f"Host: {self._host}\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        began = time.perf_counter()
        name, _, port = self._host.partition(":")
        reader, writer = await asyncio.open_connection(name, int(port))
        writer.write(head.encode() + body)
        told = await reader.read()
        writer.close()
        status = int(told[9:12])
        self._times.note(what, time.perf_counter() - began, status)
        heads, _, self.answer = told.partition(b"\r\n\r\n")
        for each in _COOKIE.findall(heads):
            cookie, _, value = each.decode().partition("=")
            self._cookies[cookie] = value
        return status


def _found(wanted: re.Pattern[bytes], text: bytes) -> str:
    told = wanted.search(text)
    assert told is not None, text[:200]
    return told[1].decode()


async def all_at_once(keys: list[Key], host: str, think: float, fields: dict[str, str]) -> Times:
    """All come in within some seconds, look about, then all sign up at one moment, half of them twice."""
    times = Times()
    hands = [Hand(each, host, times) for each in keys]
    together = asyncio.Event()
    drawn = random.Random(1)

    async def live(number: int, hand: Hand) -> None:
        await asyncio.sleep(drawn.uniform(0, think))
        await hand.come_in()
        for n in range(LOOKS):
            await asyncio.sleep(drawn.uniform(0.5, 1.5) * think)
            await hand.get("page", PAGES[n % len(PAGES)])
        await together.wait()
        sent = {"once": f"bench-sign-up-{number:06}", **fields}
        for _ in range(1 + number % 2):
            await hand.post("sign up", SIGN_UP, sent)

    tasks = [asyncio.create_task(live(*each)) for each in enumerate(hands)]
    await asyncio.sleep(think * (LOOKS * 1.5 + 2))
    together.set()
    await asyncio.gather(*tasks)
    return times


def people(hub: Hub, count: int) -> list[Key]:
    """So many with a phone each."""
    made = []
    with hub, hub.separately():
        for number in range(count):
            private = ec.generate_private_key(ec.SECP256R1())
            key = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            person = Person.create(name=f"示例·{number:04}", scope="community")
            phone = Phone.create(
                of="roster.person", record=person.id, key=key.hex(), code=f"{number:064}"
            )
            made.append(Key(phone.id, private))
    return made


def main() -> None:
    """Measure it and print it."""
    asked = argparse.ArgumentParser(description=__doc__, prog="bench.phones")
    asked.add_argument("--phones", type=int, default=PHONES)
    asked.add_argument(
        "--think", type=float, default=THINK_SECONDS, help="seconds between two pages"
    )
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="hongxian-phones-") as folder:
        told = run(Path(folder), wanted.phones, wanted.think)
    lines = told.pop("table")
    print(json.dumps(told, ensure_ascii=False, indent=2))
    heads = "| what | times | median, ms | p99, ms | longest, ms |"
    print(heads, "|---|---:|---:|---:|---:|", *lines, sep="\n")


def run(folder: Path, count: int, think: float) -> dict[str, Any]:
    """What was measured."""
    hub = Hub.init(folder / "hub", "示例社区")
    keys = people(hub, count)
    with served("hub", folder / "hub", folder / "log") as server:
        host = urlsplit(server.url).netloc.replace("127.0.0.1", "localhost")
        with hub:
            publish(hub, f"http://{host}")
            activity = Activity.create(
                title="示例讲座",
                day=local_today(hub),
                begins=dt.time(9),
                places=PLACES,
                state="open",
            )
        began = cpu_seconds(server.pid)
        times = asyncio.run(all_at_once(keys, host, think, {"activity": activity.id}))
        cpu = cpu_seconds(server.pid) - began
        with hub:
            signed_up = SignUp.select().count()
            places = [each.place for each in SignUp.select() if each.place is not None]
    return {
        "phones": count,
        "think_seconds": think,
        "statuses": times.statuses,
        "cpu_seconds": round(cpu, 1),
        "signed_up": signed_up,
        "places": len(places),
        "places_given_twice": len(places) - len(set(places)),
        "table": list(times.table()),
    }


if __name__ == "__main__":
    main()
