"""Load the measures that stand beside the lessons of a folder, with every fault found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from casecheck.lessons.errors import PageError, RulesError, did_you_mean
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import in_natural_order
from casecheck.lessons.nodes import Place
from casecheck.lessons.periods import Standard
from casecheck.lessons.setting import settings_in_words
from casecheck.lessons.settings import Settings
from casecheck.measures.measure import Measure, Measures
from casecheck.record.faults import CasecheckError
from casecheck.text.kept import kept


def measures_of(rules: Rules) -> Measures:
    """Return the measures of the folders from which lessons were loaded.

    They ask for lessons' checks as these are in force, with the numbers that the board sets. One
    that asks for a check that is not there says so (`because`), and is asked of no record. They are
    kept on disk as they were read.

    Raises:
        RulesError: with every fault of every page.
    """
    return kept("measures", made_of(rules), lambda: _read(rules))


def made_of(rules: Rules) -> str:
    """Return all of some rules on which their measures hang."""
    checks = [(lesson.id, [check.id for check in lesson.checks]) for lesson in rules.lessons]
    return repr((rules.digest, checks, rules.measure_pages, rules.measure_settings))


def _read(rules: Rules) -> Measures:
    # What reads pages is a quarter of all modules, and most commands read no measure.
    from casecheck.measures.measure_reader import MeasureReader  # noqa: PLC0415

    settings = Settings(rules.measure_settings)
    reader = MeasureReader(settings, rules.concepts, rules.groups, rules.lessons)
    found: dict[str, Measure] = {}
    for file, text in rules.measure_pages:
        reader.gaps = 0
        measure = reader.page(file, reader.measure, text, file)
        if measure is None:
            continue
        if measure.id in found:
            message = f"the measure {measure.id} stands in {found[measure.id].file} too: rename one"
            reader.errors.append(PageError(file, 1, 1, message))
        found[measure.id] = measure
        if not measure.because:
            reader.errors += _faults(measure, settings, rules.folder)
    if reader.errors:
        raise RulesError(reader.errors)
    content = hashlib.sha256()
    for _, text in sorted(rules.measure_pages, key=lambda one: one[1]):
        content.update(hashlib.sha256(text.encode()).digest())
    for words in sorted(settings_in_words(rules.measure_settings)):
        content.update(f"{words}\n".encode())
    ordered = sorted(found.values(), key=lambda one: in_natural_order(one.id))
    return Measures(tuple(ordered), f"sha256:{content.hexdigest()}")


def _faults(measure: Measure, settings: Settings, folder: str) -> Iterator[PageError]:
    """Yield what is wrong with what a board sets of a measure."""
    yield from settings.faults_of(measure.id, measure.parameters, folder)
    for name, setting in settings.parameters.get(measure.id, {}).items():
        if setting.standards != (Standard(setting.standards[-1].value),):
            message = (
                f"{measure.id}.{name} takes one number: a measure asks the same of each period"
            )
            yield (setting.place or Place(folder, 1, 1)).error(message)


class NoSuchMeasure(CasecheckError):  # noqa: N818 - says which
    """A measure is named that is not there."""


def chosen(measures: Measures, ids: Sequence[str]) -> Measures:
    """Return the measures of these ids, or all where none is named.

    Raises:
        NoSuchMeasure: one of them is not there.
    """
    known = [one.id for one in measures.measures]
    for name in ids:
        if name not in known:
            raise NoSuchMeasure(f"no measure {name!r}: {did_you_mean(name, known)}")
    if not ids:
        return measures
    return replace(measures, measures=tuple(one for one in measures.measures if one.id in ids))
