"""casemgr: child-protection case management for Viet Nam, from the first report to the closed and counted case."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The front door: builds the application from the environment (imported lazily, so that rules load without Flask).

    What is loaded here stays: the collector would look through it again and again, a quarter of the start and a part of
    every page. So it waits, and never looks at it later.
    """
    gc.disable()
    try:
        from casemgr.app import build  # noqa: PLC0415 - see above

        return build()
    finally:
        gc.freeze()
        gc.enable()
