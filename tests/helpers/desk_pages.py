"""Pages of a desk that is another process, over a real socket."""

import time
from collections.abc import Callable
from http.client import HTTPConnection

from command_line import DEADLINE


def asked(host: str, path: str, cookie: str = "") -> tuple[int, str]:
    """A page of the desk as a browser with this cookie gets it: status and a new cookie; 0 while nobody listens."""
    line = HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=DEADLINE)
    try:
        line.request("GET", path, headers={"Host": host, "Cookie": cookie})
        answer = line.getresponse()
    except OSError:
        return 0, ""
    finally:
        line.close()
    return answer.status, (answer.headers["Set-Cookie"] or "").partition(";")[0]


def waited_for(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + DEADLINE
    while not what():
        assert time.monotonic() < give_up
        time.sleep(0.2)
