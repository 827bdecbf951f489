"""The way back when the keyring is lost: `python -m casemgr.cli.recover FILE`.

A command of its own, because without its keyring the application does not start. It reads the same settings.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from casemgr.cli.door import plain
from casemgr.cli.keyring import code_files, told_code
from casemgr.core.errors import Refused, Unavailable
from casemgr.security import keyfile, keys
from casemgr.settings import Settings, SettingsRefused, from_environment


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@code_files
@plain
def recover(file: Path, files: Sequence[Path]) -> None:
    """Put a recovery copy in the place of the lost keyring, under the passphrase of this installation.

    Example: python -m casemgr.cli.recover /media/office/casemgr.recovery
    """
    try:
        settings = from_environment()
    except SettingsRefused as refused:
        raise Unavailable(str(refused)) from None
    ring = keys.load(file, keys.PassphraseWrapper(told_code(files)))
    put_in_place(settings, ring)
    click.echo(f"The keyring lies at {settings.keyring}. Now: flask --app wsgi keys verify")


def put_in_place(settings: Settings, ring: keys.Keyring) -> None:
    """Write the keyring where there is none."""
    if settings.keyring.exists():
        raise Refused(
            f"There is a keyring at {settings.keyring}. Move it away first; nothing is overwritten."
        )
    settings.keyring.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.save(
        settings.keyring,
        ring,
        keyfile.wrapper(settings.keyring, settings.keyring_passphrase_file, strong=not settings.demo),
    )


if __name__ == "__main__":
    recover()
