"""What the process takes from itself before it looks at a foreign file. Nothing here can be given back."""

import resource

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
_HANDLES = 3  # what comes in, what goes out, and errors


def before_loading() -> None:
    """Memory, time, nothing written to any file, no further processes, no picture of the memory left behind."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def before_looking() -> None:
    """No file, no socket, no pipe any more: every handle beyond the three is refused by the system."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (_HANDLES, _HANDLES))
