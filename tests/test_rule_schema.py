"""The JSON Schemas of pages of rules: they refuse no page that loads, and help where they can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from amounts import few, tries
from command_line import ROOT, RULES, Here
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from lesson_pages import CONCEPTS, CONCEPTS_FILE, PAGE, faults, load, planted
from test_lessons_random import draw_rules

from casecheck.lessons.condition_words import FUNCTIONS
from casecheck.lessons.lesson import SHORTFALLS
from casecheck.lessons.schema import concepts_schema, lesson_schema, review_schema
from casecheck.lessons.yaml_nodes import Node, read_page
from casecheck.measures.schema import measure_schema
from casecheck.record.model import FIELDS
from casecheck.response.schema import response_schema
from casecheck.results import Outcome

SCHEMAS = {
    "lesson": lesson_schema(),
    "concepts": concepts_schema(),
    "review": review_schema(),
    "response": response_schema(),
    "measure": measure_schema(),
}
LESSON, CONCEPT, REVIEW, RESPONSE, MEASURE = map(Draft7Validator, SCHEMAS.values())
PAGES = sorted(RULES.rglob("*.yaml"))
GUIDE = ROOT.joinpath("docs", "writing-a-lesson.md").read_text(encoding="utf-8")
GUIDE_PAGES = [
    block
    for block in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    if block.startswith(("lesson:", "concepts:"))
]


def plain(node: Node) -> Any:
    """What an editor's YAML reads, as far as it is what ours does."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def read(text: str) -> Any:
    return plain(read_page(text, "page"))


def told(validator: Draft7Validator, page: object) -> list[str]:
    """What a schema has against a page, each with its place."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator.iter_errors(page)
    ]


def validator_of(page: Path) -> Draft7Validator:
    pages = {"concepts.yaml": CONCEPT, "review.yaml": REVIEW, "response.yaml": RESPONSE}
    return pages.get(page.name, MEASURE if page.parent.name == "measures" else LESSON)


def inside(schema: object) -> Iterator[dict[str, Any]]:
    """Every mapping within a schema."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from inside(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from inside(part)


# What an editor is given


@pytest.mark.parametrize("what", SCHEMAS)
def test_it_is_of_draft_7_which_editors_read(what: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[what])
    assert SCHEMAS[what]["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("what", SCHEMAS)
def test_the_file_beside_the_rules_has_not_drifted(here: Here, what: str) -> None:
    """Renew it by `casecheck schema WHAT --output rules/WHAT.schema.json`."""
    file = RULES / f"{what}.schema.json"
    ended = here("schema", what)
    assert (ended.status, ended.err) == (0, b"")
    assert json.loads(ended.out) == SCHEMAS[what]
    assert file.read_bytes() == ended.out


def test_without_a_word_it_is_the_schema_of_a_record(here: Here) -> None:
    assert here("schema").out == here("schema", "record").out
    assert json.loads(here("schema").out)["title"] == "A case record, casecheck/1"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_names_its_schema_in_the_first_line(page: Path) -> None:
    first = page.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, first
    schema = json.loads((page.parent / found[1]).read_bytes())
    assert schema == validator_of(page).schema


@pytest.mark.parametrize("what", SCHEMAS)
def test_every_key_is_described(what: str) -> None:
    described = 0
    for part in inside(SCHEMAS[what]):
        for name, key in part.get("properties", {}).items():
            if isinstance(key, dict) and "description" not in part.get("then", {}):
                assert key.get("description", "").strip(), name
                described += 1
    assert described > 2


def test_every_pattern_is_one_that_an_editor_can_read() -> None:
    """Patterns run in JavaScript there: no looking behind, no names of Python's own form."""
    patterns = [part["pattern"] for what in SCHEMAS.values() for part in inside(what)
                if isinstance(part.get("pattern"), str)]  # fmt: skip
    assert len(patterns) > 30
    for pattern in patterns:
        re.compile(pattern)
        assert not re.search(r"\(\?<|\(\?P|\\A|\\Z|\(\?[a-z]", pattern), pattern


def test_it_knows_the_sections_fields_codes_and_outcomes() -> None:
    definitions = SCHEMAS["lesson"]["definitions"]
    rows = definitions["rows"]["properties"]
    assert list(rows) == ["extracted_on", "opened_on", "closed_on", "coverage", *FIELDS]
    for section, fields in FIELDS.items():
        row = definitions[f"{section}_row"]
        assert list(row["properties"]) == list(fields)
        assert row["required"] == ["id"]
        for name, spec in fields.items():
            text = json.dumps(row["properties"][name])
            assert all(f'"{code}"' in text for code in spec.codes)
            assert ('"null"' in text) == (spec.role != "required")
    case = SCHEMAS["lesson"]["properties"]["examples"]["properties"]["cases"]["items"]
    assert case["properties"]["expect"]["additionalProperties"]["enum"] == [
        *map(str, Outcome),
        *SHORTFALLS,
    ]
    assert all(name in definitions["condition"]["markdownDescription"] for name in FUNCTIONS)


def test_its_snippets_and_examples_are_what_it_accepts() -> None:
    """What an editor inserts is good once the places are filled in."""
    filled = 0
    for part in inside(SCHEMAS["lesson"]):
        for snippet in part.get("defaultSnippets", ()):
            text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", json.dumps(snippet["body"]))
            schema = {**part, "definitions": SCHEMAS["lesson"]["definitions"]}
            assert told(Draft7Validator(schema), json.loads(text)) == []
            filled += 1
    assert filled == 8


# It refuses no page that loads


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_accepts_the_shipped_pages(page: Path) -> None:
    assert told(validator_of(page), read(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("text", GUIDE_PAGES, ids=lambda text: text.split()[0])
def test_it_accepts_the_pages_of_the_guide(text: str) -> None:
    assert told(CONCEPT if text.startswith("concepts:") else LESSON, read(text)) == []


def test_the_guide_has_a_lesson_and_concepts() -> None:
    assert sorted({text.split()[0] for text in GUIDE_PAGES}) == ["concepts:", "lesson:"]


@pytest.mark.parametrize("block", few(range(8), 0))
def test_it_accepts_random_pages(block: int) -> None:
    for seed in range(block * 25, (block + 1) * 25):
        question, _rules = draw_rules(Random(seed))
        assert told(LESSON, read(question.page())) == []


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a page."""
    yield path
    inner: Any = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, part in inner:
        yield from places(part, (*path, key))


def at(page: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        page = page[step]
    return page


WHOLE = read(PAGE)
VALUES: list[Any] = [
    None, True, 0, -1, 7, 99_999, "", " ", "x", "P1.1", "days", "working days", "2026-03-31",
    "2026-3-1", "risks", "worry", "people", [], ["child"], ["risks"], {}, {"risk": "risks"},
    {"id": "child"}, [{"id": "extra"}], [{"id": "plan", "start": "2025-03-03"}], "breach",
    "compliant", "Sentence.", "On {risk.identified_on}.", "On { risk.identified_on.", "{}",
    "risk.kind == 'neglect'", "risk.kind = 'neglect'", "under(18, risk.subject, today)",
    "within(18, risk.subject, today)", "risk.identified_on", "risk.kind == 'neglect", "not risk",
    ["risk.kind in ('neglect', 'domestic_abuse')"], ["risk.identified_on <= today AND true"],
    ["risk.resolved_on is None"], ["(risk.subject) == (risk.subject)"], ["today"],
]  # fmt: skip
KEYS = [
    "from", "until", "dated", "where", "given", "unless", "equivalent", "parameters", "find",
    "instances", "values", "value", "record", "without", "not_in_extract", "category", "nonsense",
]  # fmt: skip


def altered(data: st.DataObject, page: Any) -> Any:
    """A page in which something is changed, left out or added."""
    page = deepcopy(page)
    path = data.draw(st.sampled_from([place for place in places(page) if place]))
    how = data.draw(st.sampled_from(["change", "leave out", "add"]))
    owner = at(page, path[:-1])
    value = deepcopy(data.draw(st.sampled_from(VALUES)))
    if how == "change":
        owner[path[-1]] = value
    elif how == "leave out":
        del owner[path[-1]]
    elif isinstance(owner, dict):
        owner[data.draw(st.sampled_from(KEYS))] = value
    else:
        owner.append(value)
    return page


@settings(max_examples=tries(400))
@given(st.data())
def test_it_refuses_no_page_that_loads(data: st.DataObject) -> None:
    page = altered(data, WHOLE)
    if not faults(json.dumps(page)):
        assert told(LESSON, page) == []


@settings(max_examples=tries(200))
@given(st.data())
def test_it_refuses_no_concepts_that_load(data: st.DataObject) -> None:
    page = altered(data, read(CONCEPTS))
    if not any(fault.file == CONCEPTS_FILE for fault in faults(PAGE, json.dumps(page))):
        assert told(CONCEPT, page) == []


# What both refuse


BROKEN = {
    "an unknown key": ("title: Risks are followed up\ntheme: 1", "title: Risks are followed up"),
    "a missing key": ("", "asks: Each risk is followed up in time.\n"),
    "no id": ("lesson: t1.1", "lesson: T1.1"),
    "a title that is a number": ("title: 7", "title: Risks are followed up"),
    "a title that is empty": ("title: ''", "title: Risks are followed up"),
    "a theme in words": ("theme: one", "theme: 1"),
    "a source in words": ("source: {review: [test], finding", "source: {review: test, finding"),
    "a source without a finding": ("{review: test, theme", "{review: test, finding: T1, theme"),
    "a unit that is none": ("unit: weeks", "unit: days"),
    "a number in words": ("value: four weeks", "value: 28"),
    "a number below nought": ("value: -1", "value: 28"),
    "a number beyond all": ("value: 36526", "value: 28"),
    "a parameter without a basis": ("working days}", "working days, basis: A week.}"),
    "a parameter without a value": ("{unit: working", "{value: 5, unit: working"),
    "a parameter named by a capital": ("Spare_days: {value", "spare_days: {value"),
    "a parameter named as a function": ("today: {value", "spare_days: {value"),
    "a parameter named by a word of Python": ("lambda: {value", "spare_days: {value"),
    "a check's id in capitals": ("- id: Followed", "- id: followed"),
    "a check that asks of nothing": ("", "    for_each: {risk: risks}\n"),
    "for_each without rows": ("for_each: {}", "for_each: {risk: risks}"),
    "for_each as a list": ("for_each: [risks]", "for_each: {risk: risks}"),
    "a section that is no word": ("for_each: {risk: Risks}", "for_each: {risk: risks}"),
    "a key beside instances": ("    breach: No.\n    instances:", "    instances:"),
    "a condition alone": (
        "where: found.identified_on >= today",
        "where: [found.identified_on >= incident.on]",
    ),
    "no condition": ("where: []", "where: [risk.resolved_on <= today]"),
    "a single =": ("risk.kind = 'neglect'", "risk.kind == 'neglect'"),
    "an open quotation mark": ('"risk.kind == \'neglect"', "risk.kind == 'neglect'"),
    "an unknown function": ("within(risk.identified_on, today)", "risk.kind == 'neglect'"),
    "AND in capitals": ("risk.kind == 'neglect' AND today", "risk.kind == 'neglect'"),
    "is": ("risk.resolved_on is None", "risk.kind == 'neglect'"),
    "a sign of another language": ("risk.kind == 'neglect' && risk.kind", "risk.kind == 'neglect'"),
    "a name that asks nothing": ("- risk\n", "- risk.kind == 'neglect'\n"),
    "a way without words": (
        "- where: [risk.res",
        "- means: it was resolved\n        where: [risk.res",
    ),
    "a way without conditions": ("", "        where: [mitigation.risk == risk]\n"),
    "a brace alone": ("{risk.identified_on was not", "{risk.identified_on} was not"),
    "an empty brace": ("{} was not followed", "{risk.identified_on} was not followed"),
    "a background without its day": ("", "    extracted_on: 2026-06-30\n"),
    "a day written otherwise": ("extracted_on: 30/06/2026", "extracted_on: 2026-06-30"),
    "a row without an id": ("[{born: 2016-03", "[{id: child, born: 2016-03"),
    "a row of an unknown section": ("    persons: [", "    people: ["),
    "a row with an unknown field": ("history: [], name: Ford}", "history: []}"),
    "a full date of birth": ("born: 2016-03-04", "born: 2016-03"),
    "a year that is a number": ("born: 2016,", "born: 2016-03,"),
    "an unknown code": ("level: protection, start", "level: child_protection, start"),
    "a required field that is null": ("level: null, start", "level: child_protection, start"),
    "a section that is null": ("people: null", "people: [{id: child, born: 2016-03, history: []}]"),
    "a case without a name": ("- expect", "- name: nothing to follow up\n      expect"),
    "an unknown outcome": ("noticed: passed", "noticed: breach"),
    "nothing expected": ("expect: {}", "expect: {followed-up: not_applicable, noticed: breach}"),
    "nothing left out": ("without: []", "without: [plan]"),
    "an unknown section left out": ("not_in_extract: [toolz]", "not_in_extract: [tools]"),
    "a first day that is none": ("from: soon\nasks: Each", "asks: Each"),
    "no reason why it is equivalent": ("equivalent: [{change: it}]\nasks: Each", "asks: Each"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_refuses_what_loading_refuses(name: str) -> None:
    fault, instead_of = BROKEN[name]
    page = planted(PAGE, fault, instead_of)
    assert faults(page)
    assert told(LESSON, read(page))


BROKEN_CONCEPTS = {
    "an unknown key": ("concepts:\n  worry:\n    title: Worry", "concepts:\n  worry:"),
    "no meaning": ("", "    means: A worry about a child.\n"),
    "a section's name": ("  risks:\n    means", "  worry:\n    means"),
    "rows of two sections": ("{plan: plans, risk: risks}", "{plan: plans}"),
    "rows of no section": ("{plan: worries}", "{plan: plans}"),
    "a field that is a condition": ("since: plan.start <= today", "since: plan.start"),
    "a single =": ("risk.kind = 'neglect'", "risk.kind != 'neglect'"),
    "no fields": ("fields: {}", "fields: {child: plan.subject, since: plan.start}"),
}


@pytest.mark.parametrize("name", BROKEN_CONCEPTS)
def test_it_refuses_concepts_that_loading_refuses(name: str) -> None:
    fault, instead_of = BROKEN_CONCEPTS[name]
    concepts = planted(CONCEPTS, fault, instead_of)
    assert told(CONCEPT, read(CONCEPTS)) == []
    assert faults(PAGE, concepts)
    assert told(CONCEPT, read(concepts))


def test_standards_and_checks_in_the_course_of_time() -> None:
    page = planted(PAGE, "spare_days: {values: [{value: 28, until: 2026-03-31}, {value: 21, from: "
                   "2026-04-01}], unit", "spare_days: {value: 28, unit")  # fmt: skip
    page = planted(page, "- id: noticed\n    from: 2025-04-01", "- id: noticed")
    page = planted(page, "for_each: {incident: incidents}\n        dated: incident.on",
                   "for_each: {incident: incidents}")  # fmt: skip
    page = planted(page, "lesson: T1.1\nfrom: 2020-01-01\nuntil: 2099-12-31", "lesson: T1.1")
    load(page)
    assert told(LESSON, read(page)) == []
    both = planted(page, "unit: days, value: 3", "unit: days")
    assert faults(both)
    assert told(LESSON, read(both))


def test_a_review() -> None:
    review = {"review": "children-p", "title": "Children P", "about": "A family."}
    for page in (review, {**review, "default": False}):
        assert told(REVIEW, page) == []
    for page in ({**review, "default": "no"}, {**review, "titel": "?"}, {"review": "x"}):
        assert told(REVIEW, page)


def test_the_pages_that_are_broken_here_are_sound_before() -> None:
    assert faults() == ()
    assert told(LESSON, WHOLE) == []
