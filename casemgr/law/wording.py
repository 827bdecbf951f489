"""A sentence that the data carries in both languages."""

from dataclasses import dataclass

from casemgr.core.words import ENGLISH, both


@dataclass(frozen=True)
class Wording:
    """The same thing said in Vietnamese and in English."""

    vi: str
    en: str

    def text(self, lang: str) -> str:
        """The sentence in one language: English for `en`, Vietnamese for all else."""
        return self.en if lang == ENGLISH else self.vi

    def __str__(self) -> str:
        return both(self.vi, self.en)

    def __mod__(self, values: dict[str, object]) -> "Wording":
        return Wording(self.vi % values, self.en % values)
