"""Long lists in portions: no statement carries more values than a database takes, nobody holds more than is worked on."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def portions(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in their order, at most `size` at once; nothing of an empty list."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
