"""The cookie: before sign-in a small signed one for the forgery token, after it only a random token for our own table."""

import hashlib
import hmac
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

BEFORE = "visit"


def left(cookie: str) -> str:
    """The cookie with the token of a session that was signed out: it opens nothing, and tells whose a late form was."""
    return "__Host-left" if cookie.startswith("__Host-") else "left"


class VisitSession(SecureCookieSession):
    """What Flask calls the session: holds the forgery token and nothing else."""


class TokenSessions(SecureCookieSessionInterface):
    """Forgery tokens follow the session token of our own table once somebody has signed in."""

    session_class = VisitSession

    def __init__(self, cookie: str, secret: bytes) -> None:
        self._cookie = cookie
        self._secret = secret

    def get_cookie_name(self, app: Flask) -> str:
        return f"__Host-{BEFORE}" if self._cookie.startswith("__Host-") else BEFORE

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        token = request.cookies.get(self._cookie) or request.cookies.get(left(self._cookie))
        if not token:
            return super().open_session(app, request)
        bound = hmac.new(self._secret, b"forgery" + token.encode(), hashlib.sha256).hexdigest()
        session = VisitSession({"csrf_token": bound})
        session.modified = False
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified and not getattr(response, "signed_in", False):
            super().save_session(app, session, response)


def set_token(response: Response, cookie: str, token: str, *, secure: bool) -> None:
    """Hand the browser its session token."""
    options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": secure, "path": "/"}
    response.set_cookie(cookie, token, **options)


def drop_token(response: Response, cookie: str, *, secure: bool) -> None:
    """Take the session token back and ask the browser to forget what it kept."""
    response.delete_cookie(cookie, path="/", httponly=True, samesite="Lax", secure=secure)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
