"""Accepted findings: what a board has looked into and accepts for a time, with reason and name.

A waiver marks a finding and takes nothing away: the outcomes stay as they are. It is judged by the
day of the record's extract, never by the clock. `docs/waivers.md` describes the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from casecheck.lessons.errors import RulesError
from casecheck.lessons.meaning import LENGTH
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.page_files import read_page_text
from casecheck.lessons.periods import read_day
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.results import OF_FINDINGS, CaseAudit, Finding, Outcome, Waiver

LAST_DAYS = 30
"""So many days before it ends, its last among them, a waiver is announced."""
MAX_TEXT = 500
MAX_WAIVERS = 2_000
_ASKED = re.compile(rf"[0-9a-f]{{{LENGTH}}}", re.ASCII)
_FINGERPRINT = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(slots=True)
class _Entry:
    waiver: Waiver
    outcome: Outcome
    place: Place
    asked: str = ""
    used: bool = False
    graver: bool = False
    asks_now: str = ""

    @property
    def is_of_another_question(self) -> bool:
        """Whether its check has come to ask something else than when it was accepted."""
        return bool(self.asked and self.asks_now) and self.asked != self.asks_now


@dataclass(slots=True)
class Waivers:
    """The waivers of a file, and which of them met a finding of this audit.

    `meanings` are the digests of what each check in force asks, by `LESSON/check`.
    """

    file: str = ""
    entries: dict[str, _Entry] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    latest: date | None = None

    def marked(self, audit: CaseAudit) -> CaseAudit:
        """Return a record's audit with its accepted findings marked as such."""
        if self.latest is None or audit.extracted_on > self.latest:
            self.latest = audit.extracted_on
        if not any(self._entry_of(finding) for finding in audit.findings):
            return audit
        findings = tuple(self._marked(one, audit.extracted_on) for one in audit.findings)
        return audit._replace(findings=findings)

    def _entry_of(self, finding: Finding) -> _Entry | None:
        """Return the waiver of a finding, whichever name its check had when it was accepted."""
        for fingerprint in (finding.fingerprint, *finding.also):
            if entry := self.entries.get(fingerprint):
                return entry
        return None

    def _marked(self, finding: Finding, today: date) -> Finding:
        entry = self._entry_of(finding)
        if entry is None:
            return finding
        entry.asks_now = self.meanings.get(f"{finding.lesson}/{finding.check}", "")
        if entry.is_of_another_question:
            return finding._replace(lapsed=entry.waiver)
        # What was unclear when it was accepted, and is a breach now, nobody has accepted.
        if finding.outcome is Outcome.BREACH and entry.outcome is not Outcome.BREACH:
            entry.graver = True
            return finding
        entry.used = True
        if today > entry.waiver.until:
            return finding
        return finding._replace(waiver=entry.waiver)

    def _nobody_asks(self, entry: _Entry) -> bool:
        """Whether a waiver says what its check asked, and no check in force asks that."""
        return bool(entry.asked) and entry.asked not in self.meanings.values()

    def notices(self, *, whole: bool) -> list[str]:
        """Return a sentence for each waiver that there is something to do about.

        It has ended, ends soon, was given for another question or for one that nobody asks now,
        cannot notice such a change, or met no finding.

        Today is the latest day of an extract in the audit. `whole`: all lessons were asked, so that
        a waiver that met nothing is of no use.
        """
        told = []
        for entry in self.entries.values():
            waiver, today = entry.waiver, self.latest or date.min
            name = f"{entry.place.file}:{entry.place.line}: the waiver of {waiver.fingerprint}"
            if waiver.until < today:
                told.append(
                    f"{name} ended on {waiver.until}: look into the finding again, and renew or"
                    " remove the waiver"
                )
            elif entry.is_of_another_question:
                told.append(
                    f"{name} was given when its check asked something else, and accepts nothing"
                    " now: look into the finding again, and accept it with"
                    f' `asked: "{entry.asks_now}"` or remove the waiver'
                )
            elif entry.graver:
                told.append(
                    f"{name} accepts that the record cannot tell, and the finding is a breach now:"
                    " look into it, and accept the breach or remove the waiver"
                )
            elif whole and not entry.used and self._nobody_asks(entry):
                told.append(
                    f"{name} was given for a question that no check asks now: its check was"
                    " changed, switched off or taken out. Look into the case again, and remove the"
                    " waiver or write it anew"
                )
            elif whole and not entry.used:
                told.append(f"{name} meets no finding of the records audited: remove it if settled")
            elif waiver.until < today + timedelta(days=LAST_DAYS):
                told.append(f"{name} ends on {waiver.until}: look into the finding before then")
            elif entry.asks_now and not entry.asked:
                told.append(
                    f"{name} does not say what its check asked, and would outlive a change of it:"
                    f' add `asked: "{entry.asks_now}"` if the finding was accepted as it is asked'
                    " now"
                )
        return told


def load_waivers(file: Path) -> Waivers:
    """Return the waivers of a file.

    Raises:
        RulesError: with every fault, where it stands and the likely cure.
    """
    shapes = Shapes()
    found = shapes.page(str(file), _waivers, shapes, read_page_text(file), str(file))
    if shapes.errors or found is None:
        raise RulesError(shapes.errors)
    return found


def _waivers(shapes: Shapes, text: str, file: str) -> Waivers:
    # PyYAML is slow to import, and few audits have a file of waivers.
    from casecheck.lessons.yaml_nodes import read_page  # noqa: PLC0415

    parts = shapes.members(read_page(text, file), "a file of waivers", ["waivers"])
    found = Waivers(file)
    for item in shapes.items(parts["waivers"], "waivers", MAX_WAIVERS):
        entry = shapes.attempt(_entry, shapes, item)
        if entry is None:
            continue
        first = found.entries.setdefault(entry.waiver.fingerprint, entry)
        if first is not entry:
            shapes.fault(item.place, f"this finding has a waiver in line {first.place.line} too")
    return found


def _entry(shapes: Shapes, node: Node) -> _Entry:
    required = ["fingerprint", "outcome", "reason", "who", "until"]
    parts = shapes.members(node, "a waiver", required, ["asked"])
    reason, who = (_short(shapes, parts[key], key) for key in ("reason", "who"))
    fingerprint, until = parts["fingerprint"].value, read_day(parts["until"].value)
    faults = []
    known = isinstance(fingerprint, str) and _FINGERPRINT.fullmatch(fingerprint)
    if not (known or is_absent(parts["fingerprint"])):
        message = "a fingerprint is 32 figures and letters from a to f, in quotation marks"
        faults.append(parts["fingerprint"].place.error(message))
    outcome = parts["outcome"].value
    if outcome not in OF_FINDINGS and not is_absent(parts["outcome"]):
        message = f"the outcome that is accepted: {' or '.join(OF_FINDINGS)}"
        faults.append(parts["outcome"].place.error(message))
    asked = parts["asked"].value if "asked" in parts else ""
    if "asked" in parts and not (isinstance(asked, str) and _ASKED.fullmatch(asked)):
        message = (
            f"`asked` is {LENGTH} figures and letters from a to f, in quotation marks: `casecheck"
            " rules list` shows it of each check"
        )
        faults.append(parts["asked"].place.error(message))
    if until is None and not is_absent(parts["until"]):
        faults.append(parts["until"].place.error("`until` is a day of the calendar, YYYY-MM-DD"))
    if faults or until is None or not (known and reason and who and outcome in OF_FINDINGS):
        raise RulesError(faults)
    return _Entry(Waiver(fingerprint, reason, who, until), Outcome(outcome), node.place, asked)


def _short(shapes: Shapes, node: Node, key: str) -> str:
    # Its many patterns take long to make, and most who audit have no waivers.
    from casecheck.intake.sources.guard import looks_like  # noqa: PLC0415

    text = shapes.text(node, key)
    if len(text) > MAX_TEXT:
        shapes.fault(node.place, f"`{key}` is longer than {MAX_TEXT} characters: say it shorter")
    if looks := looks_like(text):
        # Every report repeats it.
        shapes.fault(node.place, f"`{key}` holds what looks like {looks}: say it without")
    return text
