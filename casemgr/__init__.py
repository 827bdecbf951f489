"""casemgr: child-protection case management for Viet Nam, from the first report to the closed and counted case."""

from typing import TYPE_CHECKING

from casemgr.core.loading import loading

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The front door: builds the application from the environment (imported lazily, so that rules load without Flask)."""
    with loading():
        from casemgr.app import started  # noqa: PLC0415 - see above

        return started()
