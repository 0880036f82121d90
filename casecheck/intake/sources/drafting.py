"""Makes drafts of rows of tables, for sources whose rows say of each column whether it is there.

An event of which the source has no column at all is unknown in each row: it is not one that has not
happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casecheck.intake.sources.case import BEGINNINGS, DRAFT_FIELDS, Case, Draft, PersonRef, Ref
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.mapping import SourceMapping
from casecheck.intake.sources.rows import SourceRow
from casecheck.intake.sources.values import UNKNOWN

_LATER = {"visits": ("subject", "on"), "incidents": ("victim", "on")}


def drafts_of(
    mapping: SourceMapping, row: SourceRow, faults: Faults, doubtful: frozenset[str]
) -> Iterator[Draft]:
    """Yield the drafts of a row; events of which it has no item are unknown."""
    for draft in mapping.drafts(row, faults, doubtful):
        fields = DRAFT_FIELDS[draft.section]
        for name, item in draft.items.items():
            if item not in row.items and fields[name].role == "event":
                draft.values.setdefault(name, UNKNOWN)
        yield draft


def tie_loose_ends(case: Case) -> None:
    """Let what names no episode be part of one of its subject's, so that none is closed too early.

    A case is closed when its episodes are. What was done for a person without an episode, or after
    their last one, keeps it open: an episode of which nothing is known stands for that.
    """
    episodes: dict[str, list[Draft]] = {}
    for episode in case.of("episodes"):
        episodes.setdefault(_who(episode, "subject"), []).append(episode)
    if not episodes:
        return
    open_for: dict[str, Draft] = {}
    for section, begins in BEGINNINGS.items():
        for draft in case.of(section):
            if case.target(draft, "episode") is not None:
                continue
            draft.values.pop("episode", None)
            who = _who(draft, "subject")
            around = _episode_of(case, episodes.get(who, []), case.sure(draft, begins))
            if around is not None and around.key is not None:
                draft.values["episode"] = around.key
            else:
                open_for.setdefault(who, draft)
    for section, (whose, day) in _LATER.items():
        for draft in case.of(section):
            who, on = _who(draft, whose), case.sure(draft, day)
            closed = [case.sure(one, "closed_on") for one in episodes.get(who, [])]
            if on is None or not closed or all(one and one < on for one in closed):
                open_for.setdefault(who, draft)
    case.add(
        Draft("episodes", draft.place, {"subject": PersonRef(who), "referred_on": UNKNOWN})
        for who, draft in open_for.items()
    )


def _who(draft: Draft, name: str) -> str:
    value = draft.values.get(name)
    return value.identifier if isinstance(value, PersonRef) else ""


def _episode_of(case: Case, episodes: list[Draft], day: date | None) -> Draft | None:
    """Return the last episode that began by a day, else the first."""
    began = [(case.sure(one, "referred_on") or date.min, at) for at, one in enumerate(episodes)]
    before = [one for one in began if day is None or one[0] <= day]
    chosen = max(before) if before else min(began, default=None)
    return episodes[chosen[1]] if chosen is not None else None


def once_each(case: Case, section: str) -> None:
    """Let drafts of one key but the first have none, where ids are made of keys."""
    seen: set[Ref] = set()
    for draft in case.of(section):
        if draft.key in seen:
            draft.key = None
        elif draft.key is not None:
            seen.add(draft.key)
