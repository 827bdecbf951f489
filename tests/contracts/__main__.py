"""Draw the pictures anew: `.venv/bin/python -m tests.contracts --write`; without --write, say which have changed.

Every address is asked for as every role, which takes one to three minutes.
"""

import os
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from tests.conftest import build
from tests.contracts.pictures import PICTURES
from tests.house import rights


def main(arguments: list[str]) -> int:
    """Compare or write every picture; exit status 1 if one has changed and was not written."""
    changed = []
    # thousands of refusals are asked for, and each is a line of the log
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as log, redirect_stdout(log):
        place = Path(folder)
        house = build(f"sqlite:///{place / 'picture.sqlite3'}", place)
        with house.app.app_context():
            fresh_pictures = {path: draw(house.app) for path, draw in PICTURES.items()}
            fresh_pictures[rights.TABLE] = rights.draw(house)
        for path, fresh in fresh_pictures.items():
            if path.exists() and path.read_text() == fresh:
                continue
            changed.append(path.name)
            if "--write" in arguments:
                path.parent.mkdir(exist_ok=True)
                path.write_text(fresh)
    print(f"{'Written' if '--write' in arguments else 'Changed'}: {', '.join(changed) or 'nothing'}")
    return 0 if not changed or "--write" in arguments else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
