"""Words of whom a finding is about: the lead of its sentence in the reports for people."""

from __future__ import annotations

from collections.abc import Iterable

from casecheck.results import About


def about_words(about: About) -> str:
    """Name the child or young parent: by the pseudonym, else by the id, with the age on the day.

    "" where the record does not settle whom it is about.
    """
    name = about.pseudonym or about.person or ""
    return f"{name}, {about.age}" if name and about.age is not None else name


def lead(abouts: Iterable[About]) -> str:
    """Return what stands before a sentence that is said of these, each once, or ""."""
    named = dict.fromkeys(filter(None, map(about_words, abouts)))
    return f"{'; '.join(named)}: " if named else ""
