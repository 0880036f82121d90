"""The board paper as one page: a summary, a part a theme, and methods and limits at the end.

The page asks nothing of a network and holds no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import casecheck
from casecheck.report.board.action_part import action_table
from casecheck.report.board.measure_part import legend, measure_part
from casecheck.report.board.paper import Paper, findings_of, how_of
from casecheck.report.board.summary_part import summary_part
from casecheck.report.html.frame import Frame
from casecheck.report.html.markup import Html, tag
from casecheck.response.model import FindingLine, How, Response, Theme
from casecheck.text.counted import counted


class BoardPage:
    """Lays out one paper."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._charts = count(1)
        self._told: set[str] = set()
        """The measures that have been told: a second line that they answer leads to the first."""

    def page(self) -> Iterator[str]:
        """Yield the page, piece by piece."""
        paper, colour = self._paper, self._paper.template.colour
        style = f":root{{--own:{colour}}}" if colour else ""
        frame = Frame(paper.template.title, style=style, images=bool(paper.template.logo))
        yield frame.begin("Skip to the paper", "paper") + "\n"
        yield tag("header", *self._head()) + "\n"
        yield Html('<main id="paper">\n')
        yield tag("h2", "In two minutes", id="summary") + "\n"
        for part in summary_part(paper):
            yield part + "\n"
        yield self._contents() + "\n"
        for response, theme in paper.themes():
            yield tag("section", *self._theme(response, theme), class_="theme") + "\n"
        yield tag("section", *self._of_all(), class_="theme") + "\n"
        yield tag("section", *self._methods(), class_="theme") + "\n"
        yield Html("</main>\n")
        yield tag("footer", tag("p", f"casecheck {casecheck.__version__}. {paper.rules}"))
        yield frame.end()

    def _head(self) -> Iterator[Html]:
        paper = self._paper
        if paper.template.logo:
            yield tag("img", src=Html(paper.template.logo), alt="The board's logo", class_="logo")
        if paper.template.name:
            yield tag("p", paper.template.name, class_="board")
        yield tag("h1", paper.template.title)
        for response in paper.register.responses:
            yield tag("p", f"{response.title}.")
        extract = paper.extract
        words = f"As things stood on {paper.register.on}. "
        if extract is not None:
            until = f", up to {extract.last_day}" if extract.last_day else ""
            words += f"Measures are of {counted(extract.records, 'record')}{until}."
        yield tag("p", words, class_="soft")

    def _contents(self) -> Html:
        links = [
            tag(
                "li",
                tag("a", _title(theme), href=f"#{_anchor(response, theme)}"),
            )
            for response, theme in self._paper.themes()
        ]
        for words, to in (("Of all themes", "all"), ("Methods, limits, small numbers", "methods")):
            links.append(tag("li", tag("a", words, href=f"#{to}")))
        heading = tag("h3", "In this paper", id="contents")
        return tag("nav", heading, tag("ul", *links), aria_labelledby="contents")

    def _theme(self, response: Response, theme: Theme) -> Iterator[Html]:
        yield tag("h2", _title(theme), id=_anchor(response, theme))
        yield from self._own(f"Theme {theme.number}")
        for finding in findings_of(response, theme):
            yield from self._finding(response, finding)

    def _finding(self, response: Response, finding: FindingLine) -> Iterator[Html]:
        yield tag("h3", f"{finding.id}: what was found, and what we promised")
        yield tag("p", finding.text)
        lessons = [one for one in response.lessons if one.finding == finding.id]
        if lessons:
            yield tag("ul", *[tag("li", tag("b", one.id), " ", one.text) for one in lessons])
        yield from self._own(finding.id)
        hows = how_of(response, finding.id)
        for how in hows:
            yield from self._how(how)
        answered = {one for how in hows for one in how.answered_by}
        for lesson in lessons:
            if lesson.id in self._paper.rates and lesson.id not in answered:
                yield from self._rate(lesson.id)
        if actions := self._paper.actions(finding.id):
            yield action_table(actions, f"Actions on {finding.id}")

    def _own(self, part: str) -> Iterator[Html]:
        if part in self._paper.notes:
            yield tag("div", self._paper.notes[part], class_="own")

    def _how(self, how: How) -> Iterator[Html]:
        yield tag("p", tag("b", "How will we know? "), how.text, class_="how")
        if how.not_answered:
            yield tag("p", f"Nothing here answers it: {how.not_answered}", class_="soft")
        for name in how.answered_by:
            yield from self._answer(name)

    def _answer(self, name: str) -> Iterator[Html]:
        paper = self._paper
        if name in paper.rates:
            yield from self._rate(name)
        if name in paper.measures and name in self._told:
            link = tag("a", name, href=f"#{name}")
            yield tag("p", "Answered by ", link, ", above.", class_="soft")
        elif name in paper.measures:
            self._told.add(name)
            yield from measure_part(paper.measures[name], next(self._charts))
            for apart in sorted(one for one in paper.measures if one.startswith(f"{name}.")):
                yield from measure_part(paper.measures[apart], next(self._charts))
        elif name in paper.not_asked:
            yield from self._entered(name)

    def _entered(self, name: str) -> Iterator[Html]:
        figures = [one for one in self._paper.register.entered if one.measure == name]
        if not figures:
            yield tag("p", tag("b", name), f": {self._paper.not_asked[name]}.", class_="soft")
            return
        yield tag("p", tag("b", name), f" {figures[0].title}, as entered:")
        yield tag(
            "ul",
            *[
                tag("li", f"{one.on}, by {one.by}: " + "; ".join(f"{key.replace('_', ' ')} {value}"
                    for key, value in one.fields.items()))
                for one in figures
            ],
        )  # fmt: skip

    def _rate(self, lesson: str) -> Iterator[Html]:
        lead = tag("b", f"Files that auditors read, {lesson}: ")
        yield tag("p", lead, self._paper.rates[lesson].words)

    def _of_all(self) -> Iterator[Html]:
        yield tag("h2", "Of all themes", id="all")
        yield tag("h3", "What we promised of all of them")
        for response in self._paper.register.responses:
            for how in how_of(response, None):
                yield from self._how(how)
        if actions := self._paper.actions(None):
            yield action_table(actions, "Actions that serve all")
        others = [
            one
            for name, one in self._paper.measures.items()
            if name.partition(".")[0] not in self._told
        ]
        if others:
            yield tag("h3", "Further measures")
        for measure in others:
            yield from measure_part(measure, next(self._charts))

    def _methods(self) -> Iterator[Html]:
        paper = self._paper
        yield tag("h2", "Methods, limits and small numbers", id="methods")
        yield legend()
        for words in _METHODS:
            yield tag("p", words)
        if paper.extract is not None and paper.extract.not_answered:
            yield tag("h3", "Checks that these records cannot answer")
            yield tag("p", ", ".join(paper.extract.not_answered))
        yield tag("h3", "Small numbers")
        yield tag("p", paper.protected or "Nothing is withheld: this paper is for the QAG alone.")


_METHODS = (
    "A measure counts what the records show, in each period. What they cannot tell is counted"
    " apart: it is in every denominator and is never a pass. So a share is what is sure to be met,"
    " and the bar beside it reaches to what it would be if all that is unknown were met.",
    "Whether a measure has changed is said by rules for runs about the median (Anhøj and Olesen,"
    " PLoS ONE 9(11), 2014) and, from twelve periods on, by the limits of a p-, c- or XmR-chart."
    " Under ten useful periods nothing is said. A signal says that something changed, not why.",
    "A record shows what was recorded. Good work that nobody wrote down is missing in it, and so"
    " are families whom no service knows, and those who have left the extract.",
    "What auditors found in files is told with the bounds between which all cases lie, 95 % sure,"
    " unless other words say so.",
)


def _title(theme: Theme) -> str:
    return f"Theme {theme.number}: {theme.title}"


def _anchor(response: Response, theme: Theme) -> str:
    return f"theme-{response.review}-{theme.number}"
