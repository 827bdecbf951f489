"""Flask-Login's place in the house: it is told who is signed in; the session table itself is ours."""

from flask import Flask, g
from flask_login import LoginManager, UserMixin

from casemgr.access.actor import NOBODY, Actor


class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login wants it."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return self.actor.id


def install(app: Flask) -> None:
    """Let Flask-Login ask the request, never a cookie of its own."""
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.request_loader  # type: ignore[untyped-decorator]
    def from_our_table(_: object) -> SignedIn | None:
        actor: Actor = g.get("actor", NOBODY)
        return None if actor is NOBODY else SignedIn(actor)
