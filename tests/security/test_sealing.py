"""Sealing: what goes in comes out, and whatever is done to a ciphertext is noticed."""

import dataclasses
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import actions
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseEvent
from casemgr.children.models import Child
from casemgr.core.db import Model
from casemgr.core.errors import Unavailable
from casemgr.indicators.models import CaseFact
from casemgr.intake.models import Report
from casemgr.security import sealing
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.parts import RecordKey, decode, encode, sealed_parts_of
from casemgr.security.sealing import SealBroken, Wrapper
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

RING = Keyring.fresh("2026-11-01")
SECRET = b"k" * 32
CONTEXT = sealing.part_context("child", bytes(16), "card", 1)
plain = st.binary(max_size=3000)
blocks = st.sampled_from([128, 1024])
letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
st.register_type_strategy(str, letters)
PARTS = sorted(
    {part.kind for m in sorted(Model.registry.mappers, key=str) for part in sealed_parts_of(m.class_)},
    key=lambda it: it.__module__ + it.__name__,
)


@given(plain, blocks)
def test_what_is_sealed_opens_again(text: bytes, block: int) -> None:
    sealed = sealing.seal_part(SECRET, CONTEXT, 1, text, block)
    assert sealing.open_part(SECRET, CONTEXT, sealed) == text
    assert sealing.generation_of(sealed) == 1
    assert (len(sealed) - 15 - sealing.TAG) % block == 0, (
        "the length tells no more than a multiple of the block"
    )
    assert sealed != sealing.seal_part(SECRET, CONTEXT, 1, text, block), "the same text never looks the same"


@given(plain, blocks, st.data())
def test_every_changed_bit_is_noticed(text: bytes, block: int, data: st.DataObject) -> None:
    sealed = sealing.seal_part(SECRET, CONTEXT, 1, text, block)
    place, bit = data.draw(st.integers(0, len(sealed) - 1)), data.draw(st.integers(0, 7))
    changed = sealed[:place] + bytes([sealed[place] ^ 1 << bit]) + sealed[place + 1 :]
    if place in (1, 2):  # the generation stands in the context too, and is compared before
        assert sealing.generation_of(changed) != 1
    else:
        with pytest.raises(SealBroken):
            sealing.open_part(SECRET, CONTEXT, changed)


@given(plain, st.data())
def test_every_cut_and_every_addition_is_noticed(text: bytes, data: st.DataObject) -> None:
    sealed = sealing.seal_part(SECRET, CONTEXT, 1, text, 128)
    for wrong in (
        sealed[: data.draw(st.integers(0, len(sealed) - 1))],
        sealed + data.draw(st.binary(min_size=1)),
    ):
        with pytest.raises(SealBroken):
            sealing.open_part(SECRET, CONTEXT, wrong)


context = st.tuples(
    st.sampled_from(["child", "report", "case_event"]),
    st.binary(min_size=16, max_size=16),
    st.sampled_from(["card", "told"]),
    st.integers(1, 9),
)


@given(plain, context, context)
def test_a_part_opens_nowhere_but_in_its_place(text: bytes, here: Any, there: Any) -> None:
    sealed = sealing.seal_part(SECRET, sealing.part_context(*here), here[3], text, 128)
    if here == there:
        assert sealing.open_part(SECRET, sealing.part_context(*there), sealed) == text
    else:
        with pytest.raises(SealBroken):
            sealing.open_part(SECRET, sealing.part_context(*there), sealed)


@given(st.lists(st.binary(max_size=9), max_size=5), st.lists(st.binary(max_size=9), max_size=5))
def test_two_contexts_are_the_same_only_if_their_pieces_are(one: list[bytes], other: list[bytes]) -> None:
    assert (sealing.lp(*one) == sealing.lp(*other)) == (one == other)


@given(st.binary(min_size=16, max_size=16), st.integers(1, 65535), st.data())
def test_a_wrapped_key_opens_for_its_record_alone(
    record: bytes, generation: int, data: st.DataObject
) -> None:
    wrapper = Wrapper(RING)
    number, wrapped = wrapper.wrap(record, generation, SECRET)
    assert number == RING.active(Purpose.KEK).id
    assert wrapper.unwrap(record, generation, wrapped) == SECRET
    other = data.draw(st.binary(min_size=16, max_size=16).filter(lambda it: it != record))
    place, bit = data.draw(st.integers(0, len(wrapped) - 1)), data.draw(st.integers(0, 7))
    changed = wrapped[:place] + bytes([wrapped[place] ^ 1 << bit]) + wrapped[place + 1 :]
    for wrong in (
        (other, generation, wrapped),
        (record, generation % 65535 + 1, wrapped),
        (record, generation, changed),
        (record, generation, wrapped[:-1]),
    ):
        with pytest.raises(Unavailable):
            wrapper.unwrap(*wrong)


@given(plain, st.sampled_from([Purpose.FACTS, Purpose.CLIENT, Purpose.AUDIT_QUERY]), st.binary(max_size=20))
def test_a_small_seal_opens_for_its_purpose_and_context_alone(
    text: bytes, purpose: Purpose, where: bytes
) -> None:
    wrapper = Wrapper(RING)
    sealed = wrapper.seal_shared(purpose, where, text)
    assert wrapper.open_shared([(where, sealed)]) == [text]
    for wrong in ((where + b"x", sealed), (where, sealed[:-1]), (where, b""), (where, b"\x02" + sealed[1:])):
        with pytest.raises(Unavailable):
            wrapper.open_shared([wrong])
    with pytest.raises(Unavailable):
        Wrapper(Keyring.fresh("2026-11-02")).open_shared([(where, sealed)])


def test_a_ring_that_was_rotated_opens_what_was_sealed_before() -> None:
    _, wrapped = Wrapper(RING).wrap(bytes(16), 1, SECRET)
    newer = RING.rotated(Purpose.KEK, "2026-12-01")
    assert Wrapper(newer).unwrap(bytes(16), 1, wrapped) == SECRET
    assert newer.active(Purpose.KEK).id != RING.active(Purpose.KEK).id
    with pytest.raises(Unavailable):
        Wrapper(RING).unwrap(bytes(16), 1, Wrapper(newer).wrap(bytes(16), 1, SECRET)[1])


@pytest.mark.parametrize("size", [0, 1, 4, 5, 127])
def test_a_length_that_cannot_be_is_refused(size: int) -> None:
    assert sealing.unpad(sealing.pad(b"x" * size, 128)) == b"x" * size
    with pytest.raises(SealBroken):
        sealing.unpad((10**6).to_bytes(4, "big") + bytes(124))


@pytest.mark.parametrize(
    "kind", PARTS, ids=lambda it: f"{it.__module__.removeprefix('casemgr.')}.{it.__name__}"
)
def test_every_part_survives_being_written_down(kind: type[Any]) -> None:
    assert dataclasses.is_dataclass(kind)

    @settings(max_examples=30)
    @given(st.from_type(kind))
    def both_ways(value: Any) -> None:
        assert decode(kind, encode(value)) == value

    both_ways()


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1])
def test_a_child_s_number_names_its_record(number: int) -> None:
    assert len(sealing.record_bytes(number)) == 16
    assert sealing.record_bytes(number) != sealing.record_bytes(UUID(int=0)) or number == 0
    assert sealing.record_bytes(uuid4()) != sealing.record_bytes(uuid4())


@pytest.fixture
def two_cases(house: HouseUnderTest) -> list[str]:
    numbers = [a_case(house), a_case(house)]
    for number in numbers:
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            case = cases.case(desk, number)
            actions.note(desk, case, text=f"Ghi chép một của {number}")
            actions.note(desk, case, text=f"Ghi chép hai của {number}")
    return numbers


def _refused(house: HouseUnderTest, table: type[Any], part: str, key: Any) -> None:
    with house.maintenance(writing=False) as desk, pytest.raises(Unavailable):
        getattr(desk.get(table, key), part)


def test_a_part_put_into_another_row_does_not_open(house: HouseUnderTest, two_cases: list[str]) -> None:
    with house.maintenance() as desk:
        events = [event for event in desk.all(select(CaseEvent).order_by(CaseEvent.id)) if event._note]
        one, two = [event for event in events if event.case_id == events[0].case_id][:2]
        far = next(event for event in events if event.case_id != one.case_id)
        one._note, two._note, kept = two._note, one._note, one._note
        far._note = kept
    for event in (one, two, far):
        _refused(house, CaseEvent, "note", event.id)


def test_a_part_put_into_another_part_does_not_open(house: HouseUnderTest, two_cases: list[str]) -> None:
    with house.maintenance() as desk:
        report = desk.all(select(Report).order_by(Report.id))[0]
        child = desk.all(select(Child).order_by(Child.id))[0]
        report._told, report._known, report._reporter = report._known, report._told, report._places
        child._card, child._detail = child._detail, child._card
    for part in ("told", "known", "reporter"):
        _refused(house, Report, part, report.id)
    for part in ("card", "detail"):
        _refused(house, Child, part, child.id)


def test_a_key_put_under_another_record_does_not_open(house: HouseUnderTest, two_cases: list[str]) -> None:
    with house.maintenance() as desk:
        one, two = desk.all(select(Child).order_by(Child.id))
        keys = [desk.get(RecordKey, sealing.record_bytes(child.id)) for child in (one, two)]
        keys[0].wrapped, keys[1].wrapped = keys[1].wrapped, keys[0].wrapped
    for child in (one, two):
        _refused(house, Child, "card", child.id)


def test_a_destroyed_key_closes_its_record_for_ever_and_no_other(
    house: HouseUnderTest, two_cases: list[str]
) -> None:
    with house.maintenance() as desk:
        one, two = desk.all(select(Child).order_by(Child.id))
        desk.session.delete(desk.get(RecordKey, sealing.record_bytes(one.id)))
    _refused(house, Child, "card", one.id)
    with house.maintenance(writing=False) as desk:
        assert desk.get(Child, two.id).card is not None


def test_another_generation_does_not_open(house: HouseUnderTest, two_cases: list[str]) -> None:
    with house.maintenance() as desk:
        child = desk.all(select(Child).order_by(Child.id))[0]
        assert child._card is not None
        child._card = child._card[:1] + (2).to_bytes(2, "big") + child._card[3:]
    _refused(house, Child, "card", child.id)


def test_a_fact_put_under_another_case_does_not_open(house: HouseUnderTest, two_cases: list[str]) -> None:
    with house.maintenance() as desk:
        facts = desk.all(select(CaseFact).order_by(CaseFact.seq))
        one, two = {fact.case_id: fact for fact in facts}.values()
        assert len(desk.safe.open_facts([(one.case_id, one.sealed), (two.case_id, two.sealed)])) == 2
        for wrong in ((one.case_id, two.sealed), (two.case_id, one.sealed), (one.case_id, one.sealed[:-1])):
            with pytest.raises(SealBroken):
                desk.safe.open_facts([wrong])


def test_a_page_with_a_broken_seal_says_so_and_shows_nothing(
    house: HouseUnderTest, two_cases: list[str]
) -> None:
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == two_cases[0]))
        child = desk.get(Child, case.child_id)
        assert child._card is not None
        child._card = child._card[:-1] + bytes([child._card[-1] ^ 1])
    answer = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{two_cases[0]}")
    assert answer.status_code == 503
    assert "Khang" not in answer.get_data(as_text=True)
