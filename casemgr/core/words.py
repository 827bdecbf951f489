"""Words on the page: English in the code, Vietnamese beside it, one fragment of the catalogue per room."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

VIETNAMESE, ENGLISH = "vi", "en"
LANGUAGES = (VIETNAMESE, ENGLISH)

_language: ContextVar[str] = ContextVar("language", default=VIETNAMESE)
_FRAGMENTS = Path(__file__).parent.parent / "translations"


def language() -> str:
    """The language of the page that is being made."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Make everything inside in one language."""
    mark = _language.set(code if code in LANGUAGES else VIETNAMESE)
    try:
        yield
    finally:
        _language.reset(mark)


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Every sentence of a language by its English original, gathered from the fragments of all rooms."""
    sentences: dict[str, str] = {}
    for fragment in sorted((_FRAGMENTS / code).glob("*.po")):
        with fragment.open("rb") as file:
            for message in read_po(file, locale=code):
                if message.id and isinstance(message.id, str) and message.string:
                    sentences[message.id] = str(message.string)
    return sentences


def _(sentence: str, **values: object) -> str:
    """The sentence in the language of the page, with its values put in."""
    code = language()
    said = sentence if code == ENGLISH else catalogue(code).get(sentence, sentence)
    return said % values if values else said


def decimal(number: float, places: int = 1) -> str:
    """12,5 or 12.5: a number with its decimal mark as the language of the page has it."""
    told = f"{number:.{places}f}"
    return told if language() == ENGLISH else told.replace(".", ",")


class Later:
    """A sentence that is put into the reader's language when it is shown, not when it is written down."""

    __slots__ = ("_sentence", "_values")

    def __init__(self, sentence: str, **values: object) -> None:
        self._sentence, self._values = sentence, values

    def __str__(self) -> str:
        return _(self._sentence, **self._values)

    def __mod__(self, values: Mapping[str, object]) -> "Later":
        return Later(self._sentence, **{**self._values, **values})

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._sentence)

    @property
    def original(self) -> str:
        """The English sentence, for tests that watch the catalogue."""
        return self._sentence


def _l(sentence: str, **values: object) -> Later:
    """The sentence, to be said later in the reader's language."""
    return Later(sentence, **values)


def both(vietnamese: str, english: str) -> str:
    """One of two labels that dated data carries in both languages."""
    return english if language() == ENGLISH and english else vietnamese
