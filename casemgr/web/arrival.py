"""How a request has to come: in signs that can be stored; where people are real by HTTPS, and to the name of this house.

A proxy leads browsers over and knows its own name; this holds where it was set up carelessly.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from werkzeug.sansio.utils import host_is_trusted

_HERE = ("localhost", "127.0.0.1", "[::1]")  # whoever watches over the server asks it on its own machine
_HEALTH = frozenset({"/healthz", "/readyz"})
_MACHINES = "/api/"  # they are told of their mistake: led over, they would go on sending in the clear
_LED_OVER = frozenset({"GET", "HEAD"})


def install(app: Flask, *, strict: bool, public_url: str) -> None:
    """Turn away what no address of ours can hold; if strict, what came by HTTP, or to another name than the settings tell."""

    @app.before_request
    def in_signs_of_ours() -> None:
        # PostgreSQL takes a nought for a fault of ours; machines are told which field holds it
        in_question = b"%00" in request.query_string and not request.path.startswith(_MACHINES)
        if "\0" in request.path or in_question:
            abort(404)

    if strict:
        _in_the_open_to_nobody(app, public_url)


def _in_the_open_to_nobody(app: Flask, public_url: str) -> None:
    name = urlsplit(public_url).netloc
    names = (name.rpartition(":")[0] or name, *_HERE) if name else ()

    @app.before_request
    def as_it_should() -> Response | None:
        known = not names or host_is_trusted(request.host, names)
        if known and (request.is_secure or request.path in _HEALTH):
            return None
        led = name and request.method in _LED_OVER and not request.path.startswith(_MACHINES)
        if not known or not led:
            abort(400)
        return redirect(f"https://{name}{request.full_path.rstrip('?')}", 308)  # type: ignore[return-value]
