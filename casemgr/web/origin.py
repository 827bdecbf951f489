"""Who sent this form: a page of ours, or a page of somebody else in the same browser. The token is asked for besides."""

from flask import Flask, request
from flask_wtf.csrf import CSRFError

_ONLY_READ = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED = "/api/"  # machines carry no cookie: they sign each request


def install(app: Flask) -> None:
    """Refuse what changes something and was sent by another site; a browser that says nothing shows its token only."""

    @app.before_request
    def from_a_page_of_ours() -> None:
        if request.method in _ONLY_READ or request.path.startswith(_SIGNED):
            return
        if _sent_from_elsewhere():
            raise CSRFError("sent from another site")


def _sent_from_elsewhere() -> bool:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site in ("cross-site", "same-site"):
        return True
    if origin is None or origin.lower() == request.host_url.rstrip("/").lower():
        return False
    # A proxy that hardens our Referrer-Policy makes our own forms say `null`; the browser itself still knows better.
    return not (origin == "null" and site == "same-origin")
