"""Draw charts as SVG that needs nothing else: no script, no style, no font of its own.

The page's style sheet gives them their colours and patterns, so that they follow the reader's
scheme and printer. Each has its title and a sentence for those who hear it read.
"""

from __future__ import annotations

import sys
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from lxml import etree

from newsletter.report.tables import Shape

if TYPE_CHECKING:
    from newsletter.report.tables import Chart

WIDTH = 480
_COLUMN_HEIGHT = 260
_BAR_HEIGHT, _BAR_MARGIN = 30, 80
_TICKS = 5
_LABELS = 5
"""At most so many numbers on the axis of values, and words below columns."""

_LONGEST = 21  # characters of a label beside a bar


def drawn(chart: Chart, *, name: str, title: str) -> str:
    """Return a chart as SVG to stand in a page; `name` tells its parts from other charts'.

    Nothing is returned where there is nothing to be seen, or nothing to compare.
    """
    is_empty = not any(value for series in chart.series for value in series.values)
    if is_empty or len(chart.labels) == 1:
        return ""
    tree = _plotted(chart).render_tree()
    _strip(tree)
    _describe(tree, name, title, chart.summary)
    etree.cleanup_namespaces(tree)
    return etree.tostring(tree, encoding="unicode")


def _plotted(chart: Chart) -> Any:  # noqa: ANN401  # pygal is untyped
    ticks = _ticks(chart)
    labels = list(chart.labels)
    rows = [(series.name, list(series.values)) for series in chart.series]
    if chart.shape is Shape.BARS:  # the first bar stands at the bottom
        labels = [_short(label) for label in reversed(labels)]
        rows = [(name, values[::-1]) for name, values in rows]
    plot = _kind(chart)(**_options(chart, len(labels)))
    plot.x_labels = labels
    plot.y_labels = ticks
    plot.range = (ticks[0], ticks[-1])
    plot.value_formatter = lambda value: f"{value:,g}" if value % 1 else f"{value:,.0f}"
    if chart.shape is not Shape.BARS and len(labels) > _LABELS:
        every = -(-len(labels) // _LABELS)
        plot.x_labels_major = labels[::-every][::-1]
        plot.show_minor_x_labels = False
    for name, values in rows:
        plot.add(name, values)
    return plot


def _pygal() -> Any:  # noqa: ANN401  # as above
    """Return the library, which takes a while to load, and only pages need it.

    It adds a finder of maps to Python's own that is of a kind long given up: every import that
    fails after it would warn of that.
    """
    import pygal  # noqa: PLC0415

    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def _kind(chart: Chart) -> Any:  # noqa: ANN401  # pygal is untyped
    pygal = _pygal()
    kinds = {
        Shape.BARS: pygal.HorizontalStackedBar,
        Shape.COLUMNS: pygal.StackedBar,
        Shape.LINES: pygal.Line,
    }
    return kinds[chart.shape]


def _options(chart: Chart, rows: int) -> dict[str, Any]:
    is_flat = chart.shape is Shape.BARS
    height = rows * _BAR_HEIGHT + _BAR_MARGIN if is_flat else _COLUMN_HEIGHT
    has_legend = len(chart.series) > 1
    return {
        # Only to reckon how much room words take, as if all letters were as wide as an m.
        "style": _pygal().style.Style(
            label_font_size=13, major_label_font_size=13, legend_font_size=12
        ),
        "css": [],
        "js": [],
        "no_prefix": True,
        "width": WIDTH,
        "height": height + (30 if has_legend else 0),
        "margin": 8,
        "margin_right": 20 if is_flat else 42,  # the last label stands below the last column
        "spacing": 8,
        "show_legend": has_legend,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": len(chart.series),
        "truncate_label": -1,
        "truncate_legend": -1,
        "dots_size": 4,
    }


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1].rstrip(' ,')}…"


def _ticks(chart: Chart) -> list[float]:
    """Return a few round numbers from the least to the most that is drawn, with 0 among them."""
    least, most = _reach(chart)
    step = 10.0**-4 if chart.shape is Shape.LINES else 1.0  # people come whole
    while (most - least) / step > _TICKS:
        step *= 2.5 if f"{step:e}".startswith("2") else 2
    first, last = floor(round(least / step, 6)), ceil(round(most / step, 6))
    return [round(place * step, 6) for place in range(first, last + 1)]


def _reach(chart: Chart) -> tuple[float, float]:
    if chart.shape is Shape.LINES:
        values = [value for series in chart.series for value in series.values]
        return min(0.0, *values), max(0.0, *values)
    stacks = list(zip(*(series.values for series in chart.series), strict=True))
    below = [sum(value for value in stack if value < 0) for stack in stacks]
    above = [sum(value for value in stack if value > 0) for stack in stacks]
    return min(0.0, *below), max(0.0, *above)


def _strip(tree: Any) -> None:  # noqa: ANN401  # lxml's elements have no public type
    """Take out what only pygal's own scripts and styles need, and whatever names a moment."""
    for node in list(tree):
        if node.tag != "g":
            tree.remove(node)
    for node in list(tree.iter()):
        if _is_dead(node):
            node.getparent().remove(node)
        else:
            node.attrib.pop("id", None)
    for name in ("id", "class"):
        tree.attrib.pop(name, None)


def _is_dead(node: Any) -> bool:  # noqa: ANN401  # as above
    classes = node.get("class", "").split()
    is_hint = node.tag in {"desc", "title"}
    return is_hint or "tooltip-overlay" in classes or "background" in classes


def _describe(tree: Any, name: str, title: str, summary: str) -> None:  # noqa: ANN401  # as above
    parts = (("desc", summary), ("title", title))
    for tag, text in parts:
        node = etree.Element(tag, id=f"{name}-{tag}")
        node.text = text
        tree.insert(0, node)
    tree.set("role", "img")
    tree.set("aria-labelledby", f"{name}-title")
    tree.set("aria-describedby", f"{name}-desc")
    tree.set("class", "chart")
