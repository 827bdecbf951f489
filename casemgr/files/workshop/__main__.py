"""One file: a line of JSON and its bytes come in; a line of JSON, the viewing copy and the small picture go out."""

import json
import sys
from importlib import import_module

from casemgr.files.workshop import limits
from casemgr.files.workshop.made import Made, NotTaken

_WHO = {
    "jpeg": "pictures",
    "png": "pictures",
    "webp": "pictures",
    "pdf": "portable",
    "docx": "words",
}


def main() -> None:
    limits.before_loading()
    told = json.loads(sys.stdin.buffer.readline(1000))
    workman = import_module(f"casemgr.files.workshop.{_WHO.get(told['kind'], 'recordings')}")
    limits.before_looking()
    data = sys.stdin.buffer.read(told["size"])
    try:
        made = workman.prove(told["kind"], data)
    except NotTaken as refusal:
        _answer({"refused": refusal.code})
    except (MemoryError, RecursionError):
        _answer({"refused": "too_long"})
    except Exception:  # noqa: BLE001 - whatever the decoder stumbled over, the file is not what it should be
        _answer({"refused": "damaged"})
    else:
        _hand_over(made)


def _hand_over(made: Made) -> None:
    _answer({"kind": made.kind, "copy": len(made.copy), "small": len(made.small), "facts": made.facts})
    sys.stdout.buffer.write(made.copy)
    sys.stdout.buffer.write(made.small)


def _answer(told: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")


if __name__ == "__main__":
    main()
