"""What a board sets for itself: other numbers, checks that it does not ask, more lessons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from casecheck.lessons.errors import PageError, did_you_mean
from casecheck.lessons.lesson import Lesson, Off
from casecheck.lessons.periods import NUMBER, Standard, is_number


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter's standards as the board sets them, by what, and why if it says so."""

    standards: tuple[Standard, ...]
    set_by: str
    reason: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether each value is one that a page may have, too."""
        return all(is_number(one.value) for one in self.standards)


@dataclass(frozen=True, slots=True)
class Settings:
    """A board's settings: parameters by lesson and name, and the checks that it switches off."""

    parameters: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)
    off: tuple[Off, ...] = ()

    @classmethod
    def of(cls, numbers: Mapping[str, Mapping[str, int]], set_by: str) -> Settings:
        """Return settings that give parameters one number each, for all time."""
        return cls(
            {
                lesson: {name: Setting((Standard(value),), set_by) for name, value in named.items()}
                for lesson, named in numbers.items()
            }
        )

    def over(self, other: Settings) -> Settings:
        """Return both, these where both set a parameter."""
        parameters = {
            lesson: {**other.parameters.get(lesson, {}), **self.parameters.get(lesson, {})}
            for lesson in {**other.parameters, **self.parameters}
        }
        return Settings(parameters, (*other.off, *self.off))

    def only(self, lessons: Collection[str]) -> Settings:
        """Return what is set of these lessons."""
        return Settings(
            {lesson: named for lesson, named in self.parameters.items() if lesson in lessons},
            tuple(one for one in self.off if one.lesson in lessons),
        )

    def faults(self, lessons: Iterable[Lesson]) -> list[str]:
        """Return what is set that none of the lessons has, each with the likely meaning."""
        known = {lesson.id: lesson for lesson in lessons}
        found = []
        for identifier, values in self.parameters.items():
            for name, setting in values.items():
                if identifier not in known:
                    found.append(_no_lesson(identifier, known))
                elif name not in known[identifier].parameters:
                    hint = did_you_mean(name, known[identifier].parameters)
                    found.append(f"{identifier} has no parameter `{name[:64]}`: {hint}")
                elif not setting.is_sound:
                    found.append(f"{identifier}.{name} cannot be set so: {NUMBER}")
        for off in self.off:
            if off.lesson not in known:
                found.append(_no_lesson(off.lesson, known))
                continue
            checks = [check.id for check in known[off.lesson].checks]
            if off.check and off.check not in checks:
                hint = did_you_mean(off.check, checks)
                found.append(f"{off.lesson} has no check `{off.check[:64]}` to switch off: {hint}")
        return found

    def without_off(self, lessons: Iterable[Lesson]) -> list[Lesson]:
        """Return the lessons without the checks that are switched off."""
        off = {(one.lesson, one.check) for one in self.off}
        left = []
        for lesson in lessons:
            checks = tuple(check for check in lesson.checks if (lesson.id, check.id) not in off)
            if checks and (lesson.id, "") not in off:
                left.append(replace(lesson, checks=checks))
        return left


def _no_lesson(identifier: str, known: Iterable[str]) -> str:
    return f"no lesson `{identifier[:64]}` to set: {did_you_mean(identifier, known)}"


def settings_errors(messages: Iterable[str], file: str) -> list[PageError]:
    """Return what is wrong with settings as faults of the file, or folder, that they are for."""
    return [PageError(file, 1, 1, message) for message in messages]
