"""What a report must know of the rules in force: their digest, and each check's question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casecheck.results import Severity


class CheckInForce(Protocol):
    """One check of a lesson: its name, what it asks in words, how grave it is, and its tags."""

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def asks(self) -> str: ...  # noqa: D102

    @property
    def severity(self) -> Severity: ...  # noqa: D102

    @property
    def tags(self) -> Sequence[str]: ...  # noqa: D102


class LessonInForce(Protocol):
    """One lesson: its number (`P1.1`), title, theme of the review, and checks in page order."""

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def title(self) -> str: ...  # noqa: D102

    @property
    def theme(self) -> int: ...  # noqa: D102

    @property
    def checks(self) -> Sequence[CheckInForce]: ...  # noqa: D102


class RulesInForce(Protocol):
    """The lessons this audit evaluates, in order, and the digest (`sha256:...`) of their text."""

    @property
    def digest(self) -> str: ...  # noqa: D102

    @property
    def lessons(self) -> Sequence[LessonInForce]: ...  # noqa: D102
