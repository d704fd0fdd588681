"""One connection: requests come in whole before a thread answers them, and answers go out without it."""

from __future__ import annotations

import asyncio
import errno
import io
from contextlib import closing, suppress
from email.utils import formatdate
from wsgiref.types import WSGIEnvironment

import h11
import orjson

from hongxian.text import Text
from hongxian.wire.refusal import Refusal
from hongxian.words.logs import logger
from hongxian_web.serving.following import Following, Place
from hongxian_web.serving.guests import Guest
from hongxian_web.serving.house import House
from hongxian_web.serving.line import Line
from hongxian_web.serving.spool import Full, Spool
from hongxian_web.serving.wsgi import Address, Answer, environ_of, set_body, set_unread

log = logger(__name__)

_CLOSE = ("Connection", "close")
_UNANSWERED = (h11.IDLE, h11.SEND_RESPONSE)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_WITHOUT_BODY = (204, 304)
_WHY = {
    400: ("BadRequest", Text("这不是可以回答的请求。", "This is no request that can be answered.")),
    408: ("RequestTimeout", Text("请求来得太慢，请再试。", "It came too slowly; try again.")),
    413: ("RequestEntityTooLarge", Text("请求太大。", "The request is too large.")),
    431: (
        "RequestHeaderFieldsTooLarge",
        Text("请求的开头太长。", "The request's head is too long."),
    ),
    500: (
        "HubProblem",
        Text("这里出了问题，请稍后再试。", "Something broke here; try again later."),
    ),
    501: ("NotImplemented", Text("不懂这种传输方式。", "This transfer coding is not understood.")),
    507: (
        "StorageFailed",
        Text("磁盘满了，请腾出空间后重试。", "The disk is full; free some space and retry."),
    ),
    503: ("HubProblem", Text("现在太忙，请稍后再试。", "Too much is under way; try again later.")),
}


class Visit:
    """A connection's requests, one after the other, until either side ends it."""

    def __init__(
        self, house: House, guest: Guest, line: Line, peer: Address, here: Address
    ) -> None:
        self._house, self._line, self._peer, self._here = house, line, peer, here
        self._limits = house.limits
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=house.limits.head)
        self._guest = guest

    async def run(self) -> None:
        """Answer until it ends; whoever is too slow, or gone, is left."""
        try:
            while await self._answer_next():
                self._http.start_next_cycle()
        except h11.RemoteProtocolError as error:
            await self._refuse(error.error_status_hint)
        except Full:
            await self._refuse(503)
        except TimeoutError:
            if self._has_begun and self._http.our_state in _UNANSWERED:
                await self._refuse(408)
            self._line.abort()
        except ConnectionError:
            pass
        except OSError as error:  # of a file in which a request or an answer lay
            log.warning("failed errno=%s", error.errno)
            await self._refuse(507 if error.errno in _NO_ROOM else 500)
        except Exception:
            log.exception("failed")
            await self._refuse(500)
        await self._line.close()

    async def _answer_next(self) -> bool:
        """Whether another request may follow the one that was answered."""
        house, guest = self._house, self._guest
        house.guests.wait(guest)
        request = await self._head()
        if request is None:
            return False
        environ = environ_of(request, self._here, self._peer, house.scheme)
        following = await self._answer(environ)
        if following is not None:
            del environ, request  # a follower stays for days
            await self._follow(following)
            return False
        if self._http.their_state is h11.SEND_BODY:
            await self._linger()
        return self._http.our_state is self._http.their_state is h11.DONE

    async def _answer(self, environ: WSGIEnvironment) -> Following | None:
        """Read the rest of a request and answer it; how the answer goes on, if it does."""
        house, guest = self._house, self._guest
        with (
            closing(house.spool()) as body,
            closing(house.spool()) as given,
            closing(Place(environ)) as place,
        ):
            if self._is_small(environ):
                await self._read_body(body)
                house.guests.work(guest)
                set_body(environ, body)
            elif await self._is_welcome(environ):
                house.guests.work(guest)
                await self._read_body(body)
                set_body(environ, body)
            else:
                set_unread(environ)
            answer = await house.answer(environ, given)
            with closing(answer.body):  # a file of the app's own, perhaps
                await self._send(answer, goes_on=place.holds)
            return place.take()

    # -- in ----------------------------------------------------------------------------------

    @property
    def _has_begun(self) -> bool:
        """Whether a part of a request has come."""
        return bool(self._http.trailing_data[0]) or self._http.their_state is h11.SEND_BODY

    async def _head(self) -> h11.Request | None:
        """The next request's head; None when no request follows. Raises `TimeoutError`."""
        if not self._has_begun:
            async with asyncio.timeout(self._limits.idle):
                self._http.receive_data(await self._line.receive())
        head = self._ready()
        if head is None:
            async with asyncio.timeout(self._limits.whole_head):
                head = await self._event()
        if not isinstance(head, h11.Request):
            return None
        names = {name for name, _ in head.headers}
        if not head.target.startswith(b"/") or names >= {b"content-length", b"transfer-encoding"}:
            raise h11.RemoteProtocolError("no path, or two lengths")
        return head

    def _ready(self) -> h11.Event | None:
        """What has come already; None when more has to come."""
        event = self._http.next_event()
        return None if isinstance(event, type) else event  # which is NEED_DATA

    async def _event(self) -> h11.Event:
        while (event := self._ready()) is None:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                await self._hand_out(self._http.send(go_on) or b"")
            self._http.receive_data(await self._line.receive())
        return event

    def _is_small(self, environ: WSGIEnvironment) -> bool:
        """Whether anybody may send so much; what does not say how much it is, is not small."""
        length = int(environ.get("CONTENT_LENGTH", 0))
        return length <= self._limits.stranger and "HTTP_TRANSFER_ENCODING" not in environ

    async def _is_welcome(self, environ: WSGIEnvironment) -> bool:
        length = int(environ.get("CONTENT_LENGTH", 0))
        return length <= self._limits.body and await self._house.knows(environ)

    async def _read_body(self, body: Spool) -> None:
        """Read it whole; raises `TimeoutError` when it is slow, or `Full`."""
        loop, limits = asyncio.get_running_loop(), self._limits
        end = loop.time() + limits.whole_body
        due = limits.pace
        async with asyncio.timeout(limits.pace_time) as pace:
            while isinstance(event := await self._event(), h11.Data):
                body.write(event.data)
                if body.size > limits.body:
                    raise h11.RemoteProtocolError("endless", error_status_hint=413)
                if body.size >= due:
                    due = body.size + limits.pace
                    pace.reschedule(min(loop.time() + limits.pace_time, end))

    async def _linger(self) -> None:
        """Throw away what still comes: its sender reads the answer once it has sent all."""
        self._line.finish()
        self._house.guests.wait(self._guest)
        async with asyncio.timeout(self._limits.linger):
            while await self._line.receive():
                pass

    # -- out ---------------------------------------------------------------------------------

    async def _follow(self, following: Following) -> None:
        """Hand out what goes on behind an answer, until either side ends it: whoever follows may be sent away."""
        self._house.guests.wait(self._guest)
        following.begin(self._line.wake)
        try:
            while not (self._line.has_ended or self._house.is_closing):
                if not following.is_rung:
                    await self._line.wait(following.beat)
                    if self._line.has_ended:
                        return
                await self._hand_out(self._http.send(h11.Data(data=following.next_word())) or b"")
                await asyncio.sleep(following.gap)
        finally:
            following.end()

    async def _send(self, answer: Answer, *, goes_on: bool) -> None:
        """Hand an answer out, as its reader takes it; raises `TimeoutError` when that is slow."""
        headers = [*answer.headers, ("Date", formatdate(usegmt=True))]
        is_told = any(name.lower() == "content-length" for name, _ in headers)
        if goes_on:
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        elif not is_told and answer.status not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(answer.size)))
        if self._house.is_closing or goes_on or self._http.their_state is not h11.DONE:
            headers.append(_CLOSE)
        with closing(answer.body):
            out = self._http.send(h11.Response(status_code=answer.status, headers=headers)) or b""
            while part := answer.body.read(self._limits.pace):
                out += self._http.send(h11.Data(data=part)) or b""
                await self._hand_out(out)
                out = b""
            if not goes_on:
                out += self._http.send(h11.EndOfMessage()) or b""
            await self._hand_out(out)

    async def _hand_out(self, out: bytes) -> None:
        if not self._line.write(out):
            async with asyncio.timeout(self._limits.pace_time):
                await self._line.flush()

    async def _refuse(self, status: int) -> None:
        """Say why there is no answer, where one is due, and that the connection ends."""
        if self._http.our_state not in _UNANSWERED:
            return self._line.abort()
        error, message = _WHY.get(status, _WHY[400])
        said = orjson.dumps(Refusal(error=error, message=message, facts={}))
        headers = [("Content-Type", "application/json")]
        with suppress(TimeoutError, ConnectionError):
            await self._send(Answer(status, headers, io.BytesIO(said), len(said)), goes_on=False)
            await self._linger()
