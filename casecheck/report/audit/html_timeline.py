"""Draws a record's timeline as SVG: a lane for each section, and the windows that were missed.

Days that the record does not settle are drawn as such: hatched over all days that it may have been,
to the edge where there is no bound. What contradicts itself is an outline. Rows without any day are
counted beside their label. The same stands in words in the table below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from casecheck.report.audit.timeline_axis import LEFT, WIDTH, Axis, axis_of, ends, packed
from casecheck.report.audit.timeline_words import (
    LANES,
    Track,
    code_words,
    row_words,
    section_list,
    tracks,
    undated,
)
from casecheck.report.html.markup import Html, joined, tag, text
from casecheck.results import Dated, Timeline, TimelineRow

_ROW, _BAR, _HEAD, _TOP = 14, 9, 15, 18
_INDENT = "translate(6)"
_MOST_TRACKS = 12
"""The most tracks that overlapping bars of one label take; more are drawn over one another."""
MOST_WINDOWS = 30
"""The most windows that are drawn; the others stand with their findings."""
_LETTER = 5.4
"""The width of a letter of a label, roughly, in units of the drawing."""
_BESIDE = 9
"""Units between a window's number and what is drawn of it: a diamond takes half of them."""
_LABEL = 32
"""The most letters of a label beside the drawing."""
_COLOURS = {"plans": "p", "risks": "r", "incidents": "i", "meetings": "m", "actions": "a"}
"""The class of each lane's bars; of others it is "o"."""


class Window(NamedTuple):
    """Days within which something was to be done, and the finding that says that it was not.

    `number` is the finding's; `opened` the day from which it ran, as far as it is known, and `due`
    its last; `evidence` the days on which what comes nearest was done.
    """

    number: int
    opened: Dated | None
    due: date
    evidence: tuple[date, ...] = ()


class _Drawing:
    """Paths by their class, and texts, from the top down."""

    def __init__(self, timeline: Timeline, axis: Axis) -> None:
        self.timeline = timeline
        self.axis = axis
        self.y = _TOP
        self._paths: dict[str, list[str]] = {}
        self._texts: dict[str, list[Html]] = {}

    def path(self, class_: str, data: str) -> None:
        self._paths.setdefault(class_, []).append(data)

    def write(self, words: str, y: int, class_: str, x: int | str = "") -> None:
        self._texts.setdefault(class_, []).append(tag("text", words, x=x, y=y))

    def head(self, words: str) -> None:
        self.write(words, self.y + 11, "h")
        self.path("l", f"M0 {self.y}h{WIDTH}")
        self.y += _HEAD

    def span(self, class_: str, first: int, last: int, y: int) -> None:
        """Draw a bar, as a thick line, at least long enough to be seen."""
        width = max(last - first, 2)
        self.path(class_, f"M{min(first, WIDTH - width)} {y + _BAR // 2}h{width}")

    def outline(self, first: int, last: int, y: int) -> None:
        """Draw a bar of which only the outline is sure."""
        width = max(last - first, 2)
        self.path("x", f"M{min(first, WIDTH - width)} {y}h{width}v{_BAR}h-{width}z")

    def arrow(self, x: int, way: int, y: int) -> None:
        """Draw that something goes on to the right (1), or began before (-1)."""
        self.path("v", f"M{x + way} {y}l{4 * way} 4{-4 * way:+} 4".replace("+", " "))

    def markup(self, title: str) -> Html:
        height = self.y + 4
        grid = "".join(f"M{mark.x} {_TOP - 4}V{height}" for mark in self.axis.marks())
        labels = [
            tag("text", mark.label, x=mark.x, y=11, class_="y")
            for mark in self.axis.marks()
            if mark.label and mark.x + _LETTER * len(mark.label) < WIDTH
        ]
        today = self.axis.x(self.timeline.today, self.timeline.today)
        # What is hatched or an outline goes over what is filled.
        paths = sorted(self._paths.items(), key=lambda path: (path[0] in "utvxd", path[0]))
        return tag(
            "svg",
            tag("title", title),
            tag("desc", "The table below it holds the same days in words."),
            tag("path", class_="g", d=grid),
            *[tag("path", class_=class_, d="".join(data)) for class_, data in paths],
            tag("path", class_="n", d=f"M{today} {_TOP - 4}V{height}"),
            *labels,
            *[
                tag("g", *texts, class_=class_, transform=_INDENT if class_ == "s" else "")
                for class_, texts in self._texts.items()
            ],
            viewBox=f"0 0 {WIDTH} {height}",
            role="img",
        )


def timeline_svg(timeline: Timeline, windows: Sequence[Window], title: str) -> Html:
    """Return the drawing of a timeline, with a title that says whose it is."""
    shown = windows[:MOST_WINDOWS]
    must_show = [day for one in shown for day in (one.due, *_bounds(one.opened))]
    drawing = _Drawing(timeline, axis_of(timeline, must_show))
    if shown:
        _draw_windows(drawing, shown)
    for section, of_lane in groupby(tracks(timeline), lambda track: track.section):
        drawing.head(LANES[section])
        for track in of_lane:
            if not track.label:  # its lane's heading says what it is
                drawing.y -= _HEAD - 1
            _draw_track(drawing, track)
    return drawing.markup(title)


def _bounds(day: Dated | None) -> Iterator[date]:
    yield from filter(None, day[:2] if day else ())


def _draw_windows(drawing: _Drawing, windows: Sequence[Window]) -> None:
    drawing.head("Missed, by the number of its finding")
    axis, spans = drawing.axis, []
    for one in windows:
        days = [one.due, *one.evidence, *_bounds(one.opened)]
        xs = [axis.x(day, day) for day in days]
        spans.append((min(xs) - _BESIDE - round(_LETTER * len(str(one.number))), max(xs) + 6))
    tracks_of = packed(spans, MOST_WINDOWS)
    for one, (left, _), track in zip(windows, spans, tracks_of, strict=True):
        y = drawing.y + _ROW * track + 2
        due = axis.x(one.due, one.due)
        opened = [axis.x(day, day) for day in _bounds(one.opened)] or [due]
        drawing.span("w", min(*opened, due), max(*opened, due), y)
        drawing.path("d", f"M{due} {y - 2}v{_BAR + 4}")
        for day in one.evidence:
            at = axis.x(day, day)
            drawing.path("t", f"M{min(*opened, due) if at < min(opened) else due} {y + 4}H{at}")
            if day < axis.first:
                drawing.arrow(LEFT, -1, y)
            else:
                drawing.path("e", f"M{at} {y - 1}l5 5-5 5-5-5z")
        drawing.write(str(one.number), y + 9, "k", left)
    drawing.y += _ROW * (max(tracks_of) + 1) + 2


def _draw_track(drawing: _Drawing, track: Track) -> None:
    label = track.label if len(track.label) <= _LABEL else f"{track.label[: _LABEL - 1]}…"
    if without := undated(track.rows):
        label = f"{track.label[: _LABEL - 12]} (undated: {without})"
    if label:
        drawing.write(label, drawing.y + 10, "s", "" if track.label else 100)
    rows = [row for row in track.rows if not undated([row])]
    spans = [_extent(row, drawing) for row in rows]
    # What took place on one day may lie over another: both stay to be seen.
    one_day = [not row.lasting and row.start.first == row.start.last for row in rows]
    tracks_of = [0] * len(rows) if all(one_day) else packed(spans, _MOST_TRACKS)
    for row, at in zip(rows, tracks_of, strict=True):
        y = drawing.y + _ROW * at + 2
        if row.lasting:
            _draw_bar(drawing, row, y)
        else:
            _draw_points(drawing, row, y)
        if row.due and not ends(row.due):
            due = drawing.axis.x(row.due.last, row.due.first or drawing.timeline.today)
            drawing.path("d", f"M{due} {y - 2}v{_BAR + 4}")
    drawing.y += _ROW * (max(tracks_of, default=0) + 1)


def _extent(row: TimelineRow, drawing: _Drawing) -> tuple[int, int]:
    """Return the places between which a row is drawn."""
    axis, today = drawing.axis, drawing.timeline.today
    end = row.end or (Dated(today, today) if row.lasting else row.start)
    first, last = axis.x(row.start.first, axis.first), axis.x(end.last, today)
    dues = [axis.x(day, day) for day in _bounds(row.due)]
    return min(first, last, *dues), max(first, last, *dues)


def _draw_bar(drawing: _Drawing, row: TimelineRow, y: int) -> None:
    axis, today = drawing.axis, drawing.timeline.today
    start, end = row.start, row.end
    class_ = _COLOURS.get(row.section, "o")
    if start.contradictory or (end is not None and end.contradictory):
        xs = [axis.x(day, day) for day in (*_bounds(start), *_bounds(end))]
        drawing.outline(min(xs), max(xs), y)
        return
    from_ = axis.x(start.last, today)
    to = axis.x(today, today) if end is None else axis.x(end.first, start.last or axis.first)
    if start.last is not None and from_ <= to and (end is None or not ends(end)):
        drawing.span(class_, from_, to, y)
        if end is None:
            drawing.arrow(to, 1, y)
    if start.first != start.last or ends(start):
        drawing.span("u", axis.x(start.first, axis.first), min(from_, max(to, from_)), y)
    if end is not None and (end.first != end.last or ends(end)):
        drawing.span("u", max(to, from_ if not ends(start) else to), axis.x(end.last, today), y)
    if row.section == "plans":
        _draw_categories(drawing, row, from_, to, y)
    if start.last is not None and start.last < axis.first:
        drawing.arrow(LEFT, -1, y)


def _draw_points(drawing: _Drawing, row: TimelineRow, y: int) -> None:
    axis, class_ = drawing.axis, _COLOURS.get(row.section, "o")
    days = [row.start] if row.end is None else [row.start, row.end]
    known = [axis.x(day.last, axis.last) for day in days if not ends(day)]
    if len(known) > 1:
        drawing.path("t", f"M{known[0]} {y + 4}H{known[1]}")
    for day in days:
        if ends(day):
            continue
        if day.contradictory:
            drawing.outline(axis.x(day.first, axis.first) - 2, axis.x(day.last, axis.last) + 2, y)
        elif day.first != day.last:
            today = drawing.timeline.today
            drawing.span("u", axis.x(day.first, axis.first), axis.x(day.last, today), y)
        elif day.first and day.first < axis.first:
            drawing.arrow(LEFT, -1, y)
        else:
            at = axis.x(day.first, axis.first)
            if class_ == "i":
                drawing.path("i", f"M{at} {y - 1}l5 5-5 5-5-5z")
            else:
                drawing.span(class_, at - 1, at + 2, y)


def _draw_categories(drawing: _Drawing, row: TimelineRow, first: int, last: int, y: int) -> None:
    """Write a plan's categories along its bar, each from the day of its change on."""
    changes = sorted(
        (change.start.first, change.codes[1])
        for change in drawing.timeline.rows
        if change.section == "category_changes"
        and change.of == row.id
        and change.start.first is not None
        and change.start.first == change.start.last
    )
    places = [first, *(drawing.axis.x(day, day) for day, _ in changes), last]
    for at in places[1:-1]:
        drawing.path("c", f"M{at} {y}v{_BAR}")
    categories = [row.codes[1], *(code for _, code in changes)]
    for category, left, right in zip(categories, places, places[1:], strict=False):
        words = code_words(category) if category else ""
        if words and right - left > len(words) * _LETTER + 6:
            drawing.write(words, y + 8, "b", left + 4)


def timeline_table(timeline: Timeline) -> Html:
    """Return the timeline as a table: a row for each label, with each of its days in words.

    Tags that HTML lets one leave out are left out: there are many rows in a report.
    """
    rows = [
        joined(
            (
                Html("<tr><th scope=row>"),
                LANES[track.section] + (f": {track.label}" if track.label else ""),
                Html("<td>"),
                "; ".join(map(row_words, track.rows)),
            )
        )
        for track in tracks(timeline)
    ]
    return Html(f"<table>{joined(rows)}</table>")


def not_carried(timeline: Timeline) -> Html:
    """Return what a timeline cannot show, since the extract does not carry it."""
    told = []
    if timeline.absent:
        told.append(f"Not in this record's extract: {section_list(timeline.absent)}.")
    if timeline.partial:
        told.append(f"There in part, rows may be missing: {section_list(timeline.partial)}.")
    return joined([text(" ".join(told))])
