"""A line may be slow; one that stands still, drips or never ends is given up, and costs no memory."""

import tracemalloc
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from bad_lines import bad_line, says
from hongxian_client.transport import line as lines
from hongxian_client.transport.line import PART, Carried, Line, LineFailed
from hongxian_web.serving import Server
from listening import listening

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
MOST = 2 * 2**20


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is twenty seconds in life is less here."""
    monkeypatch.setattr(lines, "STILL_SECONDS", 0.6)


def asked(url: str, body: bytes = b"") -> Carried:
    return Line(url, None).ask("POST", "/", body, {}, MOST)


def failure(url: str, body: bytes = b"") -> LineFailed:
    with pytest.raises(LineFailed) as caught:
        asked(url, body)
    return caught.value


def echo(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


@pytest.fixture
def hub() -> Server:
    return Server(echo, "127.0.0.1", 0, threads=2, welcomes=lambda _: True)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("parts", [(), (HEAD[:9],), (HEAD % 9,), (HEAD % 9, b"12345")])
def test_an_answer_that_stands_still_is_given_up_wherever_it_does(parts: tuple[bytes, ...]) -> None:
    with says(*parts) as url:
        error = failure(url)
    assert "stood still" in error.why.en or "too slow" in error.why.en
    assert f"{len(b''.join(parts))} received" in error.why.en
    assert error.took_long


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("parts", [(), (HEAD % 99_999,), (b"HTTP/1.1 200 OK\r\nName: ",)])
def test_an_answer_that_drips_is_given_up_though_something_always_comes(
    parts: tuple[bytes, ...],
) -> None:
    with says(*parts, again=b"H", pause=0.05) as url:
        error = failure(url)
    assert "too slow" in error.why.en
    assert error.took_long


@pytest.mark.usefixtures("impatient")
def test_a_request_that_stands_still_is_given_up(hub: Server) -> None:
    with listening(hub) as url, bad_line(url, up=100_000, then="still") as line:
        error = failure(line.url, bytes(8 * 2**20))
    assert error.took_long
    assert error.carried == 8 * 2**20
    assert "the line" in error.why.en


@pytest.mark.usefixtures("impatient")
def test_what_moves_goes_on_for_longer_than_a_line_may_stand_still(hub: Server) -> None:
    body = bytes(range(256)) * 1024
    with listening(hub) as url, bad_line(url, packet=4096, pause=0.03) as line:
        assert asked(line.url, body).data == body  # two seconds, each way


def test_what_comes_in_tiny_packets_is_read_like_any_other(hub: Server) -> None:
    with listening(hub) as url, bad_line(url, packet=1) as line:
        assert asked(line.url, b"abc" * 200).data == b"abc" * 200


@pytest.mark.parametrize("head", [HEAD % 2**40, b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_without_end_is_read_no_further_than_is_wanted(head: bytes) -> None:
    with says(head, again=bytes(2**20)) as url:
        asked(url)  # whatever is imported by the first request
        tracemalloc.start()
        answer = asked(url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert not answer.is_whole
    assert len(answer.data) <= lines.FIRST_BYTES
    assert peak < 2 * MOST + 4 * 2**20  # which the other end holds


@pytest.mark.parametrize("then", ["cut", "ended"])
@pytest.mark.parametrize("passes", [0, 7, 40, 100, PART, 3 * PART])
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_line_that_dies_is_told_from_an_answer(
    hub: Server, way: str, passes: int, then: str
) -> None:
    with listening(hub) as url, bad_line(url, **{way: passes}, then=then) as line:
        error = failure(line.url, bytes(4 * PART))
        assert asked(url, b"1").data == b"1"  # the hub goes on
    assert "broke" in error.why.en
    assert error.carried >= 4 * PART
    assert not error.took_long


def test_a_connection_that_was_let_go_meanwhile_is_made_anew_and_no_failure(hub: Server) -> None:
    with listening(hub) as url, bad_line(url) as bad:
        line = Line(bad.url, None)
        for _ in range(2):
            assert line.ask("POST", "/", b"1", {}, MOST).data == b"1"
        assert len(bad.connections) == 1
        bad.drop()
        assert line.ask("POST", "/", b"2", {}, MOST).data == b"2"
        assert len(bad.connections) == 2


def test_where_no_connection_lives_long_each_request_has_its_own(hub: Server) -> None:
    with listening(hub) as url, bad_line(url, both=3_000) as bad:
        line = Line(bad.url, None, keeps=False)
        for _ in range(3):
            assert line.ask("POST", "/", bytes(1_000), {}, MOST).data == bytes(1_000)
        assert len(bad.connections) == 3
