"""Makes a case of the rows of the Standard Safeguarding Dataset that are about some persons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from casecheck.intake.sources import care_periods, values
from casecheck.intake.sources.case import Case, Draft, Extract, PersonRef, Ref
from casecheck.intake.sources.dirt import DOUBLE_ROW, LEFT_OUT, Faults
from casecheck.intake.sources.drafting import drafts_of, once_each, tie_loose_ends
from casecheck.intake.sources.mapping import SourceMapping
from casecheck.intake.sources.rows import SourceRow
from casecheck.record.values import DayRange

_NO_DAY = 30
CARE = care_periods.CareItems(
    start="clae_cla_episode_start_date",
    start_reason="clae_cla_episode_start_reason",
    end="clae_cla_episode_ceased_date",
    end_reason="clae_cla_episode_ceased_reason",
    entered="clae_entered_care_date",
    period="clae_cla_id",
)
_BEGIN = {
    "cppl_cp_plan_initial_category": re.compile(r"\s*(multiple)\b.*", re.IGNORECASE | re.DOTALL),
    "cppl_cp_plan_latest_category": re.compile(r"\s*(multiple)\b.*", re.IGNORECASE | re.DOTALL),
    "cine_close_reason": re.compile(r"\s*(RC[1-9])\b.*", re.IGNORECASE | re.DOTALL),
    "cppr_cp_review_participation": re.compile(r"\s*(PN[0-7])\b.*", re.IGNORECASE | re.DOTALL),
    "clar_cla_review_participation": re.compile(r"\s*(PN[0-7])\b.*", re.IGNORECASE | re.DOTALL),
    "invo_professional_role_id": re.compile(r"\s*(CW)\b.*", re.IGNORECASE | re.DOTALL),
    "miss_missing_episode_type": re.compile(r"\s*(M)\b.*", re.IGNORECASE | re.DOTALL),
}
"""Items of which a code, or a word, stands first, and a description may follow."""
_MANY_FACTORS = 100


class CaseMaker:
    """Makes cases of rows: `members` are the persons of one, `rows` are those about them."""

    def __init__(
        self, mapping: SourceMapping, extract: Extract, doubtful: frozenset[str], faults: Faults
    ) -> None:
        self._mapping, self._extract = mapping, extract
        self._doubtful, self._faults = doubtful, faults

    def case(self, name: str, members: frozenset[str], rows: Iterable[SourceRow]) -> Case | None:
        """Return the case; None where the rows are of nobody."""
        rows = list(rows)
        if not rows:
            return None
        case = Case(name, rows[0].place, self._extract)
        seen: set[str] = set()
        for row in self._prepared(case, rows):
            for draft in drafts_of(self._mapping, row, self._faults, self._doubtful):
                self._take(case, draft, members, seen)
        for member in sorted(members - seen):
            known = Ref("ssd_person", member)
            case.add([Draft("people", case.place, {}, {}, known, called="person")])
        for order in case.of("court_orders"):
            granted = case.sure(order, "granted_on")
            order.values["applied_on"] = DayRange(None, granted or self._extract.day)
        once_each(case, "workers")
        tie_loose_ends(case)
        team = _team(rows)
        if team is not None:
            case.strata["team"] = team
        return case

    def _take(self, case: Case, draft: Draft, members: frozenset[str], seen: set[str]) -> None:
        """Take a draft, a person once, and no link to somebody of another case."""
        if draft.section == "people":
            name = draft.key.key if draft.key else ""
            if name not in members or name in seen:
                twice = draft.key is not None and draft.key.table == "ssd_person" and name in seen
                if twice:
                    self._faults.add(DOUBLE_ROW, "pers_person_id", draft.place)
                return
            seen.add(name)
        ends = [draft.values.get(end) for end in ("from", "to")]
        if draft.section == "relationships" and not all(
            isinstance(end, PersonRef) and end.identifier in members for end in ends
        ):
            return
        case.add([draft])

    def _prepared(self, case: Case, rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
        """Yield rows as the mapping can read them."""
        care: dict[str | None, list[SourceRow]] = {}
        for row in rows:
            if row.table == "ssd_cla_episodes":
                care.setdefault(row.items.get("clae_person_id"), []).append(row)
            elif row.table == "ssd_assessment_factors":
                yield from _factors(row)
            elif self._counts(case, row):
                yield _begun(row)
        for group in care.values():
            yield from care_periods.periods(group, CARE)

    def _counts(self, case: Case, row: SourceRow) -> bool:
        """Say whether a row tells of something of this council that has happened, or may have.

        Where it may have happened, and the row does not tell when, its kind is not all there.
        """
        items = row.items
        if row.table == "ssd_cp_plans" and _yes(items.get("cppl_cp_plan_ola")):
            case.not_only.add(("plans", "child_protection"))
            self._faults.add(LEFT_OUT, "cppl_cp_plan_ola", row.place)
            return False
        if row.table == "ssd_cp_reviews" and items.get("cppr_cp_review_date") is None:
            return not self._lies_ahead(items.get("cppr_cp_review_due"))
        if row.table == "ssd_initial_cp_conference":
            self._conference(case, items, row)
        return True

    def _conference(self, case: Case, items: Mapping[str, str | None], row: SourceRow) -> None:
        both = (("meetings", "initial_conference"), ("meetings", "transfer_in_conference"))
        no_day = items.get("icpc_icpc_date") is None
        if no_day and not self._lies_ahead(items.get("icpc_icpc_target_date")):
            case.not_only.update(both)
            self._faults.add(_NO_DAY, "icpc_icpc_date", row.place)
        transfer = items.get("icpc_icpc_transfer_in")
        if transfer is not None and not isinstance(values.flag(transfer)[0], bool):
            case.not_only.update(both)
            self._faults.add(values.OTHER_TEXT, "icpc_icpc_transfer_in", row.place)

    def _lies_ahead(self, text: str | None) -> bool:
        found = values.day(text or "")[0]
        return isinstance(found, date) and found > self._extract.day


def _yes(text: str | None) -> bool:
    return text is not None and values.flag(text)[0] is True


def _begun(row: SourceRow) -> SourceRow:
    """Return a row without the descriptions behind codes."""
    told = {
        item: found[1]
        for item, begin in _BEGIN.items()
        if (text := row.items.get(item)) is not None and (found := begin.fullmatch(text))
    }
    return row._replace(items={**row.items, **told}) if told else row


def _factors(row: SourceRow) -> Iterator[SourceRow]:
    """Yield a row for each factor of an assessment, which its own row has as JSON.

    That is a list of codes, or an object of codes with yes and no. Of what is neither nothing is
    known, but that something was told.
    """
    text = row.items.get("cinf_assessment_factors_json")
    if text is None:
        return
    for code in _codes(text):
        yield row._replace(items={**row.items, "cinf_factor": code})


def _codes(text: str) -> list[str]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return [text[:_MANY_FACTORS]]
    if told is None:
        return []
    if isinstance(told, dict):
        codes = [code for code, said in told.items() if values.flag(str(said))[0] is not False]
        return codes[:_MANY_FACTORS]
    if not isinstance(told, list):
        return [str(told)]
    return [str(one) if isinstance(one, str | int) else "unknown" for one in told[:_MANY_FACTORS]]


def _team(rows: Iterable[SourceRow]) -> str | None:
    """Return the team of the case worker who is there now; None where there are several."""
    teams = {
        team
        for row in rows
        if row.table == "ssd_involvements"
        and row.items.get("invo_involvement_end_date", "") is None
        and (team := values.identifier(row.items.get("invo_professional_team"))) is not None
        and (_begun(row).items.get("invo_professional_role_id") or "").strip().upper() == "CW"
    }
    return next(iter(teams)) if len(teams) == 1 else None
