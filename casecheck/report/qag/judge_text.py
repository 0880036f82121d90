"""What came of taking packs into the log, and of proving a log whole, in words and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from casecheck.qag.judgments.redacting import Redacted
from casecheck.qag.judgments.taking import Log
from casecheck.qag.judgments.verifying import Covered, Verdict
from casecheck.text.counted import counted
from casecheck.text.printable import printable


def taken_object(log: Log) -> dict[str, object]:
    """Return what was taken as JSON has it."""
    taken = [pack._asdict() for pack in log.taken]
    return {"taken": taken, "entries": log.entries, "last": log.last}


def taken_words(log: Log) -> str:
    """Return what was taken of each pack, and how the log stands, a line each."""
    lines = []
    for pack in log.taken:
        known = f", {pack.known:,} known before" if pack.known else ""
        new = f"{counted(pack.new, 'judgment')} taken{known}"
        lines.append(f"{pack.file}: sample {pack.sample}, auditor {pack.auditor}: {new}")
        if pack.left:
            lines.append(
                f"  {counted(pack.left, 'row')} still to be answered: go on in the same file"
            )
        if pack.of_no_use:
            those = ", ".join(pack.of_no_use)
            lines.append(f"  {those}: marked as of no use since; the judgments do not count")
        if pack.unread:
            lines.append(f"  not read, and in no log: {', '.join(pack.unread)}")
    entries = counted(log.entries, "entry", "entries")
    return "\n".join([*lines, f"The log has {entries}; the last hash is {log.last}"])


COPIES_LEFT = (
    "No byte of it is left in the store. It may stand in packs, in logs exported before, and in"
    " copies of the store: replace or delete those; `casecheck judge --export FILE` replaces an"
    " older log."
)
NOT_WIPED = (
    "Another command was reading the store, so that bytes of it may be left beside the file: run"
    " the same command again."
)


def redacted_object(done: Redacted) -> dict[str, object]:
    """Return whose words were taken out of the log as JSON has it."""
    return done._asdict()


def redacted_words(done: Redacted) -> str:
    """Return the same in a line or two."""
    what = f"Entry {done.entry}: its words are gone, and their digest stands in their place"
    said = f"; entry {done.by} says so" if done.by else ", as before"
    entries = counted(done.entries, "entry", "entries")
    return f"{what}{said}.\nThe log has {entries}; the last hash is {done.last}"


def verdict_object(verdict: Verdict) -> dict[str, object]:
    """Return whether a log is whole as JSON has it."""
    log, entries, last, broken = verdict
    whole = {"log": log, "whole": verdict.whole, "entries": entries, "last": last}
    return whole if broken is None else {**whole, **asdict(broken)}


def verdict_words(verdict: Verdict) -> str:
    """Return whether a log is whole, in a line."""
    if verdict.broken is None:
        entries = counted(verdict.entries, "entry", "entries")
        return f"{verdict.log}: whole, {entries}; the last hash is {verdict.last}"
    broken = verdict.broken
    return f"{verdict.log}: NOT WHOLE, entry {broken.number}: {broken.why}"


def covered_words(covers: Sequence[Covered]) -> list[str]:
    """Return what a verification covers of the store beside the log, a line each."""
    lines = []
    for one in covers:
        state = (
            f"as it was saved; {one.digest}" if one.sealed else "not sealed by an older casecheck"
        )
        if one.changed:
            state = f"NOT AS IT WAS SAVED: {one.changed}"
        lines.append(f"  {printable(f'{one.what} {one.name}'.strip())}: {state}")
    if not covers:
        return lines
    return [
        "It covers the log, and of each run and sample all that is saved of it:",
        *lines,
        "Who changes the store and seals it anew changes these digests: keep them in the minutes.",
    ]
