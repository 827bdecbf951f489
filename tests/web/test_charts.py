"""The geometry of charts: from zero, nothing lost, unknown kept apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.web import charts
from casemgr.web.charts import TileFacts, TilePlace, Tone

COUNTS = st.integers(min_value=0, max_value=10_000)


def test_bars_start_from_zero_and_unknown_is_hatched() -> None:
    bars = charts.bars(
        [("Bạo lực", 24), ("Bóc lột", 12), ("Mua bán", 0), ("Chưa phân loại", 1)], unknown=["Chưa phân loại"]
    )
    assert [bar.width for bar in bars] == [84.0, 42.0, 0.0, 3.5]
    assert [bar.tone for bar in bars] == [Tone.MID, Tone.MID, Tone.MID, Tone.UNKNOWN]


def test_bars_of_nothing() -> None:
    assert charts.bars([]) == ()
    assert [bar.width for bar in charts.bars([("a", 0)])] == [0.0]


@given(st.lists(st.lists(COUNTS, min_size=1, max_size=4), min_size=1, max_size=8))
def test_stacks_share_one_scale_and_add_up(rows: list[list[int]]) -> None:
    drawn = charts.stacks([[(value, Tone.DARK) for value in row] for row in rows])
    top = max(map(sum, rows))
    for row, stack in zip(rows, drawn, strict=True):
        assert stack.total == sum(row) == sum(piece.value for piece in stack.segments)
        assert sum(piece.width for piece in stack.segments) == pytest.approx(stack.end, abs=0.01)
        assert stack.end == pytest.approx(84 * sum(row) / top if top else 0, abs=0.001)
        assert all(piece.width >= 0 and piece.x + piece.width <= 84.01 for piece in stack.segments)


def test_an_empty_piece_is_not_drawn() -> None:
    (stack,) = charts.stacks([[(3, Tone.DARK), (0, Tone.LIGHT), (1, Tone.UNKNOWN)]])
    assert [(piece.x, piece.width, piece.tone) for piece in stack.segments] == [
        (0.0, 63.0, Tone.DARK),
        (63.0, 21.0, Tone.UNKNOWN),
    ]


def test_columns_stand_on_the_baseline_and_the_last_is_dark() -> None:
    chart = charts.columns(
        [("I", 10), ("II", None), ("III", 0), ("IV", 20)], break_before=2, break_label="địa giới mới"
    )
    assert [column.y + column.height for column in chart.columns] == [chart.baseline] * 4
    assert [column.height for column in chart.columns] == [66.0, 0.0, 0.0, 132.0]
    assert [column.tone for column in chart.columns] == [Tone.LIGHT, Tone.LIGHT, Tone.LIGHT, Tone.DARK]
    assert [column.value for column in chart.columns] == [10, None, 0, 20]
    assert chart.break_at == 50.0
    assert charts.columns([]).columns == ()


def test_a_share_says_no_per_cent_of_few() -> None:
    assert charts.share("x", 17, 18, before=(3, 4)).percent == 94
    assert charts.share("x", 17, 18, before=(3, 4)).tick == 75.0
    assert charts.share("x", 2, 4).percent is None
    assert charts.share("x", 0, 0).width == 0.0
    assert charts.share("x", 1, 9, before=(0, 0)).tick is None
    with pytest.raises(ValueError, match="more than its whole"):
        charts.share("x", 3, 2)


def test_a_cartogram_has_one_square_for_each_unit() -> None:
    places = [
        TilePlace("a", "Na Sầm", 0, 0),
        TilePlace("b", "Hoàng Văn Thụ", 1, 0),
        TilePlace("c", "Hoa Thám", 0, 1),
    ]
    drawn = charts.cartogram(places, {"a": TileFacts(7, overdue=1, url="/x"), "b": TileFacts(0)})
    assert [(tile.x, tile.y) for tile in drawn.tiles] == [(3, 3), (66, 3), (3, 66)]
    assert [tile.step for tile in drawn.tiles] == [4, 0, 0]
    assert [tile.value for tile in drawn.tiles] == [7, 0, None]
    assert (drawn.unsent, drawn.overdue, drawn.width, drawn.height) == (True, True, 129, 129)
    assert [(part.first, part.last) for part in drawn.ramp] == [(0, 0), (1, 2), (3, 4), (5, 6), (7, None)]


@given(st.integers(min_value=0, max_value=50))
def test_every_value_falls_into_the_class_that_names_it(value: int) -> None:
    drawn = charts.cartogram([TilePlace("a", "A", 0, 0)], {"a": TileFacts(value)})
    part = drawn.ramp[drawn.tiles[0].step]
    assert part.first <= value and (part.last is None or value <= part.last)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Na", ("Na",)),
        ("Na Sầm", ("Na", "Sầm")),
        ("Hoàng Văn Thụ", ("Hoàng", "Văn Thụ")),
        ("Lương Văn Tri", ("Lương", "Văn Tri")),
    ],
)
def test_names_of_squares_take_two_lines(name: str, lines: tuple[str, ...]) -> None:
    assert charts.two_lines(name) == lines


def test_a_pie_is_what_remains() -> None:
    assert charts.pie(0) == "" == charts.pie(-1)
    assert charts.pie(1) == charts.pie(7) and charts.pie(1).startswith("M10 4.4a")
    assert charts.pie(0.25) == "M10 4.4A5.6 5.6 0 0 1 15.60 10.00L10 10z"
    assert " 0 1 1 4.40 10.00" in charts.pie(0.75)
