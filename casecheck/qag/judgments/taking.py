"""Takes the judgments of packs that came back into the log: all of them, or none."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from casecheck.qag.judgments.log import SALT_BYTES, Broken, chained, first_broken
from casecheck.qag.packs.form import GRADES, JUDGMENTS, REASONS
from casecheck.qag.packs.packs import sample_key
from casecheck.qag.packs.returned import Problem
from casecheck.qag.packs.submission import Answer, Submission
from casecheck.qag.store.file import NotAsSaved, StoreError
from casecheck.qag.store.rows import NO_ENTRY, Entry, Sample
from casecheck.qag.store.store import Store


class Taken(NamedTuple):
    """What was taken from one pack: judgments new to the log, and those it already held.

    `of_no_use` are the cases among them that were marked as of no use since the pack was written:
    their judgments are kept, and do not count. `unread` is what else is in the file; `left` are
    the rows still to be answered of one that was handed in half done.
    """

    file: str
    sample: str
    auditor: str
    pack: str
    new: int
    known: int
    of_no_use: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Log:
    """The log after packs were taken: how many entries it has, and the hash of the last."""

    taken: tuple[Taken, ...]
    entries: int
    last: str


class LogBroken(Exception):  # noqa: N818 - says where
    """The log is not whole, so nothing is added to it."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(f"the judgment log is not whole: {broken}")


def take(
    store: Store,
    submissions: Sequence[Submission],
    problems: Sequence[Problem] = (),
    *,
    correct: bool = False,
) -> Log | list[Problem]:
    """Add the judgments to the log, or return what is wrong; then the log is as it was.

    `problems` are those of packs that could not be read: with any of them nothing is taken, and
    what is wrong with the others is told all the same.

    What the log already holds is not added again, so a pack may safely be handed in twice. A
    judgment that differs from the one before is wrong, unless they `correct`: then it is added,
    and the last one counts. Two people at once take turns.

    Raises:
        LogBroken: where the log itself was damaged.
    """
    with store.writing():
        log = store.entries()
        if broken := first_broken(log, store.log_end()):
            raise LogBroken(broken)
        desk = _Desk(store, log, correct=correct)
        wrong = [
            *problems,
            *(problem for submission in submissions for problem in desk.take(submission)),
        ]
        if wrong:
            return wrong
        entries = chained(log[-1] if log else None, desk.drafts)
        store.append_entries(entries)
    last = [*log, *entries][-1].hash if log or entries else NO_ENTRY
    return Log(tuple(desk.taken), len(log) + len(entries), last)


_Where = tuple[str, Answer] | None
"""The file and the answer in it that said something, or None for the log."""
_LOG: _Where = None


class _Desk:
    """Holds what has been judged, in the log and in the packs taken since."""

    def __init__(self, store: Store, log: Sequence[Entry], *, correct: bool) -> None:
        self.drafts: list[Entry] = []
        self.taken: list[Taken] = []
        self._store = store
        self._correct = correct
        # What each auditor said last of a check of a record, and who was the first to judge it.
        self._said: dict[tuple[object, ...], tuple[Entry, _Where]] = {}
        self._first: dict[tuple[object, ...], str] = {}
        for entry in log:
            if not entry.is_redaction:
                self._keep(entry, _LOG)

    def take(self, pack: Submission) -> Iterator[Problem]:
        """Take one pack, and yield what is wrong with it."""
        sample = self._sample(pack)
        if isinstance(sample, Problem):
            yield sample
            return
        drawn = {(case.position, case.case_id) for case in sample.drawn}
        new = 0
        for answer in pack.answers:
            if (answer.position, answer.case_id) not in drawn:
                message = f"{answer.case_id} is not a case of the sample {sample.name}"
                yield Problem(pack.file, answer.line.place("judgment"), message)
                continue
            draft = self._draft(sample, pack, answer)
            before, where = self._said.get((draft.auditor, *_question(draft)), (None, _LOG))
            if before is None or (self._correct and _said(before) != _said_again(draft, before)):
                new += 1
                self.drafts.append(draft)
                self._keep(draft, (pack.file, answer))
            else:
                yield from _differences(pack.file, answer, before, where)
        known = len(pack.answers) - new
        judged = {answer.position for answer in pack.answers}
        of_no_use = tuple(
            case.case_id for case in sample.drawn if case.unusable and case.position in judged
        )
        name = pack.name
        taken = (
            pack.file,
            sample.name,
            name.auditor,
            name.digest,
            new,
            known,
            of_no_use,
            pack.unread,
            pack.left,
        )
        self.taken.append(Taken(*taken))

    def _sample(self, pack: Submission) -> Sample | Problem:
        name = pack.name.sample
        try:
            sample = self._store.sample(name)
        except NotAsSaved:
            raise
        except StoreError as error:
            return Problem(pack.file, "", f"a pack of another sample: {error}")
        if sample_key(sample, self._store.run(sample.run)) != pack.name.sample_key:
            message = f"a pack of another sample, which was called {name!r} too"
            return Problem(pack.file, "", f"{message}: name its store with --store")
        return sample

    def _draft(self, sample: Sample, pack: Submission, answer: Answer) -> Entry:
        auditor = pack.name.auditor
        entry = Entry(
            0,
            sample.id,
            auditor,
            answer.case_id,
            answer.position,
            answer.lesson,
            answer.check,
            answer.judgment,
            answer.reason,
            answer.grade,
            pack.name.digest,
            False,
            "",
            "",
        )
        second = self._first.get(_question(entry), auditor) != auditor
        return replace(entry, second=second, salt=salt_for(entry.reason))

    def _keep(self, entry: Entry, where: _Where) -> None:
        question = _question(entry)
        self._said[entry.auditor, *question] = (entry, where)
        self._first.setdefault(question, entry.auditor)


def _question(entry: Entry) -> tuple[object, ...]:
    """Return what is judged: a check of a record of a sample."""
    return (entry.sample, entry.position, entry.lesson, entry.check)


def _said(entry: Entry) -> tuple[str, str, str]:
    return (entry.judgment, entry.reason, entry.grade)


def _said_again(draft: Entry, before: Entry) -> tuple[str, str, str]:
    """Return what is said now, but for words in the place of which there is a digest by now.

    They came in the same file, and are not to come in again.
    """
    judgment, reason, grade = _said(draft)
    return judgment, "" if before.digest else reason, grade


def salt_for(reason: str) -> str:
    """Return what keeps a reason's digest from being guessed, were its words taken out.

    None has one that is of the list: it names nobody, and the same packs give the same log.
    """
    return secrets.token_hex(SALT_BYTES) if is_in_own_words(reason) else ""


def is_in_own_words(reason: str) -> bool:
    """Tell whether a reason is not one of the usual."""
    return bool(reason) and reason.casefold() not in _USUAL


def _differences(file: str, answer: Answer, before: Entry, where: _Where) -> Iterator[Problem]:
    """Yield each cell that says something else than was said before, and what that was."""
    again = answer.reason if not before.digest else ""
    said = {
        "judgment": (answer.judgment, before.judgment, JUDGMENTS[before.judgment]),
        "reason": (again, before.reason, _reason(before.reason)),
        "grade": (answer.grade, before.grade, GRADES.get(before.grade, "no grade")),
    }
    for column, (now, then, words) in said.items():
        if now != then:
            at = f"{where[0]}, {where[1].line.place('judgment')}" if where else ""
            at = at or f"entry {before.number} of the log"
            message = f"differs from {at}, which says {words}; --correct takes it all the same"
            yield Problem(file, answer.line.place(column), message)


_USUAL = frozenset(reason.casefold() for reason in REASONS)


def _reason(text: str) -> str:
    """Return a reason that is one of the usual; an auditor's own words are not repeated."""
    if not text:
        return "no reason"
    return text if text in REASONS else "another reason, in the auditor's own words"
