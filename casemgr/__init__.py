"""casemgr: child-protection case management for Viet Nam, from the first report to the closed and counted case."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

_YOUNG = 10_000  # objects: a page or a report makes thousands, and nearly all of them go with it


def create_app() -> "Flask":
    """The front door: builds the application from the environment (imported lazily, so that rules load without Flask)."""
    with loading():
        from casemgr.app import build  # noqa: PLC0415 - see above

        return build()


@contextmanager
def loading() -> Iterator[None]:
    """What is loaded here stays: the collector would look through it again and again, a quarter of the start and a part
    of every page. So it waits, never looks at it later, and at what is new less often."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
        gc.enable()
