"""Whole records cut down to what the Standard Safeguarding Dataset would tell of their persons.

A record that no dataset could be made of is passed over: one whose days contradict each other, or
where something happened after the case was closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from census_views import FACTOR, TOPIC, NoReturn, whole_record
from make_ssd import COLUMNS, Tables
from oracle import contradictions

__all__ = ["CARRIER", "NoReturn", "SsdView", "ssd_view", "whole_record"]

Row = dict[str, Any]
CARRIER = "CARRIER"
DESCRIBED = {
    "neglect": ("Neglect", "NEG"), "physical_abuse": ("Physical abuse", "PHY"),
    "sexual_abuse": ("Sexual Abuse", "SAB"), "emotional_abuse": ("Emotional abuse", "EMO"),
    "multiple": ("Multiple: Neglect, Physical abuse", "Multiple Categories of Abuse", "MUL"),
}  # fmt: skip
FLAG = {True: "Y", False: "N", None: ""}


@dataclass
class SsdView:
    """A dataset made of a whole record: its tables, and the persons in it by their identifiers.

    `first_day` is that of the window.
    """

    record: Row
    first_day: str
    tables: Tables
    persons: tuple[str, ...]


def day(text: str) -> date:
    return date.fromisoformat(text)


def years_before(today: date, years: int) -> date:
    return date(today.year - years, today.month, min(today.day, 28))


def ssd_view(record: Row, rng: Random) -> SsdView:
    """Return what the dataset would tell of a whole record."""
    if contradictions(record):
        raise NoReturn
    today = day(record["extracted_on"])
    first = years_before(today, 6)
    born = {
        person["id"]: found
        for person in record["people"]
        if (found := birth_of(person, rng)) is not None and age(found, today) < 26
    }
    if not born:
        raise NoReturn
    writer = _Writer(record, born, first, rng)
    for name in born:
        writer.person(name)
    writer.families()
    if rng.random() < 0.8:
        writer.carrier()
    for rows in writer.tables.values():
        rng.shuffle(rows)
    tables = {name: rows for name, rows in writer.tables.items() if rows or rng.random() < 0.1}
    return SsdView(record, first.isoformat(), tables, tuple(born))


def birth_of(person: Row, rng: Random) -> date | None:
    text = person.get("born")
    if text is None:
        return None
    month = int(text[5:]) if len(text) > 4 else rng.randint(1, 12)
    return date(int(text[:4]), month, rng.randint(1, 28))


def age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class _Writer:
    """Writes the persons of a whole record into tables."""

    def __init__(self, record: Row, born: dict[str, date], first: date, rng: Random) -> None:
        self.record, self.born, self.first, self.rng = record, born, first, rng
        self.today = day(record["extracted_on"])
        self.closed = record.get("closed_on")
        self.plans = {plan["id"]: plan for plan in record["plans"]}
        self.tables: Tables = {table: [] for table in COLUMNS}
        self.number = 0
        self.referrals: list[tuple[str, str]] = []
        self.name = ""

    def id(self) -> str:
        self.number += 1
        return str(900_000 + self.number)

    def add(self, table: str, **row: Any) -> None:
        self.tables[table].append(row)

    def often(self, share: float = 0.8) -> bool:
        return self.rng.random() < share

    def mine(self, section: str, field: str = "subject") -> list[Row]:
        return [row for row in self.record[section] if row.get(field) == self.name]

    def in_window(self, end: str | None) -> bool:
        return end is None or day(end) >= self.first or self.often(0.2)

    def before_closing(self, *days: str | None) -> None:
        """Pass a record over where something came after its closing."""
        if self.closed and any(one and one > self.closed for one in days):
            raise NoReturn

    def written(self, text: str | None) -> str:
        """A day as some system writes it."""
        if text is None:
            return self.rng.choice(("", "", "", "NULL"))
        return self.rng.choice(
            (text, f"{text} 00:00:00", f"{text}T00:00:00", f"{day(text):%d/%m/%Y}")
        )

    # A person

    def person(self, name: str) -> None:
        self.name = name
        born, ahead = self.born[name], self.born[name] > self.today
        row = {"pers_expected_dob" if ahead else "pers_dob": self.written(str(born))}
        self.add("ssd_person", pers_person_id=name, **row)
        self._episodes()
        self._assessments()
        self._plans()
        self._meetings()
        self._others()

    def _episodes(self) -> None:
        """One referral, or two of which the first was closed before the second was made."""
        opened = self.record["opened_on"]
        self.referrals = [(self.id(), opened)]
        reason = self.rng.choice(("RC7", "RC7", "RC8")) if self.closed else ""
        last = day(self.closed) if self.closed else self.today
        span = (last - day(opened)).days
        if span > 60 and self.often(0.2):
            ended = day(opened) + timedelta(self.rng.randrange(1, span - 30))
            again = ended + timedelta(self.rng.randrange(1, 30))
            self._episode(self.referrals[0], str(ended), "RC7")
            self.referrals.append((self.id(), str(again)))
        self._episode(self.referrals[-1], self.closed, reason)

    def _episode(self, referral: tuple[str, str], closed: str | None, reason: str) -> None:
        self.add(
            "ssd_cin_episodes", cine_referral_id=referral[0], cine_person_id=self.name,
            cine_referral_date=self.written(referral[1]), cine_close_date=self.written(closed),
            cine_close_reason=reason, cine_referral_nfa=self.rng.choice(("N", "")),
        )  # fmt: skip

    def referral(self, begun: str) -> str:
        """The referral in which something began, or nothing, as systems often leave it."""
        if self.often(0.3):
            return self.rng.choice(("", "-1", "NULL"))
        return next(
            (one for one, on in reversed(self.referrals) if on <= begun), self.referrals[0][0]
        )

    def _assessments(self) -> None:
        for row in self.mine("assessments"):
            begun, done = row["started_on"], row.get("completed_on")
            self.before_closing(begun, done)
            if row["kind"] != "child_and_family" or not self.in_window(done):
                continue
            number, none = self.id(), self.rng.choice(("1900-01-01", "", "1900-01-01 00:00:00"))
            nfa = any(
                one["level"] == "no_further_action" and one["on"] == done
                for one in self.mine("threshold_decisions", "person")
            )
            self.add(
                "ssd_cin_assessments", cina_assessment_id=number, cina_person_id=self.name,
                cina_referral_id=self.referral(begun),
                cina_assessment_start_date=self.written(begun),
                cina_assessment_auth_date=self.written(done) if done else none,
                cina_assessment_child_seen=FLAG[row.get("child_seen")],
                cina_assessment_outcome_nfa=FLAG[nfa],
            )  # fmt: skip
            self._factors(number, row)

    def _factors(self, number: str, row: Row) -> None:
        """Some of what was known of risks by the end of an assessment."""
        done = row.get("completed_on")
        if done is None:
            return
        found = {FACTOR[one["kind"]] for one in self.mine("risks") if one["identified_on"] <= done}
        considered = row.get("considers") or []
        told = [
            one for one in sorted(found)
            if TOPIC.get(one[0] * (len(one) == 2)) in (None, *considered) and self.often()
        ]  # fmt: skip
        told = told or self.rng.choice(([], ["21"], ["20"], ["4A"]))
        listed = ", ".join(f'"{one}"' for one in told)
        keyed = ", ".join([*(f'"{one}": "Yes"' for one in told), '"5B": "No"'])
        if told or self.often(0.3):
            text = self.rng.choice((f"[{listed}]", f"{{{keyed}}}")) if told else "[]"
            self.add("ssd_assessment_factors", cinf_table_id=self.id(), cinf_assessment_id=number,
                     cinf_assessment_factors_json=text)  # fmt: skip

    def _plans(self) -> None:
        told = set()
        for plan in self.mine("plans"):
            start, end = plan["start"], plan.get("end")
            if (known := (plan["level"], start, end, plan.get("category"))) in told:
                raise NoReturn  # a child has one plan of a kind at a time: two rows of it are one
            told.add(known)
            self.before_closing(start, end)
            if self.closed and not end:
                raise NoReturn
            if not self.in_window(end):
                continue
            if plan["level"] == "child_protection":
                self._protection(plan)
            elif plan["level"] == "child_in_need":
                self.add(
                    "ssd_cin_plans", cinp_cin_plan_id=plan["id"], cinp_person_id=self.name,
                    cinp_referral_id=self.referral(start),
                    cinp_cin_plan_start_date=self.written(start),
                    cinp_cin_plan_end_date=self.written(end),
                )  # fmt: skip
            elif plan["level"] == "looked_after":
                self._care(plan)
            elif self.often(0.6):
                self.add(
                    "ssd_early_help_episodes", earl_episode_id=self.id(), earl_person_id=self.name,
                    earl_episode_start_date=self.written(start),
                    earl_episode_end_date=self.written(end),
                )  # fmt: skip

    def _protection(self, plan: Row) -> None:
        start, end, category = plan["start"], plan.get("end"), plan.get("category")
        latest = category
        changes = [row for row in self.record["category_changes"] if row["plan"] == plan["id"]]
        for change in sorted(changes, key=lambda row: str(row.get("on"))):
            on = change.get("on")
            if on is None or on < start or (end and on > end) or on > str(self.today):
                raise NoReturn
            if latest is not None and change.get("from_category") not in (None, latest):
                raise NoReturn  # from another category than the plan had by then
            latest = change.get("to_category")
        first, last = (self.rng.choice(DESCRIBED[one]) if one else "" for one in (category, latest))
        self.add(
            "ssd_cp_plans", cppl_cp_plan_id=plan["id"], cppl_person_id=self.name,
            cppl_referral_id=self.referral(start), cppl_cp_plan_start_date=self.written(start),
            cppl_cp_plan_end_date=self.written(end), cppl_cp_plan_initial_category=first,
            cppl_cp_plan_latest_category=last,
            cppl_cp_plan_ola="Y" if self.often(0.05) else self.rng.choice(("N", "")),
        )  # fmt: skip

    def _care(self, plan: Row) -> None:
        """A period of care as one episode or two."""
        start, end, period = plan["start"], plan.get("end"), self.period(plan["id"])
        last = day(end) if end else self.today
        days = [start]
        if (last - day(start)).days > 2 and self.often(0.5):
            days.append(
                str(day(start) + timedelta(self.rng.randrange(1, (last - day(start)).days)))
            )
        for at, on in enumerate(days):
            goes_on = at + 1 < len(days)
            self.add(
                "ssd_cla_episodes", clae_cla_episode_id=self.id(), clae_person_id=self.name,
                clae_cla_episode_start_date=self.written(on),
                clae_cla_episode_start_reason="P" if at else "S",
                clae_cla_episode_ceased_date=self.written(days[at + 1] if goes_on else end),
                clae_cla_episode_ceased_reason="X1" if goes_on else "E4A" if end else "",
                clae_cla_id=period, clae_referral_id=self.referral(start),
                clae_entered_care_date=self.written(start),
            )  # fmt: skip

    def period(self, plan: str) -> str:
        return f"P-{plan}"

    # Meetings

    def whose(self, meeting: Row) -> str | None:
        plan = self.plans.get(str(meeting.get("plan")))
        return meeting.get("subject") or (plan["subject"] if plan else None)

    def _of_kind(self, kind: str) -> list[Row]:
        found = [row for row in self.record["meetings"] if row["kind"] == kind]
        mine = [row for row in found if self.whose(row) == self.name]
        for row in found:
            plan = self.plans.get(str(row.get("plan")))
            whose = {self.whose(row), plan["subject"] if plan else self.whose(row)}
            if self.name in whose and len(whose) > 1:
                raise NoReturn  # about this child's plan and of somebody else, or the reverse
        for row in mine:
            self.before_closing(row["on"])
        return [row for row in mine if self.in_window(row["on"])]

    def _meetings(self) -> None:
        self._enquiries()
        for row in self._of_kind("review_conference"):
            plan = self.plans.get(str(row.get("plan")))
            if plan and (plan["level"] != "child_protection" or plan["subject"] != self.name):
                raise NoReturn
            views = {True: ("PN1", "PN2 by an advocate", "PN5"), False: ("PN7",), None: ("", "PN0")}
            self.add(
                "ssd_cp_reviews", cppr_cp_review_id=self.id(), cppr_person_id=self.name,
                cppr_cp_plan_id=plan["id"] if plan and self.often(0.9) else "",
                cppr_cp_review_date=self.written(row["on"]),
                cppr_cp_review_quorate=FLAG[row.get("quorate")],
                cppr_cp_review_participation=self.rng.choice(views[row.get("child_views")]),
            )  # fmt: skip
        if self.often(0.3):
            due = self.today + timedelta(self.rng.randrange(1, 90))
            self.add("ssd_cp_reviews", cppr_cp_review_id=self.id(), cppr_person_id=self.name,
                     cppr_cp_review_due=str(due))  # fmt: skip
        for row in self._of_kind("looked_after_review"):
            plan = self.plans.get(str(row.get("plan")))
            if (
                plan is None
                or plan["level"] != "looked_after"
                or not self.in_window(plan.get("end"))
            ):
                raise NoReturn  # the dataset has no place for it
            self.add(
                "ssd_cla_reviews", clar_cla_review_id=self.id(),
                clar_cla_id=self.period(plan["id"]), clar_cla_review_date=self.written(row["on"]),
            )  # fmt: skip

    def _enquiries(self) -> None:
        conferences = self._of_kind("initial_conference")
        starts = {
            plan["start"]: plan
            for plan in self.mine("plans")
            if plan["level"] == "child_protection"
        }
        for row in conferences:
            same = starts.get(row["on"])
            if same and row.get("plan") not in (None, same["id"]):
                raise NoReturn  # the import gives it to the plan that began on its day
        waiting = sorted(conferences, key=lambda row: row["on"])
        for on in sorted({row["on"] for row in self._of_kind("strategy")}):
            number = self.id()
            self.add(
                "ssd_s47_enquiry", s47e_s47_enquiry_id=number, s47e_person_id=self.name,
                s47e_referral_id=self.referral(on), s47e_s47_start_date=self.written(on),
            )  # fmt: skip
            followed = next((one for one in waiting if one["on"] >= on), None)
            if followed is not None and self.often():
                waiting.remove(followed)
                self._conference(followed, number, "N")
        for row in waiting:
            self._conference(row, "", self.rng.choice(("N", "")))
        for row in self._of_kind("transfer_in_conference"):
            self._conference(row, "", "Y")

    def _conference(self, row: Row, enquiry: str, moved_in: str) -> None:
        plan = self.plans.get(str(row.get("plan")))
        known = plan and plan["level"] == "child_protection" and plan["subject"] == self.name
        self.add(
            "ssd_initial_cp_conference", icpc_icpc_id=self.id(), icpc_s47_enquiry_id=enquiry,
            icpc_icpc_meeting_id=f"M{row['on']}", icpc_person_id=self.name,
            icpc_referral_id=self.referral(row["on"]), icpc_icpc_transfer_in=moved_in,
            icpc_cp_plan_id=plan["id"] if plan and known and self.often() else "",
            icpc_icpc_date=self.written(row["on"]),
        )  # fmt: skip

    # What need not be there

    def _others(self) -> None:
        for row in self.mine("visits"):
            self.before_closing(row["on"])
            if self.often():
                self._visit(row)
        for row in self.mine("contacts"):
            if self.often():
                self.add("ssd_contacts", cont_contact_id=self.id(), cont_person_id=self.name,
                         cont_contact_date=self.written(row["on"]))  # fmt: skip
        for row in self.mine("incidents", "victim"):
            if row["kind"] == "missing":
                self._missing(row)
        for row in self.mine("court_orders", "child"):
            code = {"care": "C2", "placement": "E1"}.get(str(row.get("kind")))
            if row["law"] == "public" and code and row.get("granted_on") and self.often():
                self.add("ssd_legal_status", lega_legal_status_id=self.id(),
                         lega_person_id=self.name, lega_legal_status=code,
                         lega_legal_status_start_date=self.written(row["granted_on"]))  # fmt: skip
        for row in self.record["workers"]:
            ours = row["role"] == "practitioner" and row.get("agency") == "childrens_services"
            if ours and self.often():
                self.add("ssd_involvements", invo_involvements_id=self.id(),
                         invo_professional_id=row["id"], invo_professional_role_id="CW",
                         invo_professional_team="TEAM9", invo_person_id=self.name,
                         invo_involvement_start_date=self.written(row["start"]),
                         invo_involvement_end_date=self.written(row.get("end")))  # fmt: skip

    def _visit(self, row: Row) -> None:
        plan = self.plans.get(str(row.get("plan")))
        seen, alone = FLAG[row.get("child_seen")], FLAG[row.get("seen_alone")]
        if plan and plan["level"] == "child_protection":
            self.add("ssd_cp_visits", cppv_cp_visit_id=self.id(), cppv_person_id=self.name,
                     cppv_cp_plan_id=plan["id"], cppv_cp_visit_date=self.written(row["on"]),
                     cppv_cp_visit_seen=seen, cppv_cp_visit_seen_alone=alone)  # fmt: skip
        elif plan is None or plan["level"] == "child_in_need":
            self.add("ssd_cin_visits", cinv_cin_visit_id=self.id(), cinv_person_id=self.name,
                     cinv_cin_visit_date=self.written(row["on"]), cinv_cin_visit_seen=seen,
                     cinv_cin_visit_seen_alone=alone)  # fmt: skip

    def _missing(self, row: Row) -> None:
        talks = [
            one for one in self.record["return_interviews"]
            if one["incident"] == row["id"] and one.get("offered_on")
        ]  # fmt: skip
        self.before_closing(row["on"], row.get("returned_on"))
        if self.often():
            self.add("ssd_missing", miss_table_id=self.id(), miss_person_id=self.name,
                     miss_missing_episode_start_date=self.written(row["on"]),
                     miss_missing_episode_type=self.rng.choice(("M", "Missing")),
                     miss_missing_episode_end_date=self.written(row.get("returned_on")),
                     miss_missing_rhi_offered="Y" if talks else "N")  # fmt: skip

    # Who belongs together

    def families(self) -> None:
        for name in self.born:
            if self.often(0.9):
                self.add("ssd_family", fami_table_id=self.id(), fami_family_id="F1",
                         fami_person_id=name)  # fmt: skip
        mothers: set[str] = set()
        for row in self.record["relationships"]:
            child = row["to"]
            is_known = row["kind"] == "parent_of" and child in self.born and child not in mothers
            if is_known and self.often():
                mothers.add(child)
                self.add("ssd_mother", moth_table_id=self.id(), moth_person_id=row["from"],
                         moth_childs_person_id=child,
                         moth_childs_dob=str(self.born[child]))  # fmt: skip

    def carrier(self) -> None:
        """A child who has one of everything: so that the tables are known to carry it."""
        first, name = str(self.first), CARRIER
        self.add("ssd_person", pers_person_id=name, pers_dob=first)
        self.add("ssd_cin_episodes", cine_referral_id="R", cine_person_id=name,
                 cine_referral_date=first, cine_referral_nfa="N", cine_close_reason="RC7",
                 cine_close_date=first)  # fmt: skip
        self.add("ssd_cin_assessments", cina_assessment_id="A", cina_person_id=name,
                 cina_assessment_start_date=first, cina_assessment_auth_date=first,
                 cina_assessment_outcome_nfa="N")  # fmt: skip
        self.add("ssd_assessment_factors", cinf_assessment_id="A",
                 cinf_assessment_factors_json='["4A"]')  # fmt: skip
        self.add("ssd_cin_plans", cinp_cin_plan_id="C", cinp_person_id=name,
                 cinp_cin_plan_start_date=first)  # fmt: skip
        self.add("ssd_cp_plans", cppl_cp_plan_id="P", cppl_person_id=name,
                 cppl_cp_plan_start_date=first, cppl_cp_plan_latest_category="Neglect")  # fmt: skip
        self.add("ssd_cp_reviews", cppr_person_id=name, cppr_cp_plan_id="P",
                 cppr_cp_review_date=first)  # fmt: skip
        self.add("ssd_s47_enquiry", s47e_s47_enquiry_id="S", s47e_person_id=name,
                 s47e_s47_start_date=first)  # fmt: skip
        self.add("ssd_initial_cp_conference", icpc_s47_enquiry_id="S", icpc_person_id=name,
                 icpc_icpc_date=first, icpc_icpc_transfer_in="N")  # fmt: skip
        self.add("ssd_cla_episodes", clae_person_id=name, clae_cla_id="L",
                 clae_cla_episode_start_date=first, clae_entered_care_date=first)  # fmt: skip
        self.add("ssd_cla_reviews", clar_cla_id="L", clar_cla_review_date=first)
        for table, prefix, date_of in (
            ("ssd_cp_visits", "cppv", "cppv_cp_visit_date"),
            ("ssd_contacts", "cont", "cont_contact_date"),
            ("ssd_missing", "miss", "miss_missing_episode_start_date"),
        ):
            self.add(table, **{f"{prefix}_person_id": name, date_of: first})
