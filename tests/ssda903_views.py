"""Whole records cut down to what a return of looked after children would tell of one child."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

Record = dict[str, Any]
Row = dict[str, Any]
VIEWS = {True: ("PN1", "PN5", "PN6"), False: ("PN4", "PN7"), None: ("PN0", "")}


class NoReturn(Exception):  # noqa: N818 - says what there is not
    """No return could tell of this record."""


@dataclass
class Return:
    """The files of a return, by name: their heads and rows."""

    record: Record
    child: str
    files: dict[str, list[list[str]]]

    def write(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name, rows in self.files.items():
            with (folder / f"{name}.csv").open("w", newline="") as out:
                csv.writer(out).writerows(rows)


def written(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def first_day(today: date) -> date:
    return date(today.year if today >= date(today.year, 4, 1) else today.year - 1, 4, 1)


def view_of(record: Record, rng: Random) -> Return:
    today = date.fromisoformat(record["extracted_on"])
    children = [one for one in record["people"] if one.get("born")]
    children = [one for one in children if today.year - int(one["born"][:4]) < 18]
    if not children:
        raise NoReturn
    child = rng.choice(children)
    return _Writer(record, child, rng, first_day(today)).view()


class _Writer:
    def __init__(self, record: Record, child: Row, rng: Random, first: date) -> None:
        self.record, self.child, self.rng, self.first = record, child, rng, first

    def view(self) -> Return:
        name = self.child["id"]
        files = {
            "header": [
                ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
                self._header(),
            ],
            "episodes": self._episodes(),
            "reviews": [["CHILD", "DOB", "REVIEW", "REVIEW_CODE"], *self._reviews()],
            "missing": [["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"], *self._missing()],
        }
        for optional in ("header", "reviews", "missing"):
            if self.rng.random() < 0.15:
                del files[optional]
        return Return(self.record, name, files)

    def _born(self, text: str) -> str:
        month = text[5:] or f"{self.rng.randint(1, 12):02}"
        return f"{self.rng.randint(1, 28):02}/{month}/{text[:4]}"

    def _header(self) -> list[str]:
        babies = sorted(
            person["born"]
            for link in self.record["relationships"]
            if link["kind"] == "parent_of" and link["from"] == self.child["id"]
            for person in self.record["people"]
            if person["id"] == link["to"] and person.get("born")
        )
        births = [one for one in babies if one <= self.record["extracted_on"][:7]]
        mother = ["1", self._born(births[0])] if births and self.rng.random() < 0.8 else ["", ""]
        born = self._born(self.child["born"])
        return [self.child["id"], "2", born, "WBRI", "A0", *mother]

    def _episodes(self) -> list[list[str]]:
        plans = [
            plan
            for plan in self.record["plans"]
            if plan["level"] == "looked_after" and plan["subject"] == self.child["id"]
        ]
        plans.sort(key=lambda one: one["start"])
        for one, after in pairwise(plans):
            if not one.get("end") or after["start"] <= one["end"]:
                raise NoReturn  # two periods at once
        heads = ["CHILD", "DECOM", "RNE", "LS", "DEC", "REC"]
        rows = [row for plan in plans for row in self._period(plan)]
        rows += [
            ["OTHER", "01/05/2015", "S", "C2", "", ""],
            [
                self.child["id"],
                "01/05/2019",
                "S",
                self.rng.choice(("V3", "V4")),
                "02/05/2019",
                "E8",
            ],
        ]
        return [heads, *rows]

    def _period(self, plan: Row) -> list[list[str]]:
        """Split a period of care into episodes; those that ended before the year are not there."""
        start, end = (
            date.fromisoformat(plan[name]) if plan.get(name) else None for name in ("start", "end")
        )
        assert start is not None
        last = end or date.fromisoformat(self.record["extracted_on"])
        days = sorted(
            {start}
            | {start + timedelta(self.rng.randint(1, 400)) for _ in range(self.rng.randint(0, 3))}
        )
        days = [one for one in days if one == start or one < last]
        rows = []
        for at, day in enumerate(days):
            until = days[at + 1] if at + 1 < len(days) else end
            if until is not None and until < self.first:
                continue
            ceased = ("X1" if at + 1 < len(days) else "E8") if until else ""
            new = "S" if day == start else self.rng.choice("PLTBU")
            rows.append([self.child["id"], written(str(day)), new, "C2",
                         written(str(until) if until else None), ceased])  # fmt: skip
        return rows

    def _reviews(self) -> list[list[str]]:
        plans = {plan["id"]: plan["subject"] for plan in self.record["plans"]}
        rows = []
        for row in self.record["meetings"]:
            if row["kind"] != "looked_after_review":
                continue
            if not row.get("subject") and not row.get("plan"):
                raise NoReturn
            whose = {row.get("subject"), plans.get(str(row.get("plan")))}
            if self.child["id"] in whose and date.fromisoformat(row["on"]) >= self.first:
                code = self.rng.choice(VIEWS[row.get("child_views")])
                rows.append([self.child["id"], "", written(row["on"]), code])
        return rows

    def _missing(self) -> list[list[str]]:
        rows = [[self.child["id"], "", "A", written(str(self.first)), ""]]
        for row in self.record["incidents"]:
            if row["kind"] == "missing" and row.get("victim") == self.child["id"]:
                back = row.get("returned_on")
                rows.append([self.child["id"], "", "M", written(row["on"]), written(back)])
        return rows
