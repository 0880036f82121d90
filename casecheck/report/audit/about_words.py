"""Words of whom a finding is about, and by when: beside its sentence in the reports for people."""

from __future__ import annotations

from collections.abc import Iterable

from casecheck.results import About, Finding, Outcome


def about_words(about: About) -> str:
    """Name the child or young parent: by the pseudonym, else by the id, with the age on the day.

    "" where the record does not settle whom it is about.
    """
    name = about.pseudonym or about.person or ""
    return f"{name}, aged {about.age}" if name and about.age is not None else name


def sentence(told: Finding, abouts: Iterable[About]) -> str:
    """Return a finding's sentence with whom it is about, and the deadline of a breach.

    The deadline is added where the sentence does not name it.
    """
    words = lead(abouts) + told.message
    breach = told.outcome is Outcome.BREACH
    if not breach or told.due is None or str(told.due) in told.message:
        return words
    stop = "" if words.endswith((".", "!", "?")) else "."
    return f"{words}{stop} The last day in time was {told.due}."


def lead(abouts: Iterable[About]) -> str:
    """Return what stands before a sentence that is said of these, each once, or ""."""
    named = dict.fromkeys(filter(None, map(about_words, abouts)))
    return f"{'; '.join(named)}: " if named else ""
