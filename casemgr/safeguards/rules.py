"""Who may be named, who is kept out, who acts instead, and how long glass stays broken. Pure."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from casemgr.core.findings import Finding, Findings, blocks
from casemgr.core.text import fold
from casemgr.core.words import _l
from casemgr.safeguards.terms import Around, Declared, Handed, Kin, Person, Piece, Whose

OPEN_FOR = timedelta(hours=24)
REVIEW_WITHIN = 3  # working days
MOST_A_DAY = 3  # openings of one person in one day
MOST_IN_VAIN = 6  # tries of one person in one day that opened nothing; a wrong letter must not shut out who helps a child
TOLD_AFTER = 3  # of them, then the supervisor is told
MOST_HOUSEHOLD = 20
_SHORTEST_REASON = 15
_IDENTITY_LENGTHS = (9, 12)
_PHONE_LENGTHS = range(9, 13)
_NOTHING = frozenset({"", "khong", "khong co", "chua co", "khong biet", "no", "none"})


def digits(typed: str) -> str:
    """The digits of a number however it is written: with spaces, dots, lines, in full width."""
    if not typed:
        return ""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign in "0123456789")


def is_nothing(typed: str) -> bool:
    """Whether somebody wrote that there is none."""
    return fold(typed) in _NOTHING


def identity(typed: str | None) -> str:
    """An identity number in its one form; nothing if it is none."""
    found = digits(typed or "")
    return found if len(found) in _IDENTITY_LENGTHS else ""


def phone(typed: str | None) -> str:
    """A telephone number as it is dialled here: +84, 84 and 0 are the same."""
    found = digits(typed or "")
    if found.startswith("0084"):
        found = found[2:]
    if found.startswith("84") and len(found) in (10, 11, 12):
        found = "0" + found[2:].removeprefix("0")
    elif found and not found.startswith(("0", "1")):
        found = "0" + found
    return found if len(found) in _PHONE_LENGTHS else ""


def identity_errors(typed: str) -> Sequence[object]:
    """What is wrong with a declared identity number."""
    if is_nothing(typed) or (identity(typed) and _only_number(typed)):
        return ()
    return (_l("An identity number has 9 or 12 digits. Leave it empty if there is none."),)


def phone_errors(typed: str) -> Sequence[object]:
    """What is wrong with a declared telephone number."""
    if is_nothing(typed) or (phone(typed) and _only_number(typed)):
        return ()
    return (_l("Write a telephone number, for example 0912 345 678. Leave it empty if there is none."),)


def _only_number(typed: str) -> bool:
    return all(sign in "0123456789 .-+()" for sign in unicodedata.normalize("NFKC", typed).strip())


def household(typed: str) -> tuple[tuple[Kin, ...], Sequence[object]]:
    """The people of a household, one in each line: name, and if known year of birth, identity number, telephone."""
    found: list[Kin] = []
    errors: list[object] = []
    for number, line in enumerate(filter(None, map(str.strip, typed.splitlines())), start=1):
        one = _kin(line)
        if one is None:
            errors.append(
                _l(
                    "Line %(number)s cannot be read. Write: name, year of birth, identity number, telephone.",
                    number=number,
                )
            )
        else:
            found.append(one)
    if len(found) > MOST_HOUSEHOLD:
        errors.append(_l("At most %(count)s persons.", count=MOST_HOUSEHOLD))
    return tuple(found), errors


def _kin(line: str) -> Kin | None:
    name, *rest = (part.strip() for part in unicodedata.normalize("NFKC", line).replace(";", ",").split(","))
    one = Kin(name)
    if not name or digits(name):
        return None
    for part in filter(lambda part: not is_nothing(part), rest):
        number = digits(part)
        if not _only_number(part):
            return None
        if len(number) == 4 and 1900 <= int(number) <= 2100:
            one = replace(one, birth_year=int(number))
        elif identity(part) and not part.startswith("+"):
            one = replace(one, identity=identity(part))
        elif phone(part):
            one = replace(one, phone=phone(part))
        else:
            return None
    return one


def household_text(known: Collection[Kin]) -> str:
    """The same as it is shown in the box."""
    return "\n".join(
        ", ".join(part for part in (one.name, str(one.birth_year or ""), one.identity, one.phone) if part)
        for one in known
    )


def declared_kin(name: str, declared: Declared) -> tuple[Kin, ...]:
    """The person and the household, as those who are compared."""
    return (Kin(name, None, declared.identity, declared.phone), *declared.household)


def pieces(of: Kin | Person) -> Iterator[tuple[str, str]]:
    """By what somebody can be found: never by a single word, a year or a sex."""
    if number := identity(of.identity):
        yield "identity", number
    if number := phone(of.phone):
        yield "phone", number
    folded = fold(of.name)
    if " " in folded:
        yield "name", folded


def same(kin: Kin, person: Person, *, near: bool) -> Piece | None:
    """By what two are taken for one. A name alone says so only where the case lies at the person's own place.

    Numbers decide against a name: whoever has another identity number is somebody else.
    """
    mine, theirs = dict(pieces(kin)), dict(pieces(person))
    if "identity" in mine and "identity" in theirs:
        return Piece.IDENTITY if mine["identity"] == theirs["identity"] else None
    if "phone" in mine and mine["phone"] == theirs.get("phone"):
        return Piece.PHONE
    if "name" not in mine or mine["name"] != theirs.get("name"):
        return None
    if kin.birth_year is not None and person.birth_year is not None:
        return Piece.NAME_AND_YEAR if abs(kin.birth_year - person.birth_year) <= 1 else None
    return Piece.NAME if near else None


def found(kin: Collection[Kin], people: Collection[Person], *, near: bool) -> frozenset[tuple[Whose, Piece]]:
    """Everything of a member of staff that is in a case."""
    return frozenset(
        (person.whose, piece)
        for one in kin
        for person in people
        if (piece := same(one, person, near=near)) is not None
    )


def in_codes(seen: Collection[tuple[Whose, Piece]]) -> tuple[str, ...]:
    """What was found, as it is kept."""
    return tuple(sorted(f"{whose}:{piece}" for whose, piece in seen))


def of_codes(codes: Collection[str]) -> tuple[tuple[Whose, Piece], ...]:
    """What was found, as it was kept."""
    return tuple((Whose(whose), Piece(piece)) for whose, _, piece in (code.partition(":") for code in codes))


def handed_up(around: Around, barred: Collection[object]) -> Handed:
    """Who reads a case from which some are kept out, and who acts: one level above those who are kept out.

    Whoever worked on it goes on. Where nobody is left below who could do the work, the province joins the chair.
    """
    out = frozenset(barred)
    workers, officers = around.workers - out, around.officers - out
    chairs, above = around.chairs - out, (around.province - out) or (around.nation - out)
    if out & around.chairs:
        up = above
    elif out & (around.officers | around.workers):
        up = chairs or above
        if not workers and not officers:
            up |= above
    else:
        up = chairs or officers or above
        workers |= officers | chairs
    return Handed(workers | up, up)


def may_restrict(
    *, answers: bool, restricted: bool, reason: str, readers: int, acting: int, rehearsal: bool
) -> Findings:
    """Whether a case can be restricted to these readers."""
    return Findings(
        blocks(
            "not-responsible",
            _l("Another unit is responsible for this case. It decides who may see it."),
            when=not answers,
        ),
        blocks("restricted-already", _l("Only named persons see this case already."), when=restricted),
        blocks("rehearsal", _l("This is a rehearsal. It cannot be restricted."), when=rehearsal),
        *_reasoned(reason),
        blocks(
            "no-readers", _l("Choose at least one person who may see it."), when=not readers, field="readers"
        ),
        blocks(
            "nobody-acts",
            _l("At least one of them must hold an office today that can act on the case."),
            when=bool(readers) and not acting,
            field="readers",
        ),
    )


def may_name(*, restricted: bool, known: bool, named: bool, reason: str) -> Findings:
    """Whether somebody can be put on the list of readers."""
    return Findings(
        blocks("not-restricted", _l("This case is not restricted: its unit sees it."), when=not restricted),
        blocks(
            "reader-unknown",
            _l("Choose somebody who holds an office today that can act on the case."),
            when=not known,
            field="reader",
        ),
        blocks("named-already", _l("This person may see it already."), when=named, field="reader"),
        *_reasoned(reason),
    )


def may_unname(*, acting_left: int, reason: str) -> Findings:
    """Whether somebody can be taken off the list: never the last one who can act."""
    return Findings(
        blocks(
            "last-reader",
            _l("This is the last one who can act on the case. Name somebody else first."),
            when=not acting_left,
        ),
        *_reasoned(reason),
    )


def may_lift(*, restricted: bool, kept_out: bool, reason: str) -> Findings:
    """Whether a restriction can be lifted: not while somebody is kept out of the case."""
    return Findings(
        blocks("not-restricted", _l("This case is not restricted: its unit sees it."), when=not restricted),
        blocks(
            "kept-out",
            _l("Somebody is kept out of this case. The supervisor of the province decides on that first."),
            when=kept_out,
        ),
        *_reasoned(reason),
    )


def may_overrule(*, reason: str) -> Findings:
    """Whether a finding of kin can be set aside: with the reason why it is somebody else."""
    return Findings(*_reasoned(reason))


def may_break(*, reason: str, today: int, in_vain: int, known: bool, barred: bool) -> Findings:
    """Whether somebody from outside can open a case for a day. An unknown number and one that stays shut look the same.

    Whether a number opens is said to nobody who has no reason, or has tried too often.
    """
    first = Findings(
        *_reasoned(reason),
        blocks(
            "too-often",
            _l(
                "You have opened %(count)s cases in this way today. Call the supervisor of the province.",
                count=MOST_A_DAY,
            ),
            when=today >= MOST_A_DAY,
        ),
        blocks(
            "too-often-in-vain",
            _l(
                "%(count)s tries of yours have opened nothing today. Call the supervisor of the province.",
                count=MOST_IN_VAIN,
            ),
            when=in_vain >= MOST_IN_VAIN,
        ),
    )
    return first or Findings(
        blocks(
            "no-such-case",
            _l("No case opens with this number. Check it, or call the unit that is responsible."),
            when=not known or barred,
            field="number",
        ),
    )


def may_judge(*, judged: bool, own: bool, words: str) -> Findings:
    """Whether a supervisor can judge an opening: once, in words, and never one's own."""
    return Findings(
        blocks("judged", _l("This has been reviewed already."), when=judged),
        blocks("own-opening", _l("You opened this yourself. Another supervisor reviews it."), when=own),
        blocks("no-words", _l("Write why."), when=not words.strip(), field="words"),
    )


def is_late(review_by: date, today: date) -> bool:
    """Whether a review should have been made."""
    return today > review_by


def _reasoned(reason: str) -> tuple[Finding | None, ...]:
    return (
        blocks(
            "no-reason",
            _l("Say why, in at least %(count)s letters. It is kept with the case.", count=_SHORTEST_REASON),
            when=len(reason.strip()) < _SHORTEST_REASON,
            field="reason",
        ),
    )
