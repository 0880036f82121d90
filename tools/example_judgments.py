"""Fill in the packs of docs/audit-cycle.md as two auditors might.

`python tools/example_judgments.py FOLDER` judges each row of the packs (*.csv) there as the engine
found it in the store casecheck.db, but for some: now and then an auditor sees what no record
tells. Which, is decided by the row's own seal, so that it is the same each time; and reasons are of
the list, since one in own words would give the log another hash each time (its salt is random).
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from casecheck.qag.packs.form import CONFIRMED, PARTS, lesson_of
from casecheck.qag.store.store import Store
from casecheck.results import Outcome

AS_FOUND = {
    Outcome.BREACH: "not_compliant",
    Outcome.INSUFFICIENT_EVIDENCE: "cannot_tell",
    Outcome.COMPLIANT: "compliant",
    Outcome.NOT_APPLICABLE: "not_applicable",
}
OTHERWISE = {
    "not_compliant": ("compliant", "Done but not recorded"),
    "cannot_tell": ("compliant", "Recorded elsewhere"),
    "compliant": ("not_compliant", "The record is wrong"),
    "not_applicable": ("not_applicable", ""),
}
ONE_IN = 9


def fill_in(folder: Path) -> None:
    """Fill in every pack of the folder, by what the engine found in the latest run."""
    with Store.open(Path("casecheck.db"), create=False) as store:
        found = {case.case_id: case.outcomes for case in store.frame(store.run("latest").id)}
    for file in sorted(folder.glob("*.csv")):
        heads, *rows = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
        at = {head: number for number, head in enumerate(heads)}
        for row in rows:
            if row[at["part"]] == PARTS["others"]:
                row[at["judgment"]] = CONFIRMED["confirmed"]
            if row[at["part"]] != PARTS["asked"]:
                continue
            lesson = lesson_of(row[at["lesson"]])
            outcome = found[row[at["case_id"]]][lesson, row[at["check"]]]
            judgment, reason = AS_FOUND[outcome], ""
            if int(row[at["seal"]].replace("-", ""), 16) % ONE_IN == 0:
                judgment, reason = OTHERWISE[judgment]
            row[at["judgment"]], row[at["reason"]] = judgment, reason
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([heads, *rows])


if __name__ == "__main__":
    fill_in(Path(sys.argv[1]))
