"""Several who work at the same time."""

import threading
from collections.abc import Callable, Iterable


def at_once(works: Iterable[Callable[[], None]]) -> None:
    """Each work in a thread of its own, until all are done; the first fault of any of them is raised then."""
    faults: list[BaseException] = []

    def done(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - raised again by the one who waits
            faults.append(fault)

    people = [threading.Thread(target=done, args=(work,)) for work in works]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if faults:
        raise faults[0]
