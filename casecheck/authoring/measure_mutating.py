"""Change the pages of measures one thing at a time: which change does no example notice?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from casecheck.authoring.check_changes import CheckChanges
from casecheck.authoring.edits import GONE, Edit, changed_by, number_edits, place_of
from casecheck.authoring.mutating import ExamplesFail, Tried
from casecheck.authoring.page_changes import Change, plain, with_used_parameters
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Concept, Rules
from casecheck.lessons.nodes import Node
from casecheck.lessons.page_files import read_page_text
from casecheck.lessons.settings import Settings
from casecheck.lessons.yaml_nodes import read_page
from casecheck.measures.measure import Measure
from casecheck.measures.measure_reader import MeasureReader
from casecheck.measures.proving import differences

_PATH = re.compile(r"[a-z_]+(\.[a-z_]+)+", re.ASCII)
_CONDITIONS = ("where", "surely")


def measure_mutations(measure: Measure, rules: Rules) -> Tried:
    """Return what came of every change of a measure's page.

    Raises:
        ExamplesFail: an example does not come to what the page says as it stands.
    """
    failing = [str(one.example.place.error(str(one))) for one in differences(measure, rules)]
    if failing:
        raise ExamplesFail(failing)
    tried = Tried(measure.id, measure.file)
    page = read_page(read_page_text(Path(measure.file)), measure.file)
    called = {one.change for one in measure.equivalent}
    for change in measure_changes(page, rules.concepts):
        try:
            changed = _read(change.page, measure.file, rules)
            noticed = next(differences(changed, rules), None) is not None
        except RulesError:  # some are refused when they are compiled
            tried.refused += 1
            continue
        if noticed:
            tried.noticed += 1
        elif change.name in called:
            tried.equivalent.append(change)
        else:
            tried.survived.append(change)
    return tried


def _read(page: Mapping[str, Any], file: str, rules: Rules) -> Measure:
    used = with_used_parameters(page, [page["members"], page.get("apart"), page.get("within_days")])
    reader = MeasureReader(Settings(), rules.concepts, rules.groups, rules.lessons)
    measure = reader.page(file, reader.measure, json.dumps(used, ensure_ascii=False), file)
    if measure is None or reader.errors:
        raise RulesError(reader.errors)
    return measure


def measure_changes(page: Node, concepts: Mapping[str, Concept]) -> Iterator[Change]:
    """Yield every change of a measure's page; its examples stay, to notice it."""
    whole = {key: plain(node) for key, node in page.value.items() if key != "equivalent"}
    for edit in _edits(whole, CheckChanges(concepts)):
        yield Change(edit.name, place_of(page, edit.path), changed_by(whole, edit))


def _edits(whole: Mapping[str, Any], changes: CheckChanges) -> Iterator[Edit]:
    for name, parameter in whole.get("parameters", {}).items():
        path = ("parameters", name, "value")
        yield from number_edits(parameter["value"], path, f"parameter {name}")
    yield from _of_items(whole["members"], ("members",), "members", changes)
    for name, apart in whole.get("apart", {}).items():
        path = ("apart", name, "members")
        yield from _of_items(apart["members"], path, f"apart {name}", changes)


def _of_items(
    items: list[Any], at: tuple[str | int, ...], label: str, changes: CheckChanges
) -> Iterator[Edit]:
    for number, item in enumerate(items):
        spot = label if len(items) == 1 else f"{label} {number + 1}"
        path = (*at, number)
        if len(items) > 1:
            yield Edit(f"{spot} removed", path, GONE)
        if "for_each" in item:
            for edit in changes.of_population(_as_population(item), (), f"{spot} "):
                yield Edit(edit.name, (*path, *_as_written(item, edit.path)), edit.value)
            if "surely" in item:
                surely = changes.of_where(
                    item["surely"], (*path, "surely"), f"{spot} surely", item["for_each"]
                )
                yield from surely
        else:
            yield from _of_named(item, path, spot)


def _as_population(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as a check's population is written; a day that is worked out stays out."""
    kept = {key: value for key, value in item.items() if key not in ("met_unless", "dated")}
    if "met_unless" in item:
        kept["met_by"] = item["met_unless"]
    if _PATH.fullmatch(item.get("dated", "")):
        kept["dated"] = item["dated"]
    return kept


def _as_written(item: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    if path[:1] == ("met_by",) and "met_unless" in item:
        return ("met_unless", *path[1:])
    return path


def _of_named(item: Mapping[str, Any], path: tuple[str | int, ...], spot: str) -> Iterator[Edit]:
    """Yield the changes of an item that names checks: each of them, and what is asked beside."""
    for number, check in enumerate(item["checks"] if len(item["checks"]) > 1 else ()):
        yield Edit(f"{spot}: {check} dropped", (*path, "checks", number), GONE)
    for key in _CONDITIONS:
        conditions = item.get(key, [])
        for number, text in enumerate(conditions):
            gone = (*path, key) if len(conditions) == 1 else (*path, key, number)
            yield Edit(f"{spot} {key}: `{text}` dropped", gone, GONE)
