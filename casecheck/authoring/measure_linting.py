"""Find in the pages of measures what loading cannot: what no example shows, and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from casecheck.authoring import catalogue
from casecheck.authoring.linting import Problem, accusing, problem
from casecheck.lessons.page_files import read_page_text
from casecheck.lessons.yaml_nodes import read_page
from casecheck.measures.measure import Expected, Measure

_NEEDED = {
    "share": ("met", "not_met"),
    "count": ("members",),
    "median_days": ("median", "open"),
}
_UNKNOWN = ("cannot_tell", "perhaps", "perhaps_not", "perhaps_met")


def measure_problems(measures: Iterable[Measure]) -> list[Problem]:
    """Return every problem of some measures' pages, in order."""
    found: set[Problem] = set()
    for measure in measures:
        if measure.is_asked:
            found.update(_not_shown(measure))
        found.update(accusing(read_page(read_page_text(Path(measure.file)), measure.file)))
    return sorted(found)


def _not_shown(measure: Measure) -> Iterator[Problem]:
    """Yield what no example of a measure expects."""
    every = [one for example in measure.examples for one in example.expect]
    own = [one for one in every if not one.series]
    wanted: dict[str, tuple[str, ...]] = {f"`{name}`": (name,) for name in _NEEDED[measure.kind]}
    wanted["what cannot be told"] = _UNKNOWN
    for what, names in wanted.items():
        if not any(_shows(one, names) for one in own):
            yield _missing(measure, f"no example of {measure.id} shows {what}")
    if all(any(one.counts.values()) for one in own):
        yield _missing(measure, f"in each example of {measure.id} somebody is counted")
    for apart in measure.apart:
        of_it = [one for one in every if one.series == apart.name]
        if not any(_shows(one, tuple(one.counts)) for one in of_it):
            yield _missing(measure, f"no example of {measure.id} counts somebody as {apart.name}")


def _shows(expected: Expected, names: tuple[str, ...]) -> bool:
    return any(expected.counts.get(name) for name in names)


def _missing(measure: Measure, message: str) -> Problem:
    return problem(catalogue.OUTCOME, measure.place, message, "add one whose `expect` says so")
