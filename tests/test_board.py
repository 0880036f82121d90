"""The board paper: its charts, its words, what is set into it, and that nothing in it runs."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import ROOT
from hypothesis import given
from hypothesis import strategies as st
from report_fakes import hostile_text

from casecheck.cli import cli
from casecheck.measures.disclosure import profiles
from casecheck.measures.signals import Point, signal
from casecheck.qag.register.state import Said, register_state
from casecheck.report.board.chart import Bar, Chart, drawn
from casecheck.report.board.notes import NotesError, read_notes
from casecheck.report.board.page import BoardPage
from casecheck.report.board.paper import Extract, MeasureShown, Paper, Period, SampleRate, parts_of
from casecheck.report.board.template import PLAIN, TemplateError, read_template
from casecheck.response.files import load_responses
from casecheck.response.model import Response

RED_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@cache
def response() -> Response:
    (one,) = load_responses([ROOT / "rules" / "children_p" / "response.yaml"])
    return one


def measure(name: str, periods: list[Period], title: str = "What is asked") -> MeasureShown:
    points = [
        Point(one.label, one.members, one.met, complete=one.complete, suppressed=one.withheld)
        for one in periods
    ]
    found = signal(points, "share", "up")
    return MeasureShown(name, title, "", "share", "instance", "up", periods, 0, found)


def period(label: str, met: int, members: int, *, complete: bool = True) -> Period:
    share = met / members
    return Period(label, members, 0, met, 0, share, share, share, complete)


def withheld(label: str) -> Period:
    return Period(label, None, None, None, None, None, None, None, True, True, True)


QUARTERS = [f"{2022 + at // 4}-Q{at % 4 + 1}" for at in range(16)]
RISING = [period(one, 4 + at, 30) for at, one in enumerate(QUARTERS)]


def paper(*measures: MeasureShown) -> Paper:
    on = date(2018, 6, 30)
    return Paper(
        template=PLAIN,
        register=register_state([response()], [], on),
        measures={one.id: one for one in measures},
        not_asked={"M6c": "answered by an outside source", "M11": "answered by an outside source"},
        rates={"P1.1": SampleRate("P1.1", "12 of 14 files compliant.")},
        rates_basis="14 of 34 cases were drawn to be read.",
        extract=None,
        notes={},
        protected="",
        rules="Rules sha256:0, 11 lessons.",
    )


def page_of(one: Paper) -> str:
    return "".join(BoardPage(one).page())


# --- charts -------------------------------------------------------------------------------------


def places(markup: str, class_: str) -> list[tuple[float, float]]:
    """The places of marks of a kind, in the picture's own units."""
    groups = re.findall(rf'<g class="{class_}">(.*?)</g></g>', markup, re.DOTALL)
    return [
        (float(x), float(y))
        for group in groups
        for x, y in re.findall(r'<use [^>]*?x="([\d.]+)" y="([\d.]+)"', group)
    ]


def test_marks_stand_in_order_of_time_and_higher_where_more() -> None:
    values = [0.2, 0.5, 0.4, 0.9]
    bars = [Bar(str(at), value) for at, value in enumerate(values)]
    marks = places(drawn(Chart("A", "share", bars), 1), "point")
    assert len(marks) == 4
    assert all(one[0] < other[0] for one, other in pairwise(marks))
    by_height = sorted(range(4), key=lambda at: -marks[at][1])
    assert [values[at] for at in by_height] == sorted(values)
    # A tenth is as high everywhere.
    step = (marks[0][1] - marks[3][1]) / 0.7
    assert marks[0][1] - marks[1][1] == pytest.approx(0.3 * step, rel=0.01)


def test_what_is_withheld_is_hatched_and_is_not_nought() -> None:
    bars = [Bar("2025-Q1", 0.5), Bar("2025-Q2", None, withheld=True), Bar("2025-Q3", 0.6)]
    markup = drawn(Chart("A", "share", bars), 1)
    assert markup.count('class="withheld"') == 1
    assert len(places(markup, "point")) == 2
    shown = drawn(Chart("A", "share", [*bars[:1], Bar("2025-Q2", 0.0), *bars[2:]]), 1)
    assert "withheld" not in shown
    assert len(places(shown, "point")) == 3


def test_a_period_that_is_not_complete_is_hollow_and_an_unusual_one_marked() -> None:
    bars = [Bar("1", 0.5), Bar("2", 0.9, unusual=True), Bar("3", 0.6, complete=False)]
    markup = drawn(Chart("A", "share", bars), 1)
    assert [len(places(markup, kind)) for kind in ("point", "unusual", "open")] == [1, 1, 1]


def test_a_chart_is_the_same_each_time_and_its_ids_are_its_own() -> None:
    chart = Chart("A", "count", [Bar("1", 3.0, 3.0, 5.0), Bar("2", None, withheld=True)], 3.0)
    assert drawn(chart, 1) == drawn(chart, 1)
    ids = [set(re.findall(r'id="([^"]+)"', drawn(chart, number))) for number in (1, 2)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for number, own in enumerate(ids, start=1):
        led_to = set(re.findall(r'(?:href="#|url\(#)([^")]+)', drawn(chart, number)))
        assert led_to <= own


def test_a_chart_has_no_style_of_its_own() -> None:
    markup = drawn(Chart("A", "median", [Bar("1", 30.0, 10.0, 50.0)], 30.0, {"1": (0, 90)}), 1)
    assert "style" not in markup
    assert "30 days in 1" in markup


# --- the page -----------------------------------------------------------------------------------


def test_each_promise_is_in_the_paper_with_what_answers_it() -> None:
    names = {one for how in response().how for one in how.answered_by if one.startswith("M")}
    asked = sorted(names - {"M6c", "M11"})
    few = RISING[:2]  # too few to draw: a chart is worked out for a second
    page = page_of(paper(*(measure(one, few) for one in asked)))
    for how in response().how:
        assert how.text in page
    for action in response().actions:
        assert f"<b>{action.id}</b>" in page
    for name in asked:
        assert page.count(f'id="{name}"') == 1
    assert "12 of 14 files compliant" in page


def test_what_became_better_is_said_first_and_leads_to_its_chart() -> None:
    page = page_of(paper(measure("M1a", RISING, "Rises")))
    summary = page[page.index("In two minutes") : page.index("In this paper")]
    assert '<a href="#M1a">M1a Rises</a>: <b class="ok">Improved</b>' in summary


def test_a_measure_of_which_nothing_can_be_shown_has_no_chart() -> None:
    page = page_of(paper(measure("M1a", [withheld(one) for one in QUARTERS])))
    assert "No period can be shown: the numbers are small." in page
    assert 'class="chart"' not in page


def test_of_two_lines_that_one_measure_answers_the_second_leads_to_the_first() -> None:
    twice = [name for how in response().how for name in how.answered_by]
    name = next(one for one in twice if twice.count(one) > 1 and one != "M11")
    page = page_of(paper(measure(name, RISING)))
    assert page.count(f'id="{name}"') == 1
    assert f'Answered by <a href="#{name}">' in page


def summary_of(one: Paper) -> str:
    page = page_of(one)
    return page[page.index("In two minutes") : page.index("In this paper")]


def test_no_heading_skips_a_level() -> None:
    asked = {name for how in response().how for name in how.answered_by} - {"M6c", "M11", "ML"}
    page = page_of(paper(*(measure(one, RISING[:2]) for one in (*sorted(asked), "M99"))))
    levels = [int(one) for one in re.findall(r"<h([1-6])", page)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_of_what_cannot_be_shown_one_sentence_is_enough() -> None:
    page = page_of(paper(measure("M1a", [withheld(one) for one in QUARTERS])))
    assert "are small. It is hoped to go up.</p>" in page
    assert "or are withheld" not in page


def test_of_what_is_withheld_at_both_ends_it_is_said_once() -> None:
    in_part = period("2025-Q1", 15, 30)._replace(low=None, high=None, in_part=True)
    told = summary_of(paper(measure("M1a", [in_part])))
    assert "<td>withheld</td>" in told
    assert "withheld to withheld" not in told


def test_what_has_no_upper_end_is_not_called_withheld() -> None:
    """Of a median no upper end is known where most members are still open, or may be."""
    one = measure("M6b", [period("2025-Q1", 15, 30)._replace(value=142.0, low=71.0, high=None)])
    told = summary_of(paper(one._replace(kind="median")))
    assert "<td>71 days or more</td>" in told
    assert "withheld" not in told


def test_what_was_said_of_actions_has_a_column_where_something_was() -> None:
    one = paper()
    assert "What was said of it" not in page_of(one)
    said = (Said(1, date(2018, 6, 1), "started", "chair", "Begun."),)
    actions = tuple(replace(action, said=said) for action in one.register.actions)
    page = page_of(replace(one, register=replace(one.register, actions=actions)))
    assert "What was said of it" in page
    assert "2018-06-01, chair: Begun." in page


def test_measures_are_others_only_beside_a_signal() -> None:
    silent = measure("M2a", RISING[:3])
    assert "<b>Measures: </b>1 with too few" in summary_of(paper(silent))
    assert "<b>Other measures: </b>1 with too few" in summary_of(
        paper(measure("M1a", RISING), silent)
    )


def test_no_code_is_shown_where_words_will_do() -> None:
    extract = Extract(3, date(2018, 6, 1), 2, ["category_changes"], ["P1.1 chair-agreement"])
    apart = measure("M3c.early_help", RISING[:2], "Assessments: early help")
    page = page_of(replace(paper(apart, measure("M3c", RISING[:2])), extract=extract))
    assert "Ask first for: category changes." in page
    assert ">M3c Assessments: early help</h4>" in page
    assert ">M3c early help</a>" in page


MARKUP = st.sampled_from(
    ["<script>x()</script>", '"><img src=x onerror=x()>', "</style><b>", "<!--", "url(http://x)"]
)


@given(st.lists(MARKUP | hostile_text(), min_size=6, max_size=6))
def test_no_hostile_text_is_markup(texts: list[str]) -> None:
    title, asks, name, words, protected, rules = texts
    hostile = replace(
        paper(measure("M1a", [withheld("2025-Q1")], title)._replace(asks=asks)),
        template=PLAIN._replace(name=name, title=words),
        protected=protected,
        rates={"P1.1": SampleRate("P1.1", words)},
        rules=rules,
    )
    plain = paper(measure("M1a", [withheld("2025-Q1")]))
    elements = re.compile(r"<(\w+)")
    found = set(elements.findall(page_of(hostile)))
    assert found <= set(elements.findall(page_of(plain)))
    assert not {"script", "img", "iframe", "link"} & found


# --- the QAG's own words ------------------------------------------------------------------------


def notes(folder: Path, text: str) -> dict[str, str]:
    file = folder / "notes.md"
    file.write_text(text, encoding="utf-8")
    return dict(read_notes(file, parts_of([response()])))


def test_words_go_under_the_part_that_their_heading_names(tmp_path: Path) -> None:
    found = notes(tmp_path, "# Summary\n\nWe *think* so.\n\n## p1\n\n- One\n- <b>Two</b>\n")
    assert found["Summary"].strip() == "<p>We <em>think</em> so.</p>"
    assert "&lt;b&gt;Two" in found["P1"]
    page = page_of(replace(paper(), notes=found))
    assert page.index("We <em>think</em>") < page.index("Theme 1:") < page.index("&lt;b&gt;Two")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Words at once\n", "line 1: words before the first heading"),
        ("## Summary\n\nx\n\n## P77\n", "line 5: the paper has no part of this heading"),
        ("## Summary\n\nRing 07700 900123\n", "line 3 holds what looks like a phone number"),
    ],
)
def test_words_that_cannot_be_set_in_are_refused_by_line(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(NotesError, match=re.escape(why)) as error:
        notes(tmp_path, text)
    assert "07700" not in str(error.value)


def test_links_and_images_in_words_stay_text(tmp_path: Path) -> None:
    found = notes(tmp_path, "## Summary\n\n[a](http://x) ![b](http://y) <http://z>\n")
    assert not re.search("<(a|img) ", found["Summary"])


# --- a board's own head -------------------------------------------------------------------------


def test_a_template_gives_name_logo_and_colour(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(RED_DOT)
    file = tmp_path / "board.toml"
    file.write_text('name = "The board"\nlogo = "logo.png"\ncolour = "#5A2D82"\n')
    page = page_of(replace(paper(), template=read_template(file)))
    assert "The board" in page
    assert 'src="data:image/png;base64,' in page
    assert "img-src data:" in page
    assert "--own:#5a2d82" in page


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = ", "is no TOML"),
        ('nam = "x"', "there is no `nam`"),
        ("name = 3", "`name` takes a text"),
        ('colour = "red"', "is written as in #005ea5"),
        ('colour = "#767676"', ""),
        ('colour = "#777777"', "take a darker one"),
        ('logo = "../logo.png"', "beside the template"),
        ('logo = "/etc/passwd"', "beside the template"),
        ('logo = "board.toml"', "a PNG or a JPEG"),
        ('logo = "none.png"', "No such file"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "board.toml"
    file.write_text(text)
    if not why:  # the palest grey that can be read on white
        assert read_template(file).colour == "#767676"
        return
    with pytest.raises(TemplateError, match=re.escape(why)):
        read_template(file)


# --- the command --------------------------------------------------------------------------------


def test_the_command_writes_a_paper_of_records(tmp_path: Path) -> None:
    cases = [str(ROOT / "sample_cases" / f"c-010{number}.json") for number in range(1, 5)]
    target = tmp_path / "board.html"
    store = tmp_path / "none.db"
    done = CliRunner().invoke(cli, ["board", *cases, "--output", str(target), "--by", "year"])
    assert done.exit_code == 0, done.output
    page = target.read_text(encoding="utf-8")
    assert "Measures are of 4 records" in page
    assert profiles()["dfe"].rule in page
    assert not store.exists()


@pytest.mark.slow
def test_the_command_writes_a_paper_of_stored_runs_that_nobody_has_sampled(tmp_path: Path) -> None:
    case, store = str(ROOT / "sample_cases" / "c-0101.json"), str(tmp_path / "t.db")
    for arguments in (["audit", case, "--summary"], ["board", "--output", f"{tmp_path}/b.html"]):
        done = CliRunner().invoke(cli, [*arguments, "--store", store, "--set", "M4a.tool_days=92"])
        assert done.exit_code in {0, 1}, done.output
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "Files that auditors read" not in page
    assert "Set for this board: M4a.tool_days is 92, set by --set." in page


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["-", "--output", "b.html"], "read twice"),
        (["x.json", "--output", "b.docx"], "name a file .html or .pdf"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], why: str) -> None:
    done = CliRunner().invoke(cli, ["board", *arguments])
    assert done.exit_code in {1, 2}
    assert why in " ".join(done.output.split())


@pytest.mark.slow
def test_the_paper_as_pdf() -> None:
    to_pdf = pytest.importorskip("casecheck.report.board.to_pdf")
    pytest.importorskip("weasyprint")
    page = page_of(paper(measure("M1a", RISING)))
    once, again = to_pdf.pdf_of(page), to_pdf.pdf_of(page)
    assert once.startswith(b"%PDF-")
    assert once == again


@pytest.mark.slow
def test_no_clock_shows_in_the_pdf_where_its_fonts_are_cut_by_fonttools(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    to_pdf = pytest.importorskip("casecheck.report.board.to_pdf")
    fonts = pytest.importorskip("weasyprint.pdf.fonts")
    clock = pytest.importorskip("fontTools.misc.timeTools").time
    monkeypatch.setattr(fonts, "harfbuzz_subset", None)
    page = page_of(paper(measure("M1a", RISING)))

    def pdf_at(now: float) -> bytes:
        monkeypatch.setattr(clock, "time", lambda: now)
        return to_pdf.pdf_of(page)

    once = pdf_at(1_700_000_000)
    assert "SOURCE_DATE_EPOCH" not in os.environ
    assert pdf_at(1_800_000_000) == once
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert pdf_at(1_700_000_000) == once
    assert os.environ["SOURCE_DATE_EPOCH"] == "1000000000"


def test_a_long_name_of_a_period_leaves_room_for_the_marks() -> None:
    bars = [Bar("a period with a very long name " * 9, value) for value in (0.2, 0.5)]
    told = drawn(Chart("A", "share", bars), 1)
    assert len(places(told, "point")) == 2
    assert ">a period ...<" in told
