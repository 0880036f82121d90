"""Make invented exports of a case system beside an invented return: nobody in them lives.

    python tools/make_returns.py census.xml --children 60
    python tools/make_exports.py exports --children 60     # of the same children, by the same seed

Writes CSV files, one a section, and their `mapping.toml`: core groups and conferences, the plans
that they were of, actions. The same numbers give the same files.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from make_returns import Element, Inventor

WORDS = {
    "NEG": "Neglect", "PHY": "Physical abuse", "SAB": "Sexual abuse", "EMO": "Emotional abuse",
    "MUL": "Multiple",
}  # fmt: skip
AGENCIES = ("Children's services", "School", "Health visiting", "Police", "General practice")


@dataclass
class Table:
    """One file of an export: its section, its heads, and its rows, of which None is blank.

    `said` is what its mapping says of the file as a whole, `columns` which head is which field, and
    `codes` what words mean, by field.
    """

    section: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    columns: Mapping[str, str]
    said: Mapping[str, Any] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.section}.csv"


def write_exports(folder: Path, tables: Iterable[Table], *, family: bool = False) -> None:
    """Write the tables of an export, and their mapping, into a folder that is made for them."""
    folder.mkdir(exist_ok=True)
    lines = ["family = true"] if family else []
    for table in tables:
        with (folder / table.file).open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([table.heads, *table.rows])
        lines += ["", f"[{table.section}]", f"file = {json.dumps(table.file)}"]
        lines += [f"{name} = {_toml(value)}" for name, value in table.said.items()]
        lines.append(f"[{table.section}.columns]")
        lines += [f"{name} = {json.dumps(head)}" for name, head in table.columns.items()]
        for name, words in table.codes.items():
            lines.append(f"[{table.section}.codes.{name}]")
            lines += [f"{json.dumps(word)} = {json.dumps(code)}" for word, code in words.items()]
    (folder / "mapping.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _toml(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def exports_of(children: Iterable[Element], seed: int, last: date) -> list[Table]:
    """Return what a case system might export of the children of a return, up to a last day."""
    rng = Random(seed)  # noqa: S311 - no secret
    plans: list[list[str | None]] = []
    meetings: list[list[str | None]] = []
    actions: list[list[str | None]] = []
    for name, plan in _plans(children):
        start, end = plan["CPPstartDate"], plan.get("CPPendDate")
        key = f"P{len(plans) + 1}"
        plans.append([name, key, "Child protection", _day(start), _day(end),
                      WORDS[plan["InitialCategoryOfAbuse"]]])  # fmt: skip
        on = date.fromisoformat(start) + timedelta(rng.randint(5, 16))
        until = date.fromisoformat(end) if end else last
        while on <= until:
            came = ["Children's services", *rng.sample(AGENCIES[1:], rng.randint(1, 4))]
            meetings.append([name, key, "Core group", _day(str(on)), "; ".join(came),
                             rng.choice("YYYN"), rng.choice("YYN"), rng.choice("YYN")])  # fmt: skip
            on += timedelta(rng.randint(25, 45))
        for _ in range(rng.randint(1, 3)):
            due = date.fromisoformat(start) + timedelta(rng.randint(20, 80))
            done = due + timedelta(rng.randint(-10, 20))
            actions.append([key, "Visit", rng.choice(AGENCIES), _day(start), _day(str(due)),
                            _day(str(done)) if done <= min(until, last) else None])  # fmt: skip
    return [
        Table(
            "plans", ["Child ID", "Plan ID", "Type of plan", "Start", "End", "Category"], plans,
            {"level": "Type of plan", "start": "Start", "end": "End", "category": "Category"},
            {"child": "Child ID", "id": "Plan ID", "only": ["child_protection"]},
        ),
        Table(
            "meetings",
            ["Child ID", "Plan ID", "Type", "Held on", "Who came", "Plan brought up to date",
             "Progress looked at", "Child's views"],
            meetings,
            {"plan": "Plan ID", "kind": "Type", "on": "Held on", "attended": "Who came",
             "plan_updated": "Plan brought up to date", "progress_reviewed": "Progress looked at",
             "child_views": "Child's views"},
            {"child": "Child ID", "only": ["core_group"]},
            {"attended": {"Children's services": "childrens_services"}},
        ),
        Table(
            "actions", ["Plan ID", "Kind", "Owner", "Set on", "Due", "Done"], actions,
            {"plan": "Plan ID", "kind": "Kind", "owner": "Owner", "set_on": "Set on", "due": "Due",
             "completed_on": "Done"},
            {"whole": True},
            {"owner": {"Children's services": "childrens_services"}},
        ),
    ]  # fmt: skip


def _day(text: str | None) -> str | None:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else None


def _plans(children: Iterable[Element]) -> Iterable[tuple[str, dict[str, str]]]:
    """Yield the child protection plans of a return, each with the identifier of its child."""
    for _, within in children:
        name = dict(next(held for tag, held in within if tag == "ChildIdentifiers"))["LAchildID"]
        for tag, held in within:
            if tag != "CINdetails":
                continue
            for one, parts in held:
                if one == "ChildProtectionPlans":
                    yield name, {key: text for key, text in parts if isinstance(text, str)}


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--children", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reference", type=date.fromisoformat, default=date(2026, 3, 31))
    options = parser.parse_args()
    children = Inventor(options.seed, options.reference).children(options.children)
    tables = exports_of(children, options.seed, options.reference)
    write_exports(options.folder, tables)
    told = ", ".join(f"{table.file} ({len(table.rows):,})" for table in tables)
    print(f"mapping.toml, {told} in {options.folder}")


if __name__ == "__main__":
    main()
