"""What a desk that begins anew hands to itself: who sits at which browser, so that nobody has to come in again.

It lies in a file of the data folder for the moment between the two, for this account alone. Who reads it
takes it away, and what has lain there for longer is not believed.
"""

from __future__ import annotations

from dataclasses import asdict

from flask.json.tag import TaggedJSONSerializer

from hongxian.security.keys import write_privately
from hongxian.words.values import JsonObject
from hongxian_client.desk.browsers import Browser
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.people import Person

FILE = "desk.handover"
GOOD_MILLISECONDS = 60_000
"""So long it may take to begin anew."""
_JSON = TaggedJSONSerializer()
"""As Flask keeps a session: what is told once, at the next page, is of tuples."""


def hand_over(desk: Desk) -> None:
    """Leave what the desk knows of its browsers for the one that comes."""
    told = {
        "at": desk.replica.now(),
        "secret": desk.secret,
        "browsers": [_as_json(each) for each in desk.browsers.all()],
    }
    content = desk.replica.safe.closed(_JSON.dumps(told).encode())
    write_privately(desk.replica.folder / FILE, content)


def take_over(desk: Desk) -> None:
    """Take what the desk before has left, if it has just now."""
    path = desk.replica.folder / FILE
    try:
        told = _JSON.loads(desk.replica.safe.opened(path.read_bytes()).decode())
        path.unlink()
    except (FileNotFoundError, ValueError):
        return
    if abs(desk.replica.now() - told["at"]) < GOOD_MILLISECONDS:
        desk.secret = told["secret"]
        desk.browsers.put(map(_browser, told["browsers"]))


def _as_json(browser: Browser) -> JsonObject:
    person = asdict(browser.person) if browser.person else None
    held = {name: getattr(browser, name) for name in ("id", "last", "touched")}
    return {**held, "person": person, "session": dict(browser)}


def _browser(told: JsonObject) -> Browser:
    browser = Browser(told.pop("session"))
    person = told.pop("person")
    vars(browser).update(told, person=Person(**person) if person else None)
    return browser
