"""A lesson as read from its page, typed: what the engine compiles and the reports quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

from casecheck.lessons.alternative import Alternative, Once
from casecheck.lessons.condition import Condition
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.periods import ALWAYS, Period, Standard, standards_in_words
from casecheck.lessons.setting import Setting, settings_in_words
from casecheck.lessons.template import has_one_to_replace
from casecheck.lessons.terms import Field, RowPath, Shown
from casecheck.lessons.units import Unit
from casecheck.record.model import FieldSpec
from casecheck.results import MEDIUM, Outcome, Severity


@dataclass(frozen=True, slots=True)
class Source:
    """Where a lesson was learnt."""

    review: str
    finding: str
    theme: int
    cite: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a board may set: the standards in force, those of the page, unit and basis.

    `unit` is "" on a page with a fault alone. `set_by` names what set it for this board, "" where
    nothing did; `reason` is the board's.
    """

    name: str
    standards: tuple[Standard, ...]
    shipped: tuple[Standard, ...]
    unit: Unit | Literal[""]
    basis: str
    set_by: str = ""
    reason: str = ""

    @property
    def value(self) -> int:
        """The number in force, the last where it changes with time."""
        return self.standards[-1].value

    @property
    def changed(self) -> bool:
        """Whether the board has set it to something else than the page says."""
        return self.standards != self.shipped

    @property
    def in_words(self) -> str:
        """What is in force, in words, and what the page says where that is something else."""
        words = standards_in_words(self.standards, self.unit)
        if not self.changed:
            return words
        why = f": {self.reason}" if self.reason else ""
        shipped = standards_in_words(self.shipped, self.unit)
        return f"{words}, set by {self.set_by}{why} (on the page: {shipped})"


@dataclass(frozen=True, slots=True)
class ConceptRows:
    """One way to come by a concept's rows: the rows of a section for which all conditions hold.

    `fields` says, for each of the concept's fields, which row or day of the source row it is.
    """

    binding: str
    section: str
    where: tuple[Condition, ...]
    fields: Mapping[str, RowPath | Field]


@dataclass(frozen=True, slots=True)
class Concept:
    """A notion that several lessons share, such as a neglect concern.

    Its rows come from `rows`, all ways together. `reported_as` names the fields whose rows an
    instance is reported with; empty for the source row itself. `further` is what it asks beside
    that, which checks that use it have written out in them.
    """

    name: str
    means: str
    specs: Mapping[str, FieldSpec]
    rows: tuple[ConceptRows, ...]
    reported_as: tuple[str, ...]
    file: str
    further: Further | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """What a concept asks beside the rows that it comes from, its own row being named as it is.

    `asked` are rows that must be there, or not, and conditions; they count by `parameters`, of
    these units, that a page which uses the concept has. `nodes` is the same as it is written.
    """

    parameters: Mapping[str, str]
    asked: Alternative
    nodes: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that lessons name together, such as those of what troubles a child."""

    name: str
    codes: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with places for values: texts, and between them what is shown."""

    parts: tuple[str | RowPath | Field | Shown, ...]

    def __str__(self) -> str:
        """Return the sentence as the page has it, what is worked out as it was understood."""
        return "".join(one if isinstance(one, str) else f"{{{one}}}" for one in self.parts)


ShortfallKind = Literal["late", "incomplete"]
"""How evidence falls short: it lies outside its window, or it lacks something."""
SHORTFALLS: tuple[ShortfallKind, ...] = get_args(ShortfallKind)
"""The kinds, in the order in which they are looked for."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is looked for where a check is not met, to say in which way: it changes no outcome.

    Where `evidence` surely holds of an instance in breach, `breach` is its sentence, in place of
    its population's.
    """

    kind: ShortfallKind
    evidence: Alternative
    breach: Message


@dataclass(frozen=True, slots=True)
class Population:
    """Whom a check is about, and what is asked of each.

    An instance is a combination of rows, one for each name in `for_each`, for which every
    condition of `where` holds and, if `given` is not empty, one of `given` too. It is left out
    where one of `unless` holds, and met where one of `met_by` holds. Where it is in breach, the
    first of `shortfalls` that holds says how.

    `part` is its place among the parts of the page that the check is about. Where a standard
    changes with time, one part is several populations, each with the conditions of its `period`
    in `where`. With `once` a cluster of days is told as one: no outcome hangs on it.
    """

    for_each: Mapping[str, str]
    where: tuple[Condition, ...]
    given: tuple[Alternative, ...]
    unless: tuple[Alternative, ...]
    met_by: tuple[Alternative, ...]
    breach: Message
    cannot_tell: Message
    part: int = 0
    period: Period = ALWAYS
    shortfalls: tuple[Shortfall, ...] = ()
    once: Once | None = None

    @property
    def ways(self) -> tuple[Alternative, ...]:
        """All that is looked for, also that which changes no outcome."""
        told = (one.evidence for one in self.shortfalls)
        return (*self.given, *self.unless, *self.met_by, *told)


class CheckName(NamedTuple):
    """What a check is called: its lesson's id, and its own."""

    lesson: str
    check: str

    def __str__(self) -> str:
        return f"{self.lesson}/{self.check}"


@dataclass(frozen=True, slots=True)
class Check:
    """One question of a lesson. Most have one population; some ask of several.

    `formerly` are the names that it had, the oldest first: fingerprints are made with that one.
    """

    id: str
    asks: str
    populations: tuple[Population, ...]
    place: Place
    period: Period = ALWAYS
    severity: Severity = MEDIUM
    tags: tuple[str, ...] = ()
    formerly: tuple[CheckName, ...] = ()


@dataclass(frozen=True, slots=True)
class Off:
    """A check that the board has switched off, and why; `check` is "" for a whole lesson."""

    lesson: str
    check: str
    reason: str
    set_by: str
    place: Place

    def __str__(self) -> str:
        name = f"{self.lesson}/{self.check}" if self.check else self.lesson
        return f"{name} is switched off by {self.set_by}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Review:
    """A review, or another set of lessons, that has a folder of its own.

    `default`: its lessons are in force although nobody named the folder. `version`, `licence` and
    `authors` are what whoever hands the folder on says of it; "" and () where nothing is said.
    """

    id: str
    title: str
    about: str
    default: bool
    folder: str
    version: str = ""
    licence: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulePack:
    """A folder of pages as it was read: the review that it is, and the digest of its pages.

    `review` and `version` are "" where no `review.yaml` says them.
    """

    review: str
    version: str
    folder: str
    digest: str
    licence: str = ""
    authors: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name pack, version and digest, as reports do."""
        name = self.review or "without a name (no review.yaml)"
        version = f"version {self.version}" if self.version else "no version"
        return f"Rule pack {name}, {version}, {self.digest}"


@dataclass(frozen=True, slots=True)
class Example:
    """A record on the page, and the outcomes that the named checks must have for it.

    `falls_short` says of some checks that are expected in breach by which kind of `Shortfall` each
    of their instances in breach must be told.
    """

    name: str
    record: Mapping[str, Any]
    expect: Mapping[str, Outcome]
    place: Place
    falls_short: Mapping[str, ShortfallKind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change of the page that no example can notice, for it changes nothing that is asked.

    `change` is the change as `casecheck rules mutate` names it; `because` says why.
    """

    change: str
    because: str
    place: Place


@dataclass(frozen=True, slots=True)
class Lesson:
    """One page: what the lesson asks, its parameters, checks and examples.

    `background` holds what the examples have in common: sections and their rows, as on the page.
    `since_then` says what has changed since the lesson was learnt; "" where the page does not.
    """

    id: str
    title: str
    asks: str
    source: Source
    parameters: Mapping[str, Parameter]
    checks: tuple[Check, ...]
    background: Mapping[str, Any]
    examples: Sequence[Example]
    equivalent: tuple[Equivalent, ...]
    file: str
    period: Period = ALWAYS
    since_then: str = ""

    @property
    def theme(self) -> int:
        """The theme of the review's response under which the lesson stands."""
        return self.source.theme

    @property
    def is_unwritten(self) -> bool:
        """Whether some text of the page is still the one that `rules new` put there."""
        return has_one_to_replace(filter(None, self._texts()), self.id, self.source.review)

    def _texts(self) -> Iterator[str]:
        yield from (self.asks, self.source.cite)
        yield from (parameter.basis for parameter in self.parameters.values())
        for check in self.checks:
            yield check.asks
            for one in check.populations:
                yield from (way.means for way in one.ways)
                told = (short.breach for short in one.shortfalls)
                yield from map(str, (one.breach, one.cannot_tell, *told))


@dataclass(frozen=True, slots=True)
class Rules:
    """All lessons in force, in the order of their ids, and the concepts that they share.

    `digest` identifies pages and settings: two audits with the same digest asked the same, where
    both asked all lessons.
    `off` are the checks that are switched off, `left_out` the reviews that only those get who name
    their folder. `as_written` is the digest of the pages as they stand, whatever a board has set;
    `passed_over` are the files among them that look like pages and were left by systems or editors.
    `packs` are the folders that the pages are from, each with the digest of its own.
    `asked_in_part` says which of the checks were chosen, "" where all of these lessons are asked.
    `measure_pages` are the pages of measures beside the lessons, file and text, unread as yet, and
    `measure_settings` what the board sets of them: standards by measure and parameter.
    `made_of` has for each lesson the digest of all that it was read from.
    """

    lessons: Sequence[Lesson]
    concepts: Mapping[str, Concept]
    digest: str
    folder: str
    off: tuple[Off, ...] = ()
    reviews: tuple[Review, ...] = ()
    left_out: tuple[Review, ...] = ()
    as_written: str = ""
    passed_over: tuple[str, ...] = ()
    packs: tuple[RulePack, ...] = ()
    asked_in_part: str = ""
    groups: Mapping[str, Group] = field(default_factory=dict)
    measure_pages: tuple[tuple[str, str], ...] = ()
    measure_settings: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)
    made_of: Mapping[str, str] = field(default_factory=dict)

    def deviations(self) -> list[str]:
        """Return a sentence for each setting in which this board deviates from the pages.

        And one where only some checks are asked, and for each lesson of which the page is not
        written yet.
        """
        changed = [
            f"{lesson.id}.{parameter.name} is {parameter.in_words}"
            for lesson in self.lessons
            for parameter in lesson.parameters.values()
            if parameter.changed
        ]
        unwritten = [
            f"{lesson.id} is asked although its page is not written yet (`casecheck rules lint"
            f" {lesson.file}` says where): its findings are those of an example, and say nothing of"
            " practice"
            for lesson in self.lessons
            if lesson.is_unwritten
        ]
        part = [self.asked_in_part] if self.asked_in_part else []
        of_measures = settings_in_words(self.measure_settings)
        return [*part, *changed, *of_measures, *map(str, self.off), *unwritten]
