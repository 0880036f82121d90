"""A case in the making: drafts of rows as the source has them, and what is found out about them.

A draft is a row of a section of the record, or of three more that only the making knows: `episodes`
(a referral until its closing), `factors` (of an assessment), and extra fields of sections, such as
a plan's latest category. Its values are days, codes, flags, references and `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from casecheck.intake.sources.beside import Beside
from casecheck.intake.sources.dirt import DOUBLE_ROW, Faults
from casecheck.intake.sources.rows import Place
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.model import FIELDS
from casecheck.record.values import DayRange

BEGINNINGS: Mapping[str, str] = MappingProxyType(
    {"plans": "start", "assessments": "started_on", "meetings": "on"}
)
"""What is done in an episode, by its section, and the field with the day on which it began."""
ENDS: Mapping[str, str] = MappingProxyType({"plans": "end", "assessments": "completed_on"})
"""The field with the day on which that ended."""


class DraftField(NamedTuple):
    """What a field of a draft holds: `date`, `code`, `codes`, `flag`, `reference` or `person`."""

    kind: str
    role: str = "fact"
    target: str | None = None


class Ref(NamedTuple):
    """A reference to another draft: the source's table, and its key there."""

    table: str
    key: str


class PersonRef(NamedTuple):
    """A reference to a person, by the source's identifier."""

    identifier: str


_EXTRAS: Mapping[str, Mapping[str, DraftField]] = {
    "people": {
        "birth": DraftField("date"),
        "expected_birth": DraftField("date"),
        "death": DraftField("date", "event"),
    },
    "plans": {
        "latest_category": DraftField("code"),
        "since": DraftField("date"),
        "episode": DraftField("reference", target="episodes"),
    },
    "assessments": {
        "episode": DraftField("reference", target="episodes"),
        "completed_by": DraftField("date"),
        "ends_no_later": DraftField("flag"),
    },
    "meetings": {
        "episode": DraftField("reference", target="episodes"),
        "enquiry": DraftField("reference", target="meetings"),
        "of_enquiry": DraftField("flag"),
        "without_enquiry": DraftField("flag"),
    },
    "episodes": {
        "subject": DraftField("person"),
        "referred_on": DraftField("date"),
        "closed_on": DraftField("date", "event"),
        "closure_reason": DraftField("code"),
        "status": DraftField("code"),
        "no_further_action": DraftField("flag"),
    },
    "factors": {
        "assessment": DraftField("reference", target="assessments"),
        "factor": DraftField("code"),
    },
}


def _fields(section: str) -> Mapping[str, DraftField]:
    of_record = {
        name: DraftField("person" if spec.target == "people" else spec.kind, spec.role, spec.target)
        for name, spec in FIELDS.get(section, {}).items()
        if name != "id"
    }
    return MappingProxyType(of_record | dict(_EXTRAS.get(section, {})))


DRAFT_FIELDS: Mapping[str, Mapping[str, DraftField]] = MappingProxyType(
    {section: _fields(section) for section in (*FIELDS, "episodes", "factors")}
)
"""Each section's fields that a mapping may fill."""

_FACTS: Mapping[str, frozenset[str]] = {
    section: frozenset(
        name
        for name, spec in FIELDS.get(section, {}).items()
        if spec.role != "required" and spec.target is None
    )
    for section in DRAFT_FIELDS
}
"""Each section's fields of a record that tell something, and lead nowhere."""


@dataclass(slots=True)
class Draft:
    """A row in the making.

    `items` are the source's names of its fields, for what is told of them. `doubtful` says that two
    of its days cannot both be right. `called` begins its id in the record, which is `id`, once it
    has one.
    """

    section: str
    place: Place
    values: dict[str, Any]
    items: Mapping[str, str] = field(default_factory=dict)
    key: Ref | None = None
    doubtful: bool = False
    called: str | None = None
    id: str | None = None

    def item(self, name: str) -> str:
        """Return the source's name of a field."""
        return self.items.get(name, name)


def unite(kept: Draft, other: Draft) -> None:
    """Let a row that stands twice be one: a fact that the two tell in two ways is unknown.

    A blank in one of them is another way: else it would hang on which of them stands first.
    """
    for name in kept.items.keys() & other.items.keys() & _FACTS[kept.section]:
        if kept.values.get(name) != other.values.get(name):
            kept.values[name] = UNKNOWN


@dataclass(frozen=True, slots=True)
class Extract:
    """What is true of a source as a whole.

    `day` is the one it speaks for; `first_day` the first of the window that it covers, or None;
    `carried` the names of tables and items that occur in it at all.
    """

    source: str
    day: date
    first_day: date | None
    carried: frozenset[str]


class Case:
    """One case of an extract: its drafts by section, and what was found out about it.

    `incomplete` are sections of which rows may be missing, `not_only` kinds of a section that are
    not all there, whatever the mapping says of the source. `carries` are the sections that the
    extract carries, `maps` those that the source's mapping knows. `strata` are the district, team
    and lead agency, as the source names them. `births` holds days of birth, which are never
    written: they date what came before. `of_lists` says that its rows come from lists, of which
    none names every child: one without an episode is in order there. `united`: rows that are one
    have been made one, and all others are told apart. `sifted`: the source has left out already
    whom it was to leave out. `beside` is what the exports beside the
    source carry, if there are any.
    """

    carries: frozenset[str] = frozenset()
    maps: frozenset[str] = frozenset()
    opened_on: date | None = None
    closed_on: date | None = None
    nothing_known = False
    of_lists = False
    united = False
    sifted = False
    beside: Beside | None = None

    def __init__(self, identifier: str, place: Place, extract: Extract) -> None:
        self.identifier = identifier
        self.place = place
        self.extract = extract
        self._day = extract.day
        self.drafts: dict[str, list[Draft]] = {}
        self.by_key: dict[Ref, Draft] = {}
        self.incomplete: set[str] = set()
        self.not_only: set[tuple[str, str]] = set()
        self.strata: dict[str, str] = {}
        self.births: dict[str, date] = {}

    def add(self, drafts: Iterable[Draft]) -> None:
        """Take drafts."""
        by_section, by_key = self.drafts, self.by_key
        for draft in drafts:
            every = by_section.get(draft.section)
            if every is None:
                by_section[draft.section] = [draft]
            else:
                every.append(draft)
            if draft.key is not None:
                by_key[draft.key] = draft

    def of(self, section: str) -> list[Draft]:
        """Return the drafts of a section."""
        return self.drafts.get(section) or []

    def merge_doubles(self, section: str, same: Sequence[str], day: str, faults: Faults) -> None:
        """Let a row that stands twice be one: of equal fields `same`, on a `day` that is known."""
        every = self.of(section)
        if self.united or len(every) < 2:
            return
        kept: dict[tuple[Any, ...], Draft] = {}
        for draft in list(every):
            known = tuple([draft.values.get(name) for name in same])
            if known in kept and isinstance(draft.values.get(day), date):
                self.drafts[section].remove(draft)
                unite(kept[known], draft)
                if draft.key is not None:
                    self.by_key[draft.key] = kept[known]
                faults.add(DOUBLE_ROW, draft.item(day), draft.place)
            else:
                kept[known] = draft

    def target(self, draft: Draft, name: str) -> Draft | None:
        """Return the draft to which a field refers, or None."""
        reference = draft.values.get(name)
        return self.by_key.get(reference) if isinstance(reference, Ref) else None

    def sure(self, draft: Draft, name: str) -> date | None:
        """Return a day on which something can be built: given, not to come, not contradicted."""
        value = draft.values.get(name)
        if not isinstance(value, date) or value > self._day or draft.doubtful:
            return None
        return value

    def no_later(self, value: date | None = None) -> DayRange:
        """Return some day up to this one, else up to that of the extract."""
        return DayRange(None, value or self.extract.day)
