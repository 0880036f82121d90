"""What makes the measures of a store cheap: month-ends asked quickly, nothing added up twice."""

from __future__ import annotations

import pytest
import shipped
from command_line import SAMPLES
from once import measures_once

from casecheck.engine import fact_writer
from casecheck.measures.adding import Adder
from casecheck.measures.measuring import Asking, Measuring
from casecheck.measures.periods import LENGTHS
from casecheck.record.model import CaseRecord
from casecheck.record.validation import read_record


def measuring(*askings: Asking) -> Measuring:
    rules = shipped.rules()
    return Measuring(measures_once(rules), rules, askings)


def whole_records() -> list[CaseRecord]:
    """Records in which nothing is unusual."""
    records = [read_record(file.read_bytes()) for file in sorted(SAMPLES.glob("*.json"))[:20]]
    return [one for one in records if not one.unusual]


def test_what_lies_after_a_day_makes_nothing_unusual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each condition leaves it aside: no facts are written the plain way, many times as slow."""
    records, plain = whole_records(), []
    write = fact_writer.write_facts
    monkeypatch.setattr(
        fact_writer, "write_facts", lambda *given: (plain.append(given), write(*given))[1]
    )
    measuring(Asking("month")).add(records)
    assert len(records) > 5
    assert not [known.record.case_id for known, *_ in plain if not known.unusual]
    assert len(plain) < len(records)


@pytest.mark.slow
def test_splits_are_added_up_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each length is added up once, whatever it is split by, and each split has its own report."""
    added: list[str] = []
    add = Adder.add
    monkeypatch.setattr(
        Adder, "add", lambda self, *given: (added.append(self.by), add(self, *given))[1]
    )
    records = whole_records()
    measuring(*map(Asking, LENGTHS)).add(records)
    once, added[:] = len(added), []
    askings = [Asking(by, split=split) for by in LENGTHS for split in ("", "district", "team")]
    all_ways = measuring(*askings)
    all_ways.add(records)
    assert len(added) == once > 0
    reports = all_ways.reports()
    for asking, report in zip(askings, reports, strict=True):
        alone = measuring(asking)
        alone.add(records)
        assert alone.reports() == [report]
