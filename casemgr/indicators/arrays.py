"""Arrays of numbers: numpy, loaded when the first table is counted and not when the house starts."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
else:

    class _Late:
        """Stands for the module until something of it is asked for."""

        def __getattr__(self, name):
            found = getattr(import_module("numpy"), name)
            setattr(self, name, found)
            return found

    np = _Late()

__all__ = ["np"]
