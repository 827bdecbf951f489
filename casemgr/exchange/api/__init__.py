"""The interface for machines: signed requests in, plain values out, errors in one shape (RFC 9421, 9457, 9530)."""

from flask import Flask

from casemgr.exchange.api import errors, health, openapi
from casemgr.exchange.api.v1 import indicators, referrals

ROOMS = (referrals.room, indicators.room, health.room)


def install(app: Flask) -> None:
    """Open the interface. Its requests carry a signature each, so that no forgery token is asked for."""
    errors.install(app)
    openapi.describe(app, ROOMS)
    for room in (*ROOMS, openapi.room):
        app.extensions["csrf"].exempt(room)
