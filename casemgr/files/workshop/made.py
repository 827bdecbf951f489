"""What a proof gives: the facts of a file and the copies made of it; or a refusal by its code."""

from dataclasses import dataclass, field


class NotTaken(Exception):
    """The file is not what it seems or not what is taken; the code says why (casemgr.files.rules.REFUSED)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Made:
    """A file that was decoded to its end."""

    kind: str
    copy: bytes = b""
    small: bytes = b""
    facts: dict[str, int] = field(default_factory=dict)
