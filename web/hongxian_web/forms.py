"""What every form that is posted carries unseen: the token against forgery, and where to go back."""

from __future__ import annotations

from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup


def hidden() -> Markup:
    """Two hidden inputs; `next` is the page under way."""
    here = request.root_path + (request.full_path if request.query_string else request.path)
    return Markup(
        '<input type="hidden" name="csrf_token" value="{}">'
        '<input type="hidden" name="next" value="{}">'
    ).format(generate_csrf(), here)


def add_to(app: Flask) -> None:
    """Let templates write `{{ hidden() }}` inside a form."""
    app.jinja_env.globals.update(hidden=hidden)
