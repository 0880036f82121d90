"""Draws a measure over its periods: a run chart or a control chart, as SVG in a page.

matplotlib draws it. What it makes is then brought into a page whose policy allows no style of its
own: each `style` becomes attributes, what carries a name becomes a class that the page's style
colours in light and in dark, and ids are the chart's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from casecheck.measures.signal_words import Kind
from casecheck.qag.extras import need
from casecheck.report.html.markup import Html, tag, text

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_WIDE, _HIGH = 7.4, 2.7
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "casecheck",
    "font.size": 9,
    "hatch.linewidth": 0.6,
}
_HATCHED: dict[str, Any] = {"hatch": "///", "fill": False, "ec": "#a0a8b0", "lw": 0}
_PAPER = "the board paper"
_MOST_LABELS = 9
_LONGEST_LABEL = 12
_CLASS = "chart-"
"""What the gid of an artist begins with that becomes a class of the page."""


_OF_THE_PAGE = ("font-family",)
"""What text takes from the page."""


class Bar(NamedTuple):
    """One period: its value if it is shown, how low and high it may be, and why it may not count.

    Shares are from 0 to 1, medians in days.
    """

    period: str
    value: float | None
    low: float | None = None
    high: float | None = None
    withheld: bool = False
    complete: bool = True
    unusual: bool = False


class Chart(NamedTuple):
    """A measure over time; `center` is its median, `limits` by period those of a control chart."""

    title: str
    kind: Kind
    bars: Sequence[Bar]
    center: float | None = None
    limits: Mapping[str, tuple[float, float]] = {}


def drawn(chart: Chart, number: int) -> Html:
    """Return a chart, the page's so-manyeth, with what it shows in a sentence for who listens."""
    root = ET.fromstring(_plotted(chart))  # noqa: S314 - what matplotlib has just written
    parts = [_element(one, number) for one in root if one.tag != f"{_SVG}metadata"]
    named = f"chart-{number}"
    return tag(
        "svg",
        tag("desc", _told(chart), id=named),
        *[part for part in parts if part],
        class_="chart",
        viewBox=root.attrib["viewBox"],
        role="img",
        aria_labelledby=named,
    )


def _told(chart: Chart) -> str:
    shown = [one for one in chart.bars if one.value is not None]
    if not shown:
        return f"{chart.title}: no period can be shown."
    first, last = shown[0], shown[-1]
    return (
        f"{chart.title}: {written(first.value, chart.kind)} in {first.period},"
        f" {written(last.value, chart.kind)} in {last.period}. The table has each period."
    )


def written(value: float | None, kind: Kind) -> str:
    """Write a value with its unit; "" where there is none."""
    if value is None:
        return ""
    if kind == "share":
        return f"{value * 100:.0f} %"
    return f"{value:.0f}" + (" days" if kind == "median" else "")


# Drawing


def _plotted(chart: Chart) -> bytes:
    matplotlib = need("matplotlib", _PAPER, "board")
    svg = need("matplotlib.backends.backend_svg", _PAPER, "board")
    figures = need("matplotlib.figure", _PAPER, "board")

    # Text stays text, and ids follow from the drawing alone.
    with matplotlib.rc_context(_SETTINGS):
        figure = figures.Figure(figsize=(_WIDE, _HIGH), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, chart)
        _axes(axes, chart)
        stream = BytesIO()
        svg.FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    return bytes(stream.getvalue())


def _draw(axes: Any, chart: Chart) -> None:
    places = range(len(chart.bars))
    values = [float("nan") if one.value is None else one.value for one in chart.bars]
    for at, one in zip(places, chart.bars, strict=True):
        if one.withheld:
            axes.axvspan(at - 0.4, at + 0.4, gid=f"{_CLASS}withheld", **_HATCHED)
        elif one.low is not None and one.high is not None:
            axes.vlines(at, one.low, one.high, gid=f"{_CLASS}range", color="#9bb8de", lw=5)
    axes.plot(places, values, gid=f"{_CLASS}series", color="#1f6fb2", lw=1.4)
    for at, one in zip(places, chart.bars, strict=True):
        if one.value is not None:
            name, face = ("unusual", "#c4314b") if one.unusual else ("point", "#1f6fb2")
            axes.plot(
                [at],
                [one.value],
                gid=f"{_CLASS}{name if one.complete else 'open'}",
                marker="D" if one.unusual else "o",
                markersize=6,
                color=face,
                markerfacecolor=face if one.complete else "white",
            )
    if chart.center is not None:
        axes.axhline(chart.center, gid=f"{_CLASS}center", color="#57606a", lw=1)
    for end in (0, 1):
        limits = [chart.limits.get(one.period, (float("nan"),) * 2)[end] for one in chart.bars]
        if chart.limits:
            axes.step(
                places, limits, where="mid", gid=f"{_CLASS}limit", color="#57606a", lw=1, ls="--"
            )


def _axes(axes: Any, chart: Chart) -> None:
    ticker = need("matplotlib.ticker", _PAPER, "board")

    number = len(chart.bars)
    every = -(-number // _MOST_LABELS)
    axes.set_xticks(
        range(0, number, every), [_label(one.period) for one in chart.bars[::every]], rotation=0
    )
    axes.set_xlim(-0.6, max(number - 0.4, 0.6))
    shown = [end for one in chart.bars for end in (one.value, one.high) if end is not None]
    ends = [*shown, *(upper for _, upper in chart.limits.values()), chart.center or 0]
    top = 1.0 if chart.kind == "share" else max([1.0, *ends]) * 1.08
    axes.set_ylim(-0.03 * top, top * 1.03)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=5, integer=chart.kind != "share"))
    axes.yaxis.set_major_formatter(
        ticker.FuncFormatter(lambda value, _: written(value, chart.kind))
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.patch.set_visible(False)
    axes.get_figure(root=True).patch.set_visible(False)


def _label(period: str) -> str:
    """Return what stands below a mark: a long text would leave the marks no room."""
    return period if len(period) <= _LONGEST_LABEL else f"{period[: _LONGEST_LABEL - 3]}..."


# Into the page


def _element(element: ET.Element, number: int) -> Html:
    """Return an element of matplotlib's as one of the page."""
    name = element.tag.removeprefix(_SVG)
    if name == "style":
        return Html("")
    parts = [text((element.text or "").strip())]
    parts += [_element(one, number) for one in element]
    attributes = dict(_attributes(element, number))
    if name == "g" and not attributes and not any(parts):
        return Html("")
    written_ = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return Html(f"<{name}{written_}>{''.join(parts)}</{name}>")


def _attributes(element: ET.Element, number: int) -> Iterator[tuple[str, str]]:
    for key, value in element.attrib.items():
        if key == "id":
            if value.startswith(_CLASS):
                yield "class", value.removeprefix(_CLASS)
            elif element.tag != f"{_SVG}g":
                yield "id", f"c{number}-{value}"
        elif key == "style":
            for part in filter(None, value.split(";")):
                of, _, as_ = part.partition(":")
                if of.strip() not in _OF_THE_PAGE:
                    yield of.strip(), _own(as_.strip(), number)
        elif key == f"{_XLINK}href":
            yield "href", _own(value, number)
        elif key.startswith("{"):
            continue
        else:
            yield key, _own(value, number)


def _own(value: str, number: int) -> str:
    """Return a value in which each reference to an id leads to the chart's own."""
    own = re.sub(r"#(?=[A-Za-z])(?![0-9a-fA-F]{6}\b)", f"#c{number}-", text(value))
    return own.replace('"', "'")
