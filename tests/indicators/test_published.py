"""Tables that others published: each row expressed with ours, and the row of what is not classified makes the sums right."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casemgr.access.roles import Role
from casemgr.core.periods import Period
from casemgr.indicators import engine, facts, items, land, published, splits
from casemgr.indicators.catalogue import ENTRIES
from casemgr.indicators.facts import Fact
from casemgr.indicators.items import FORMS, Item
from casemgr.indicators.keys import keys_of
from casemgr.indicators.published import Cell, Published
from casemgr.indicators.register import LogRows, Register
from casemgr.indicators.terms import Counts, Indicator, Level
from tests.indicators import country
from tests.support.house import HouseUnderTest

QUARTER = Period.parse("2026-Q1")
DAY = date(2026, 2, 1)
TABLES = {table.id: table for table in published.tables()}
ADDING = [table for table in published.tables() if table.total is not None]
UNIT = 13  # a commune of an invented country
FIELDS = {Counts.CHILDREN: "child", Counts.REPORTS: "report", Counts.PERSONS: "person"}


def cells(table: Published) -> Iterator[tuple[Cell, Any]]:
    for row in (*table.rows, *([table.total] if table.total else [])):
        yield from ((cell, figure) for cell, figure in zip(row.cells, row.figures, strict=True) if cell)


def test_every_published_table_is_there_with_its_origin() -> None:
    assert len(TABLES) == 30
    for table in TABLES.values():
        assert table.owner and table.sources and table.year and table.read, table.id
        for row in (*table.rows, *([table.total] if table.total else [])):
            assert len(row.figures) == len(row.cells) == len(table.columns), (table.id, row.label)
            assert row.why or any(row.cells), (table.id, row.label)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_every_cell_names_an_entry_and_members_that_exist(table: Published) -> None:
    for cell, _figure in cells(table):
        entry = cell.indicator()
        assert entry in ENTRIES
        for key, members in cell.where.items():
            assert key in keys_of(entry), (table.id, cell)
            assert set(members) <= {*splits.one(key, QUARTER).members}, (table.id, cell)
        if cell.period:
            assert Period.parse(cell.period)
        assert cell.words()


def test_what_cannot_be_expressed_is_said() -> None:
    outside = [row for table in TABLES.values() for row in table.rows if not any(row.cells)]
    inside = [row for table in TABLES.values() for row in table.rows if any(row.cells)]
    assert len(inside) > 60 and all(row.why for row in outside)


# ---- invented facts that give the published figures -----------------------------------------------------------------


def a_fact(entry: Indicator, one: int, where: Mapping[str, str]) -> Fact | Item:
    """A fact that an entry counts once more, in the given members."""
    told: dict[str, Any] = {}
    for key, member in where.items():
        column = splits.KEYS[key].column
        told[column] = frozenset({member}) if FORMS[entry.fact].columns[column].bits else member
    if "online" in told:
        told["online"] = told["online"] == "true"
    counted = {FIELDS[entry.counts]: one}
    if entry.fact == "case":
        harms = {} if entry.code == "own-06" else {"harms": frozenset({"violence"})}
        made: Fact | Item = Fact(child=1, received=DAY, incident_unit=UNIT, decision="accepted", **harms)
    else:
        made = Item(
            incident_unit=UNIT, received=DAY, day=DAY, decision="accepted", harms=frozenset({"other"})
        )
    if entry.fact == "sanction":
        told["outcome"] = "fine"
    return replace(made, **counted, **told)


def counted(
    entry: Indicator, made: list[Fact | Item], keys: list[str]
) -> tuple[tuple[splits.Split, ...], Any]:
    """The table of an entry over some facts, for the invented province they lie in."""
    form = FORMS[entry.fact]
    register = Register(form)
    register.write(
        LogRows(
            seq=range(1, len(made) + 1),
            case=[country.case_id(number).bytes for number in range(1, len(made) + 1)],
            recorded=[0] * len(made),
            mark=range(len(made)),
            packed=[form.pack(fact) for fact in made],
        )
    )
    register.link()
    reading = register.reading(None)
    asked = land.asked(country.ATLAS, "20", QUARTER.last)
    grid = land.grid(
        country.ATLAS, asked, Level.PROVINCE, QUARTER.last, engine.units_in(reading, entry.place)
    )
    wanted = splits.parse(",".join(keys), QUARTER)
    return wanted, engine.count(reading, entry, QUARTER, grid, wanted, entry.place).values[0]


@pytest.mark.parametrize("table", ADDING, ids=lambda table: table.id)
def test_the_published_figures_come_out_of_facts_and_the_sums_are_right(table: Published) -> None:
    for column, rest in enumerate(table.not_classified()):
        assert table.total is not None and rest is not None, table.id
        whole = table.total.cells[column]
        assert whole is not None
        entry = whole.indicator()
        fixed = {key: members[0] for key, members in whole.where.items()}
        rows = [(row.cells[column], row.figures[column]) for row in table.rows]
        known = [(cell, int(figure or 0)) for cell, figure in rows if cell is not None]
        (key,) = {key for cell, _figure in known for key in cell.where if key not in fixed}
        made: list[Fact | Item] = []
        for cell, figure in known:
            assert cell.entry == whole.entry
            for number in range(figure):
                member = cell.where[key][number % len(cell.where[key])]
                made.append(a_fact(entry, len(made) + 1, {**fixed, key: member}))
        unknown = _unknown(entry, key)
        made += [
            a_fact(entry, len(made) + more, {**fixed, key: unknown}) for more in range(1, max(rest, 0) + 1)
        ]
        (split,), values = counted(entry, made, [key])
        for cell, figure in known:
            assert sum(int(values[split.members.index(one)]) for one in cell.where[key]) == figure, cell
        if rest > 0:
            assert int(values[split.members.index(unknown)]) >= rest
        printed = int(table.total.figures[column] or 0)
        assert int(values[-1]) == printed - min(
            rest, 0
        )  # where rows were printed twice, ours is the true total
        assert int(values[:-1].sum()) == int(values[-1])  # rows and total agree


def _unknown(entry: Indicator, key: str) -> str:
    """Where what is not classified stands: unknown, or for children and reports of harm by form, another form."""
    column = FORMS[entry.fact].columns[splits.KEYS[key].column]
    if column.name == "harms":
        return "other" if entry.code != "own-06" else facts.UNKNOWN
    return facts.UNKNOWN


def test_the_known_gaps_of_published_tables_are_found() -> None:
    assert TABLES["bca_2018_offence"].not_classified() == (13, 46, 119)
    assert TABLES["qh_2015_2019_form"].not_classified() == (0,)
    assert TABLES["111_2019_source"].not_classified() == (-30,)
    assert TABLES["111_2022"].not_classified() == (1561 - 888 - 215 - 170 - 33 - 44 - 119,)
    assert TABLES["111_2019"].not_classified() == (176,)
    assert TABLES["qh_trend"].not_classified() == (None,)


def test_three_units_stand_side_by_side_and_are_never_equal() -> None:
    table = TABLES["bca_2018_offence"]
    assert [cell.entry for cell in table.rows[0].cells if cell] == ["B/own-03", "B/own-02", "B/own-04"]
    assert all(len(set(row.figures)) > 1 for row in (*table.rows[:1], *table.rows[3:]))
    assert {*table.rows[-1].cells[0].where["offence"]} >= {"other"}  # type: ignore[union-attr]
    told = [one for row in table.rows for one in row.cells[0].where["offence"]]  # type: ignore[union-attr]
    assert sorted(told) == sorted({*items.OFFENCES} - {facts.UNKNOWN})  # each offence in one row


def test_the_page_says_whose_figures_these_are(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    for table in TABLES.values():
        shown = client.get(f"/indicators/published?table={table.id}")
        assert shown.status_code == 200, table.id
        assert "báo chí dẫn lại, không phải số chính thức" in shown.text and table.owner in shown.text
    shown = client.get("/indicators/published?table=bca_2018_offence").text
    assert "1.547" in shown and "Chưa phân loại, để các dòng khớp tổng" in shown and ">119<" in shown
    assert "các dòng thừa 30" in client.get("/indicators/published?table=111_2019_source").text
    assert client.get("/indicators/published").status_code == 200
    assert client.get("/indicators/published?table=none").status_code == 404
    assert house.client(Role.SERVICE_PROVIDER).get("/indicators/published").status_code == 403


def test_the_time_of_a_table_is_said_in_words() -> None:
    told = {table.period: table.when() for table in TABLES.values()}
    assert not [words for words in told.values() if ".." in words]
    assert told["2004-05..2024"] == "Từ 01/05/2004 đến 31/12/2024"
    assert told["công bố 4/2019"] == "công bố 4/2019, 2018-2019"
