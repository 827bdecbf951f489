"""What is loaded for good: the collector of garbage need not look at it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 10_000  # objects: a page or a report makes thousands, and nearly all of them go with it


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
