"""Numbers however they are written, who is taken for whom, and who acts when some are kept out. Pure."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from casemgr.safeguards import rules
from casemgr.safeguards.terms import Around, Declared, Kin, Person, Piece, Whose


@pytest.mark.parametrize(
    "typed",
    [
        "001080012345",
        "001 080 012 345",
        "001.080.012.345",
        "００１０８００１２３４５",
        " 001080012345 ",
        "001-080-012-345",
    ],
)
def test_an_identity_number_is_the_same_however_it_is_written(typed: str) -> None:
    assert rules.identity(typed) == "001080012345" and not rules.identity_errors(typed)


@pytest.mark.parametrize("typed", ["", "không có", "Không", "chưa có", None])
def test_no_number_is_no_number(typed: str | None) -> None:
    assert rules.identity(typed) == "" == rules.phone(typed)
    assert not rules.identity_errors(typed or "") and not rules.phone_errors(typed or "")


@pytest.mark.parametrize(
    "typed", ["12345678", "1234567890", "0010800123456", "CMND 012345678x", "abc", "0" * 200]
)
def test_what_is_no_identity_number_is_said(typed: str) -> None:
    assert rules.identity_errors(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "+84912345678",
        "84912345678",
        "0084 912 345 678",
        "+84 (0) 912 345 678",
        "912345678",
        "０９１２ ３４５ ６７８",
        "0912.345.678",
    ],
)
def test_a_telephone_is_the_same_however_it_is_written(typed: str) -> None:
    assert rules.phone(typed) == "0912345678" and not rules.phone_errors(typed)


@pytest.mark.parametrize("typed", ["12", "09", "số nhà bên", "0912345678; 0987", "+1", "9" * 40])
def test_what_is_no_telephone_is_said(typed: str) -> None:
    assert rules.phone_errors(typed)


def test_a_household_is_read_line_by_line() -> None:
    typed = "Lò Văn Giả Định, 1980, 001080012345, +84 912 345 678\n\nLò Thị Na, không có\nH'Mông K'Brăng; 2001; 012345678"
    kin, errors = rules.household(typed)
    assert not errors
    assert kin == (
        Kin("Lò Văn Giả Định", 1980, "001080012345", "0912345678"),
        Kin("Lò Thị Na"),
        Kin("H'Mông K'Brăng", 2001, "012345678"),
    )
    assert rules.household(rules.household_text(kin)) == (kin, [])


@pytest.mark.parametrize("line", ["1980", ", 1980", "Lò Văn A, 12", "Lò Văn A, năm 80", "Lò Văn A, 1234567"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    kin, errors = rules.household(f"Lò Thị Na\n{line}")
    assert kin == (Kin("Lò Thị Na"),) and "2" in str(errors[0])


def test_more_than_a_household_is_refused() -> None:
    assert rules.household("\n".join(f"Lò Thị {chr(97 + n % 26)}" for n in range(21)))[1]


ME = Kin("Nông Văn Giả", 1980, "001080012345", "0912345678")


@pytest.mark.parametrize(
    ("person", "near", "piece"),
    [
        (Person(Whose.SUSPECT, "Ai Khác", identity="001 080 012 345"), False, Piece.IDENTITY),
        (Person(Whose.REPORTER, "", phone="+84912345678"), False, Piece.PHONE),
        (Person(Whose.SUSPECT, "NONG VAN GIA", 1981), False, Piece.NAME_AND_YEAR),
        (Person(Whose.SUSPECT, "Nông Văn Giả", 1985), True, None),
        (Person(Whose.SUSPECT, "Nông Văn Giả"), True, Piece.NAME),
        (Person(Whose.SUSPECT, "Nông Văn Giả"), False, None),
        (Person(Whose.SUSPECT, "Nông Văn Giả", 1980, "001080099999"), True, None),
        (Person(Whose.SUSPECT, "Giả", 1980), True, None),
        (Person(Whose.SUSPECT), True, None),
    ],
)
def test_who_is_taken_for_whom(person: Person, near: bool, piece: Piece | None) -> None:
    assert rules.same(ME, person, near=near) is piece


def test_nothing_declared_finds_nobody() -> None:
    own = rules.declared_kin("Nông", Declared())
    assert not rules.found(own, [Person(Whose.SUSPECT, "Nông"), Person(Whose.CHILD)], near=True)


PEOPLE = [uuid4() for _ in range(8)]
GROUP = some.frozensets(some.sampled_from(PEOPLE))


@given(GROUP, GROUP, GROUP, GROUP, GROUP, some.frozensets(some.sampled_from(PEOPLE), min_size=1))
def test_nobody_who_is_kept_out_reads_or_is_told(
    workers: frozenset[UUID],
    officers: frozenset[UUID],
    chairs: frozenset[UUID],
    province: frozenset[UUID],
    nation: frozenset[UUID],
    out: frozenset[UUID],
) -> None:
    handed = rules.handed_up(Around(workers, officers, chairs, province, nation), out)
    assert not (handed.readers | handed.told) & out
    assert handed.told <= handed.readers
    if (province | nation) - out:
        assert handed.told, "somebody acts as long as anybody is left above"
    if out & chairs:
        assert handed.told <= province | nation


OFFICER, SECOND, CHAIR, PROVINCE, NATION = PEOPLE[:5]


@pytest.mark.parametrize(
    ("officers", "workers", "out", "told"),
    [
        ({OFFICER, SECOND}, {SECOND}, {OFFICER}, {CHAIR}),
        ({OFFICER, SECOND}, {OFFICER}, {OFFICER}, {CHAIR}),
        ({OFFICER}, {OFFICER}, {OFFICER}, {CHAIR, PROVINCE}),
        ({OFFICER}, {OFFICER}, {CHAIR}, {PROVINCE}),
        ({OFFICER}, {OFFICER}, {CHAIR, PROVINCE}, {NATION}),
        ({OFFICER}, {OFFICER}, {PROVINCE}, {CHAIR}),
    ],
)
def test_it_goes_one_level_up(
    officers: set[UUID], workers: set[UUID], out: set[UUID], told: set[UUID]
) -> None:
    around = Around(
        frozenset(workers),
        frozenset(officers),
        frozenset({CHAIR}),
        frozenset({PROVINCE}),
        frozenset({NATION}),
    )
    handed = rules.handed_up(around, out)
    assert handed.told == told and workers - out <= handed.readers
