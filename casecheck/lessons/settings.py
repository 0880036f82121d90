"""What a board sets for itself: other numbers, checks that it does not ask, more lessons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from casecheck.lessons.check_marks import called_now
from casecheck.lessons.errors import PageError, did_you_mean
from casecheck.lessons.lesson import Lesson, Off, Parameter
from casecheck.lessons.nodes import Place
from casecheck.lessons.periods import Standard
from casecheck.lessons.setting import Setting


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

    def parted(self, measures: Collection[str]) -> tuple[Settings, Settings]:
        """Return what is set of lessons, and what is set of the measures of these ids."""
        of_lessons = {one: of for one, of in self.parameters.items() if one not in measures}
        return Settings(of_lessons, self.off), replace(self.only(measures), off=())

    def faults(self, lessons: Iterable[Lesson], folder: str) -> Iterator[PageError]:
        """Yield what is set that none of the lessons has, with the likely meaning.

        `folder` is where the lessons are: the place of a fault in what no file says.
        """
        known = {lesson.id: lesson for lesson in lessons}
        for identifier, values in self.parameters.items():
            if identifier in known:
                yield from self.faults_of(identifier, known[identifier].parameters, folder)
                continue
            for setting in values.values():
                place = setting.place or Place(folder, 1, 1)
                yield place.error(_no_lesson(identifier, known, folder))
        for off in self.off:
            checks = [check.id for check in known[off.lesson].checks] if off.lesson in known else []
            if off.lesson not in known:
                yield off.place.error(_no_lesson(off.lesson, known, folder))
            elif off.check and off.check not in checks:
                hint = called_now(off.lesson, off.check, known.values()) or did_you_mean(
                    off.check, checks
                )
                message = f"{off.lesson} has no check `{off.check[:64]}` to switch off: {hint}"
                yield off.place.error(message)

    def faults_of(
        self, identifier: str, parameters: Mapping[str, Parameter], folder: str
    ) -> Iterator[PageError]:
        """Yield what is set that these parameters, of one page, do not have or cannot be."""
        for name, setting in self.parameters.get(identifier, {}).items():
            place = setting.place or Place(folder, 1, 1)
            if name not in parameters:
                hint = did_you_mean(name, parameters)
                yield place.error(f"{identifier} has no parameter `{name[:64]}`: {hint}")
            elif fault := setting.fault(parameters[name].unit):
                yield place.error(f"{identifier}.{name} cannot be set so: {fault}")

    def without_off(self, lessons: Iterable[Lesson]) -> list[Lesson]:
        """Return the lessons without the checks that are switched off."""
        off = {(one.lesson, one.check) for one in self.off}
        left = []
        for lesson in lessons:
            checks = tuple(check for check in lesson.checks if (lesson.id, check.id) not in off)
            if checks and (lesson.id, "") not in off:
                left.append(replace(lesson, checks=checks))
        return left


def _no_lesson(identifier: str, known: Iterable[str], folder: str) -> str:
    """Say which lessons there are; another with an id like it is seldom the one that is meant."""
    there = ", ".join(known)
    return f"no lesson `{identifier[:64]}` among those in force, of {folder}: {there}"
