"""Charts are SVG that needs nothing else, and can be heard as well as seen."""

from __future__ import annotations

import re
import sys

import pytest
from lxml import etree

from newsletter.report.charts import drawn
from newsletter.report.tables import Chart, Series, Shape

LABELS = ("Gmail", "Outlook and Hotmail of everybody", "BT")


def chart(shape: Shape, *values: tuple[float, ...], labels: tuple[str, ...] = LABELS) -> Chart:
    series = tuple(Series(f"<series> {place}", each) for place, each in enumerate(values))
    return Chart(shape, labels, series, "3 of 5 & more.")


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(svg).iter("text")]


@pytest.mark.parametrize("shape", Shape)
def test_a_chart_needs_nothing_else(shape: Shape) -> None:
    """No script, no style, nothing to fetch, and nothing that is another chart's."""
    svg = drawn(chart(shape, (1, 2, 3), (3, 0, 1)), name="one", title="By provider")
    assert set(re.findall(r"<(\w+)", svg)) <= {
        "svg", "title", "desc", "g", "rect", "path", "circle", "text",
    }  # fmt: skip
    assert re.findall(r"https?://|href|url\(|style=", svg) == []
    assert re.findall(r' id="([^"]*)"', svg) == ["one-title", "one-desc"]


def test_a_chart_says_what_it_shows() -> None:
    """A screen reader has its title and the sentence that sums it up."""
    svg = drawn(chart(Shape.BARS, (1, 2, 3)), name="one", title="By <provider>")
    root = etree.fromstring(svg)
    assert (root.get("role"), root.get("aria-labelledby"), root.get("aria-describedby")) == (
        "img", "one-title", "one-desc",
    )  # fmt: skip
    assert [node.text for node in list(root)[:2]] == ["By <provider>", "3 of 5 & more."]


def test_a_chart_is_the_same_whenever_it_is_drawn() -> None:
    """Nothing in it is of the moment, so that two reports can be compared."""
    one = chart(Shape.COLUMNS, (1, 2, 3), (-3, 0, -1))
    first = drawn(one, name="one", title="T")
    assert first == drawn(one, name="one", title="T")


def test_drawing_leaves_pythons_own_imports_alone() -> None:
    """Else every optional package that is not there would be warned of from then on."""
    drawn(chart(Shape.BARS, (1, 2, 3)), name="x", title="T")
    assert not [each for each in sys.meta_path if "pygal" in type(each).__module__]


def test_several_series_have_a_legend_and_one_has_none() -> None:
    """It would only repeat the title."""
    both = drawn(chart(Shape.COLUMNS, (1, 2, 3), (1, 1, 1)), name="x", title="T")
    assert [text for text in texts(both) if "series" in text] == ["<series> 0", "<series> 1"]
    assert "series>" not in "".join(
        texts(drawn(chart(Shape.COLUMNS, (1, 2, 3)), name="x", title="T"))
    )


@pytest.mark.parametrize(("values", "labels"), [((0, 0, 0), LABELS), ((), ()), ((7,), ("Gmail",))])
def test_what_shows_nothing_is_not_drawn(
    values: tuple[float, ...], labels: tuple[str, ...]
) -> None:
    """Neither nothing, nor a single bar with nothing to compare it with."""
    assert drawn(chart(Shape.BARS, values, labels=labels), name="x", title="T") == ""


def test_the_first_bar_is_on_top_and_long_names_are_cut() -> None:
    """As in the table beside it, which has them in full."""
    svg = drawn(chart(Shape.BARS, (30, 20, 10)), name="x", title="T")
    assert texts(svg)[:3] == ["BT", "Outlook and Hotmail…", "Gmail"]
    root = etree.fromstring(svg)
    bars = sorted(
        (float(bar.get("y") or 0), float(bar.get("width") or 0))
        for bar in root.iter("rect")
        if "rect" in (bar.get("class") or "").split()
    )
    assert [width for _, width in bars] == sorted((width for _, width in bars), reverse=True)


@pytest.mark.parametrize(
    ("shape", "values", "ticks"),
    [
        (Shape.COLUMNS, ((1, 2, 3),), ["0", "1", "2", "3"]),
        (Shape.COLUMNS, ((1, 2, 1400), (0, 0, 700)), ["0", "500", "1,000", "1,500", "2,000", "2,500"]),
        (Shape.COLUMNS, ((60, 0, 90), (-10, -40, 0)), ["-50", "0", "50", "100"]),
        (Shape.LINES, ((0.08, 0.09, 0.05), (0.1, 0.1, 0.1)), ["0", "0.02", "0.04", "0.06", "0.08", "0.1"]),
    ],
)  # fmt: skip
def test_the_axis_has_a_few_round_numbers(
    shape: Shape, values: tuple[tuple[float, ...], ...], ticks: list[str]
) -> None:
    """People come whole, shares do not."""
    svg = drawn(chart(shape, *values), name="x", title="T")
    root = etree.fromstring(svg)
    axis = next(node for node in root.iter("g") if node.get("class", "").startswith("axis y"))
    assert [node.text for node in axis.iter("text")] == ticks


def test_few_of_many_columns_are_labelled_the_last_always() -> None:
    """A year of weeks has no room for each date."""
    labels = tuple(f"day {number}" for number in range(12))
    svg = drawn(chart(Shape.COLUMNS, tuple(range(12)), labels=labels), name="x", title="T")
    assert [text for text in texts(svg) if text.startswith("day")] == [
        "day 2", "day 5", "day 8", "day 11",
    ]  # fmt: skip
