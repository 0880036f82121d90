"""Says of an extract that its ids look like identities: a pseudonym may hold an NHS number.

Only a note, for one in eleven numbers of ten digits passes the check of an NHS number: whether they
were given by chance or say whose case it is, only the data team knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from casecheck.intake.sources.guard import kinds_in, masked, with_article
from casecheck.record.model import CaseRecord
from casecheck.text.counted import counted


class TellingIds:
    """Counts the records of an extract in whose ids an identity seems to stand."""

    def __init__(self) -> None:
        self._records: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], str] = {}

    def add(self, record: CaseRecord, file: str, line: int | None) -> None:
        """Take all ids of a record."""
        self._add(dict.fromkeys(_in_ids(record)), file, line)

    def add_case_id(self, case_id: str, file: str, line: int | None) -> None:
        """Take the case id of a record alone."""
        self._add(dict.fromkeys(("case ids", kind) for kind in kinds_in(case_id)), file, line)

    def _add(self, found: dict[tuple[str, str], None], file: str, line: int | None) -> None:
        for what in found:
            self._records[what] += 1
            self._first.setdefault(what, f"{masked(file)}{f':{line}' if line else ''}")

    def notes(self) -> list[str]:
        """Return a sentence for each kind of identity, and where it seems to stand."""
        return [self._note(*what) for what in sorted(self._records)]

    def _note(self, where: str, kind: str) -> str:
        records = counted(self._records[where, kind], "record")
        place = self._first[where, kind]
        return (
            f"In the {where} of {records}, first {place}, there is what looks like"
            f" {with_article(kind)}. Ids that say whose case it is are to be"
            " replaced before anybody else reads them: see `casecheck guard` and `casecheck key`."
        )


def _in_ids(record: CaseRecord) -> Iterator[tuple[str, str]]:
    yield from (("case ids", kind) for kind in kinds_in(record.case_id))
    for code in (record.district, record.team, record.lead_agency, record.source):
        yield from (("codes", kind) for kind in kinds_in(code or ""))
    for rows in record.sections.values():
        for row in rows or ():
            for name in ("id", "pseudonym"):
                yield from (("rows", kind) for kind in kinds_in(str(row.get(name) or "")))
