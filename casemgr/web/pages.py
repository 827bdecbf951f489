"""page(): a template with the few names every page shares, and nothing else."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, current_app, g, make_response, request, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from casemgr.access.actor import NOBODY
from casemgr.core import words
from casemgr.core.clock import SystemClock
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Findings
from casemgr.web import drafts, icons
from casemgr.web.room import house
from casemgr.web.spoken import Environment, escaped

_FRAME_S_OWN = frozenset({"csrf_token", "demo", "here", "lang", "signed_in"})


def page(template: str, **values: Any) -> Response:
    """Make a page in the reader's language."""
    if taken := _FRAME_S_OWN & values.keys():
        raise TypeError(f"The frame of every page needs these names itself: {', '.join(sorted(taken))}.")
    objection = g.get("objection")
    found = (
        objection.findings
        if isinstance(objection, RuleBroken) and isinstance(objection.findings, Findings)
        else None
    )
    shared: dict[str, Any] = {
        "lang": words.language(),
        "demo": house().demo,
        "here": _here(),
        "csrf_token": cache(generate_csrf),  # the frame alone has several forms, and all carry the same one
        "signed_in": g.get("actor", NOBODY) is not NOBODY,
        "objection": objection,
        "findings": found,
        "rescued": g.get("draft"),  # what was typed before the session ended, by field
        "now": g.get("now") or SystemClock().now(),
        **_frame(),
    }
    shared.update(values)
    current_app.update_template_context(shared)
    return make_response(_spoken(words.language()).get_template(template).render(shared))


def text(template: str, **values: Any) -> str:
    """A piece of a page in the reader's language, without the frame: for paper."""
    return _spoken(words.language()).get_template(template).render(lang=words.language(), **values)


def _spoken(language: str) -> Environment:
    """The templates in one language, compiled as they are asked for."""
    found: dict[str, Environment] = current_app.extensions["casemgr.spoken"]
    return found[language]


def language_cookie() -> str:
    """The name of the cookie with the reader's language."""
    return "__Host-lang" if house().secure else "lang"


def _here() -> str:
    """The address of this page for coming back to it: one that can be opened, also after something was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.path if drafts.opens(request.path) else "/"


def _frame() -> dict[str, Any]:
    """What the frame shows about the person: name, unit, role, menu. Without a desk (error pages) only the mark."""
    desk = g.get("desk")
    empty: dict[str, Any] = {"actor": None, "menu": [], "bottom_menu": [], "now_words": ""}
    if desk is None or g.get("actor", NOBODY) is NOBODY or not desk.session.is_active:
        return empty
    return {**empty, **house().describe(desk)}


def _said(sentence: str, **values: Any) -> Markup:
    """A sentence of ours in the reader's language; what is put into it is escaped, but a number, which stays one."""
    said = words._(sentence)
    if values:
        said %= {
            name: value if isinstance(value, int | float) else escaped(value)
            for name, value in values.items()
        }
    return Markup(said)  # noqa: S704 - the sentence stands in the template and in the catalogue


def _version_statics(app: Flask) -> None:
    """Name static files by their content, so that browsers may keep them for ever and never keep an old one."""
    digests: dict[str, str] = {}

    @app.url_defaults
    def by_content(endpoint: str, values: dict[str, Any]) -> None:
        name = values.get("filename")
        if endpoint != "static" or not name or "v" in values:
            return
        if name not in digests:
            path = Path(app.static_folder or "") / name
            digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"
        values["v"] = digests[name]


def install(app: Flask) -> None:
    """Set the language of each request, and make templates strict: an unknown name is an error."""
    _version_statics(app)
    app.jinja_environment = Environment
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=_said, gettext=_said, both=words.both, drawn_icon=icons.icon, drawn_path=icons.path, url_for=url_for
    )
    templates = cast(Environment, app.jinja_env)
    app.extensions["casemgr.spoken"] = {code: templates.spoken(code) for code in words.LANGUAGES}

    @app.before_request
    def choose_language() -> None:
        told = request.cookies.get(language_cookie(), words.VIETNAMESE)
        g.speaking = words.speaking(told)
        g.speaking.__enter__()

    @app.teardown_request
    def stop_speaking(_error: BaseException | None) -> None:
        speaking = g.pop("speaking", None)
        if speaking is not None:
            speaking.__exit__(None, None, None)
