"""Make invented tables of the Standard Safeguarding Dataset: nobody in them lives.

    python tools/make_ssd.py ssd/              # 40 children as CSV files, as of 31 March 2026
    python tools/make_ssd.py ssd.sqlite --children 1000 --seed 7

The children are those of `tools/make_returns.py`, two to a family. The same numbers give the same
tables. `docs/importing.md` goes on from there.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from make_returns import Element, Inventor

COLUMNS = {
    "ssd_person": "pers_person_id pers_upn pers_forename pers_surname pers_sex pers_ethnicity"
    " pers_dob pers_expected_dob pers_common_child_id pers_death_date pers_is_mother",
    "ssd_family": "fami_table_id fami_family_id fami_person_id",
    "ssd_mother": "moth_table_id moth_person_id moth_childs_person_id moth_childs_dob",
    "ssd_address": "addr_table_id addr_person_id addr_address_postcode addr_address_json",
    "ssd_contacts": "cont_contact_id cont_person_id cont_contact_date cont_contact_source_code"
    " cont_contact_source_desc cont_contact_outcome_json",
    "ssd_early_help_episodes": "earl_episode_id earl_person_id earl_episode_start_date"
    " earl_episode_end_date earl_episode_reason earl_episode_end_reason earl_episode_organisation"
    " earl_episode_worker_id",
    "ssd_cin_episodes": "cine_referral_id cine_person_id cine_referral_date"
    " cine_cin_primary_need_code cine_referral_source_code cine_referral_source_desc"
    " cine_referral_outcome_json cine_referral_nfa cine_close_reason cine_close_date"
    " cine_referral_team cine_referral_worker_id",
    "ssd_cin_assessments": "cina_assessment_id cina_person_id cina_referral_id"
    " cina_assessment_start_date cina_assessment_child_seen cina_assessment_auth_date"
    " cina_assessment_outcome_json cina_assessment_outcome_nfa cina_assessment_team"
    " cina_assessment_worker_id",
    "ssd_assessment_factors": "cinf_table_id cinf_assessment_id cinf_assessment_factors_json",
    "ssd_cin_plans": "cinp_cin_plan_id cinp_referral_id cinp_person_id cinp_cin_plan_start_date"
    " cinp_cin_plan_end_date cinp_cin_plan_team cinp_cin_plan_worker_id",
    "ssd_cin_visits": "cinv_cin_visit_id cinv_person_id cinv_cin_visit_date cinv_cin_visit_seen"
    " cinv_cin_visit_seen_alone cinv_cin_visit_bedroom",
    "ssd_s47_enquiry": "s47e_s47_enquiry_id s47e_referral_id s47e_person_id s47e_s47_start_date"
    " s47e_s47_end_date s47e_s47_nfa s47e_s47_outcome_json s47e_s47_completed_by_team"
    " s47e_s47_completed_by_worker_id",
    "ssd_initial_cp_conference": "icpc_icpc_id icpc_icpc_meeting_id icpc_s47_enquiry_id"
    " icpc_person_id icpc_cp_plan_id icpc_referral_id icpc_icpc_transfer_in icpc_icpc_target_date"
    " icpc_icpc_date icpc_icpc_outcome_cp_flag icpc_icpc_outcome_json icpc_icpc_team"
    " icpc_icpc_worker_id",
    "ssd_cp_plans": "cppl_cp_plan_id cppl_referral_id cppl_icpc_id cppl_person_id"
    " cppl_cp_plan_start_date cppl_cp_plan_end_date cppl_cp_plan_ola cppl_cp_plan_initial_category"
    " cppl_cp_plan_latest_category",
    "ssd_cp_visits": "cppv_cp_visit_id cppv_person_id cppv_cp_plan_id cppv_cp_visit_date"
    " cppv_cp_visit_seen cppv_cp_visit_seen_alone cppv_cp_visit_bedroom",
    "ssd_cp_reviews": "cppr_cp_review_id cppr_person_id cppr_cp_plan_id cppr_cp_review_due"
    " cppr_cp_review_date cppr_cp_review_meeting_id cppr_cp_review_outcome cppr_cp_review_quorate"
    " cppr_cp_review_participation",
    "ssd_cla_episodes": "clae_cla_episode_id clae_person_id clae_cla_placement_id"
    " clae_cla_episode_start_date clae_cla_episode_start_reason clae_cla_primary_need_code"
    " clae_cla_episode_ceased_date clae_cla_episode_ceased_reason clae_cla_id clae_referral_id"
    " clae_cla_last_iro_contact_date clae_entered_care_date",
    "ssd_cla_reviews": "clar_cla_review_id clar_cla_id clar_cla_review_due_date"
    " clar_cla_review_date clar_cla_review_cancelled clar_cla_review_participation",
    "ssd_cla_visits": "clav_cla_visit_id clav_cla_id clav_person_id clav_cla_visit_date"
    " clav_cla_visit_seen clav_cla_visit_seen_alone",
    "ssd_missing": "miss_table_id miss_person_id miss_missing_episode_start_date"
    " miss_missing_episode_type miss_missing_episode_end_date miss_missing_rhi_offered"
    " miss_missing_rhi_accepted",
    "ssd_legal_status": "lega_legal_status_id lega_person_id lega_legal_status"
    " lega_legal_status_start_date lega_legal_status_end_date",
    "ssd_involvements": "invo_involvements_id invo_professional_id invo_professional_role_id"
    " invo_professional_team invo_person_id invo_involvement_start_date invo_involvement_end_date"
    " invo_worker_change_reason invo_referral_id",
    "ssd_professionals": "prof_professional_id prof_professional_name prof_staff_id",
}
"""Tables of the dataset, with columns as its scripts 1.4 write them; not all tables, and of some
not all columns."""
DESCRIBED = {"NEG": "Neglect", "PHY": "Physical abuse", "SAB": "Sexual abuse",
             "EMO": "Emotional abuse", "MUL": "Multiple: Neglect, Physical abuse"}  # fmt: skip
Tables = dict[str, list[dict[str, Any]]]


def columns_of(table: str) -> list[str]:
    """Return the columns of a table, in order."""
    return COLUMNS[table].split()


def write_folder(tables: Tables, folder: Path) -> None:
    """Write tables as CSV files of a folder, a day as SQL Server does."""
    folder.mkdir(exist_ok=True)
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns_of(table), restval="")
            writer.writeheader()
            writer.writerows(rows)


def write_sqlite(tables: Tables, file: Path) -> None:
    """Write tables as those of a new SQLite file."""
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection, connection:
        for table, rows in tables.items():
            columns = columns_of(table)
            marks = ", ".join("?" * len(columns))
            connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 - our own names
                [[_plain(row.get(column)) for column in columns] for row in rows],
            )


def _plain(value: Any) -> Any:
    return f"{value} 00:00:00" if isinstance(value, date) else value


def tables_of(children: Iterable[Element]) -> Tables:
    """Return children of a census return as tables; those without rows are there, too."""
    writer = _Writer()
    for number, child in enumerate(children):
        writer.child(child, number)
    return {table: writer.tables[table] for table in COLUMNS}


class _Writer:
    """Writes children of a return into tables."""

    def __init__(self) -> None:
        self.tables: Tables = defaultdict(list)
        self._number = 0

    def _next(self) -> str:
        self._number += 1
        return str(100_000 + self._number)

    def add(self, table: str, **row: Any) -> None:
        """Add a row."""
        self.tables[table].append(row)

    def child(self, child: Element, number: int) -> None:
        """Add a child, and what a return tells of them."""
        told = dict(texts(child, "ChildIdentifiers"))
        name = told["LAchildID"]
        self.add(
            "ssd_person", pers_person_id=name, pers_dob=told.get("PersonBirthDate"),
            pers_expected_dob=told.get("ExpectedPersonBirthDate"), pers_sex="U",
        )  # fmt: skip
        family = str(5_000 + number // 2)
        self.add("ssd_family", fami_table_id=self._next(), fami_family_id=family,
                 fami_person_id=name)  # fmt: skip
        for episode in within(child, "CINdetails"):
            self._episode(name, episode)

    def _episode(self, name: str, episode: Element) -> None:
        told, referral = dict(texts(episode)), self._next()
        self.add(
            "ssd_contacts", cont_contact_id=self._next(), cont_person_id=name,
            cont_contact_date=told.get("CINreferralDate"),
        )  # fmt: skip
        self.add(
            "ssd_cin_episodes", cine_referral_id=referral, cine_person_id=name,
            cine_referral_date=told.get("CINreferralDate"),
            cine_referral_nfa="Y" if told.get("ReferralNFA") == "1" else "N",
            cine_close_reason=told.get("ReasonForClosure"),
            cine_close_date=told.get("CINclosureDate"),
        )  # fmt: skip
        for assessment in within(episode, "Assessments"):
            self._assessment(name, referral, assessment)
        for plan in within(episode, "CINPlanDates"):
            days = dict(texts(plan))
            self.add(
                "ssd_cin_plans", cinp_cin_plan_id=self._next(), cinp_referral_id=referral,
                cinp_person_id=name, cinp_cin_plan_start_date=days.get("CINPlanStartDate"),
                cinp_cin_plan_end_date=days.get("CINPlanEndDate"),
            )  # fmt: skip
        for enquiry in within(episode, "Section47"):
            self._enquiry(name, referral, dict(texts(enquiry)))
        for plan in within(episode, "ChildProtectionPlans"):
            self._protection(name, referral, plan)

    def _assessment(self, name: str, referral: str, assessment: Element) -> None:
        days, number = dict(texts(assessment)), self._next()
        self.add(
            "ssd_cin_assessments", cina_assessment_id=number, cina_person_id=name,
            cina_referral_id=referral, cina_assessment_child_seen="Y",
            cina_assessment_start_date=days.get("AssessmentActualStartDate"),
            cina_assessment_auth_date=days.get("AssessmentAuthorisationDate") or "1900-01-01",
        )  # fmt: skip
        for found in within(assessment, "FactorsIdentifiedAtAssessment"):
            factors = json.dumps([text for _, text in texts(found)])
            self.add("ssd_assessment_factors", cinf_table_id=self._next(),
                     cinf_assessment_id=number, cinf_assessment_factors_json=factors)  # fmt: skip

    def _enquiry(self, name: str, referral: str, days: dict[str, str]) -> None:
        number = self._next()
        self.add(
            "ssd_s47_enquiry", s47e_s47_enquiry_id=number, s47e_referral_id=referral,
            s47e_person_id=name, s47e_s47_start_date=days.get("S47ActualStartDate"),
        )  # fmt: skip
        if "DateOfInitialCPC" in days:
            self.add(
                "ssd_initial_cp_conference", icpc_icpc_id=self._next(),
                icpc_icpc_meeting_id=self._next(), icpc_s47_enquiry_id=number,
                icpc_person_id=name, icpc_referral_id=referral, icpc_icpc_transfer_in="N",
                icpc_icpc_date=days["DateOfInitialCPC"],
            )  # fmt: skip

    def _protection(self, name: str, referral: str, plan: Element) -> None:
        told, number = dict(texts(plan)), self._next()
        self.add(
            "ssd_cp_plans", cppl_cp_plan_id=number, cppl_referral_id=referral, cppl_person_id=name,
            cppl_cp_plan_start_date=told.get("CPPstartDate"),
            cppl_cp_plan_end_date=told.get("CPPendDate"), cppl_cp_plan_ola="N",
            cppl_cp_plan_initial_category=DESCRIBED.get(told.get("InitialCategoryOfAbuse", "")),
            cppl_cp_plan_latest_category=DESCRIBED.get(told.get("LatestCategoryOfAbuse", "")),
        )  # fmt: skip
        for reviews in within(plan, "Reviews"):
            for _, day in texts(reviews):
                self.add(
                    "ssd_cp_reviews", cppr_cp_review_id=self._next(), cppr_person_id=name,
                    cppr_cp_plan_id=number, cppr_cp_review_date=day, cppr_cp_review_quorate="Y",
                    cppr_cp_review_participation="PN1",
                )  # fmt: skip


def within(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a name within one."""
    return (one for one in element[1] if one[0] == name)


def texts(element: Element, name: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield the names and texts within an element, or within one of a name in it."""
    for one in element[1] if name is None else next(within(element, name))[1]:
        if isinstance(one[1], str):
            yield one


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", type=Path, metavar="FOLDER|FILE.sqlite")
    parser.add_argument("--children", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 3, 31))
    options = parser.parse_args()
    tables = tables_of(Inventor(options.seed, options.as_of).children(options.children))
    is_file = options.target.suffix in (".sqlite", ".sqlite3", ".db")
    (write_sqlite if is_file else write_folder)(tables, options.target)
    print(f"{options.children:,} invented children in {options.target}")


if __name__ == "__main__":
    main()
