"""Know a check again that had another name when an earlier run was saved."""

from __future__ import annotations

from collections.abc import Mapping

from casecheck.qag.store.rows import Run


class Renamed:
    """The names of the checks of two runs: each has the name of the later run, whatever it was.

    What a check was called before is what its page said when either run was saved.
    """

    def __init__(self, before: Run, now: Run) -> None:
        self._after: dict[str, str] = {}
        for run in (before, now):
            for name, marks in run.marks.items():
                for former in marks.get("formerly", ()):
                    self._after[former] = name
        self._before = before.meanings
        # By the last of its names, what a check is called in the later run, if it is asked there.
        self._now = {self._last(name): name for name in now.meanings}

    def name(self, lesson: str, check: str) -> tuple[str, str]:
        """Return what a check is called in the later run: its lesson and its own name."""
        lesson, _, check = self._name(f"{lesson}/{check}").rpartition("/")
        return lesson, check

    def names(self, by_name: Mapping[str, str]) -> dict[str, str]:
        """Return what is said of checks by `LESSON/check`, by the names of the later run."""
        return {self._name(name): said for name, said in by_name.items()}

    @property
    def renamed(self) -> dict[str, str]:
        """What checks of the earlier run were called there, by the names of the later run."""
        return {self._name(name): name for name in self._before if self._name(name) != name}

    def _name(self, name: str) -> str:
        last = self._last(name)
        return self._now.get(last, last)

    def _last(self, name: str) -> str:
        seen = {name}
        while (after := self._after.get(name, name)) not in seen:
            seen.add(after)
            name = after
        return name
