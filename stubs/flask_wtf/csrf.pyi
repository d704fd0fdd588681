# What the pages use of Flask-WTF 1.2, which tells no types of its own.

from flask import Flask
from werkzeug.exceptions import BadRequest

class CSRFError(BadRequest): ...

class CSRFProtect:
    def init_app(self, app: Flask) -> None: ...

def generate_csrf() -> str: ...
