"""How many instructions some work took, as the processor itself counts them: what stays the same from hour to hour.

Linux counts them for whoever may ask (perf_event_open(2)); where it does not let us, nothing is told.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

_NUMBER_OF_CALL = {"x86_64": 298, "aarch64": 241}  # of perf_event_open
_HARDWARE, _INSTRUCTIONS = 0, 1
_INHERIT, _NOT_THE_KERNEL, _NOT_THE_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_SIZE = 112  # of the fifth version of what is asked
_ASKED = struct.Struct("=IIQQQQQ").pack(
    _HARDWARE, _SIZE, _INSTRUCTIONS, 0, 0, 0, _INHERIT | _NOT_THE_KERNEL | _NOT_THE_HYPERVISOR
)
_ANY_PROCESSOR, _NO_GROUP = -1, -1


@contextmanager
def counting(processes: Sequence[int] = (0,)) -> Iterator[Callable[[], int | None]]:
    """Tells, when asked, what some processes, or this one with the threads it starts, have carried out since, outside of
    the kernel; None where that is not counted."""
    files = [_opened(thread) for process in processes for thread in _threads_of(process)]

    def told() -> int | None:
        if any(file < 0 for file in files):
            return None
        return sum(int.from_bytes(os.read(file, 8), "little") for file in files)

    try:
        yield told
    finally:
        for file in files:
            if file >= 0:
                os.close(file)


def each(instructions: int | None, pieces: int) -> float | None:
    """Millions for one of some pieces of work."""
    return None if instructions is None else round(instructions / max(1, pieces) / 1e6, 2)


def _threads_of(process: int) -> list[int]:
    return [int(name) for name in os.listdir(f"/proc/{process}/task")] if process else [0]


def _opened(thread: int) -> int:
    call = _NUMBER_OF_CALL.get(platform.machine())
    if call is None or platform.system() != "Linux":
        return -1
    asked = ctypes.create_string_buffer(_ASKED, _SIZE)
    return int(ctypes.CDLL(None).syscall(call, asked, thread, _ANY_PROCESSOR, _NO_GROUP, 0))
