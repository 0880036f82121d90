"""A check that has another name is known again: fingerprints, waivers, comparisons, settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Here
from lesson_pages import CONCEPTS, faults, load
from shipped import audit as audited
from test_check_marks import one_action

from casecheck.audit.auditor import Auditor
from casecheck.authoring.mutating import Mutation
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules, rules_from_pages
from casecheck.results import Finding

CHECK = """\
  - id: ID
    asks: Was it a visit, or recorded so?
    formerly: []
    instances:
      - for_each: {action: actions}
        met_by: [{means: a visit, where: [action.kind == 'visit']}]
        breach: No visit.
        cannot_tell: Perhaps.
      - for_each: {plan: plans}
        met_by: [{means: ended, where: [plan.end <= today]}]
        breach: No end.
        cannot_tell: Perhaps.
"""


def page(lesson: str, *checks: tuple[str, str]) -> str:
    """A page of checks that ask the same, each with what it was called formerly, "" for nothing."""
    texts = [
        CHECK.replace("ID", name).replace(
            "    formerly: []\n", f"    formerly: {formerly}\n" if formerly else ""
        )
        for name, formerly in checks
    ]
    return (
        f"lesson: {lesson}\ntitle: T\n"
        "source: {review: test, finding: T1, theme: 1, cite: Made up for a test}\n"
        f"asks: Something.\nchecks:\n{''.join(texts)}"
        "examples:\n  background: {extracted_on: 2026-06-30, opened_on: 2025-01-06}\n"
        f"  cases:\n    - {{name: nothing, expect: {{{checks[0][0]}: not_applicable}}}}\n"
    )


def rules_of(*pages: str) -> Rules:
    return rules_from_pages({f"{at}.yaml": text for at, text in enumerate(pages)}, "rules")


def findings(rules: Rules) -> list[Finding]:
    return list(audited(one_action(), Auditor(rules)).findings)


def marks(*pages: str) -> list[str]:
    return sorted(one.fingerprint for one in findings(rules_of(*pages)))


# --- fingerprints ---


@pytest.mark.parametrize(
    "now",
    [
        page("T1.1", ("new", "old")),
        page("T1.1", ("new", "[old]")),
        page("T1.1", ("newest", "[old, new]")),
        page("T2.1", ("new", "T1.1/old")),
        page("T2.1", ("new", "[T1.1/old, middle]")),
    ],
)
def test_a_fingerprint_is_that_of_the_first_name(now: str) -> None:
    before = marks(page("T1.1", ("old", "")))
    assert len(before) == 2, "one of each part, which have fingerprints of their own"
    assert marks(now) == before
    assert marks(page("T1.1", ("new", ""))) != before


def test_all_other_names_are_known_too() -> None:
    (one, _) = findings(rules_of(page("T1.1", ("newest", "[old, new]"))))
    (new, _) = findings(rules_of(page("T1.1", ("new", ""))))
    (newest, _) = findings(rules_of(page("T1.1", ("newest", ""))))
    assert one.also == (new.fingerprint, newest.fingerprint)
    assert new.also == ()


# --- faults ---


@pytest.mark.parametrize(
    ("formerly", "told"),
    [
        ("new", "`new` is this check's own name: name what it was before"),
        ("T1.1/new", "`T1.1/new` is this check's own name"),
        ("[old, T1.1/old]", "the former name `T1.1/old` is repeated"),
        ("Old", "a former name is that of a check, like chair-agreement, or of another lesson's"),
        ("t1/old", "a former name is that of a check"),
        ("[1]", "a former name is a text"),
        ("{old: 1}", "formerly is a list with at least one item"),
        ("other", "`T1.1/other` is a check's name now: its findings would be taken for others"),
    ],
)
def test_what_is_no_former_name_is_refused(formerly: str, told: str) -> None:
    (fault, *more) = faults(page("T1.1", ("new", formerly), ("other", "")))
    assert told in fault.message
    assert not more
    (fault,) = faults(page("T1.1", ("new", "old"), ("other", "")).replace("formerly", "formely"))
    assert "did you mean `formerly`?" in fault.message


def test_a_former_name_is_of_one_check_alone() -> None:
    with pytest.raises(RulesError) as caught:
        rules_of(page("T1.1", ("new", "old")), page("T2.1", ("other", "[T1.1/old, before]")))
    (fault,) = caught.value.errors
    assert "`T1.1/old` is a former name of T1.1/new too: it can be of one alone" in fault.message
    assert fault.file == "1.yaml"


# --- waivers ---


def files(tmp_path: Path, *pages: str) -> Path:
    """Write pages and a record; return the folder of the pages."""
    folder = tmp_path / "rules"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for at, text in enumerate(pages):
        (folder / f"{at}.yaml").write_text(text, "utf-8")
    (tmp_path / "case.json").write_text(json.dumps(one_action()), "utf-8")
    return folder


def report(here: Here, tmp_path: Path, *words: str | Path) -> dict[str, Any]:
    ended = here(
        "audit", tmp_path / "case.json", "--rules", tmp_path / "rules", "--format", "json", *words
    )
    assert ended.status == 0, ended.told
    read: dict[str, Any] = json.loads(ended.out)
    return read


@pytest.mark.parametrize("given_under", ["old", "new", "newest"])
def test_a_waiver_lasts_whatever_name_it_was_given_under(
    here: Here, tmp_path: Path, given_under: str
) -> None:
    files(tmp_path, page("T1.1", (given_under, "")))
    accepted = report(here, tmp_path)["findings"][0]["fingerprint"]
    listed = json.loads(
        here("rules", "list", "--rules", tmp_path / "rules", "--format", "json").out
    )
    asked = listed["lessons"][0]["checks"][0]["asked"]
    files(tmp_path, page("T1.1", ("newest", "[old, new]")))
    file = tmp_path / "w.yaml"
    file.write_text(
        f'waivers: [{{fingerprint: "{accepted}", outcome: breach, reason: r, who: w,'
        f' until: 2027-01-01, asked: "{asked}"}}]'
    )
    found = report(here, tmp_path, "--waivers", file)
    assert ["waiver" in one for one in found["findings"]] == [True, False]
    assert found["waivers"] == []


# --- two runs ---


def compared(here: Here, store: Path, *words: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        here("compare", "1", "2", "--store", store, "--format", "json", *words).out
    )
    return read


def test_two_runs_are_compared_by_what_the_check_is_called_now(here: Here, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    files(tmp_path, page("T1.1", ("old", ""), ("same", "")))
    report(here, tmp_path, "--store", store)
    files(tmp_path, page("T1.1", ("same", "")), page("T2.1", ("new", "T1.1/old")))
    (tmp_path / "case.json").write_text(json.dumps(one_action(kind="visit")), "utf-8")
    report(here, tmp_path, "--store", store)
    told = compared(here, store)
    assert told["renamed"] == {"T2.1/new": "T1.1/old"}
    assert told["checks"] == {}
    kinds = {(one["lesson"], one["check"], one["pointers"][0]): one for one in told["findings"]}
    gone, standing = kinds["T2.1", "new", "/actions/0"], kinds["T2.1", "new", "/plans/0"]
    assert (gone["kind"], gone["now"], gone["check_before"]) == ("gone", "met", "breach")
    assert (standing["kind"], standing["before"], standing["now"]) == (
        "standing", "breach", "breach",
    )  # fmt: skip
    assert told["counts"]["asked in one run only"] == 0
    text = " ".join(here("compare", "1", "2", "--store", store).text.split())
    assert "T2.1/new: called T1.1/old in A" in text
    assert "in force in" not in text


def test_two_runs_the_other_way_round(here: Here, tmp_path: Path) -> None:
    """The later run may be of the older page: then the check has its older name."""
    store = tmp_path / "s.db"
    files(tmp_path, page("T1.1", ("newest", "[old, new]")))
    report(here, tmp_path, "--store", store)
    files(tmp_path, page("T1.1", ("new", "old")))
    report(here, tmp_path, "--store", store)
    told = compared(here, store)
    assert {one["kind"] for one in told["findings"]} == {"standing"}
    assert {one["check"] for one in told["findings"]} == {"new"}
    assert told["renamed"] == {"T1.1/new": "T1.1/newest"}
    assert {one["check_now"] for one in told["findings"]} == {"breach"}
    assert told["checks"] == {}
    assert told["counts"]["asked in one run only"] == 0


def test_a_check_without_a_former_name_is_another(here: Here, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    files(tmp_path, page("T1.1", ("old", "")))
    report(here, tmp_path, "--store", store)
    files(tmp_path, page("T1.1", ("new", "")))
    report(here, tmp_path, "--store", store)
    told = compared(here, store)
    assert told["renamed"] == {}
    assert told["counts"]["asked in one run only"] == 4
    assert told["checks"].keys() == {"T1.1/old", "T1.1/new"}


# --- whoever still writes the old name ---


def test_the_old_name_leads_to_the_new(here: Here, tmp_path: Path) -> None:
    folder = files(tmp_path, page("T2.1", ("new", "[T1.1/old, middle]")), page("T1.1", ("o", "")))
    ended = here("explain", "T2.1", "--check", "middle", "--rules", folder)
    assert ended.status == 2
    assert "it is called `new` now" in ended.told
    settings = tmp_path / "casecheck.toml"
    settings.write_text(f'rules = "{folder}"\n[checks_off]\n"T1.1/old" = "We never ask it."\n')
    ended = here("audit", tmp_path / "case.json", "--settings", settings)
    assert "has no check `old` to switch off: it is called `T2.1/new` now" in ended.told


def test_pages_and_lists_show_it(here: Here, tmp_path: Path) -> None:
    folder = files(tmp_path, page("T2.1", ("new", "[T1.1/old, middle]")))
    assert (
        "formerly called T1.1/old, T2.1/middle" in here("explain", "T2.1", "--rules", folder).text
    )
    listed = here("rules", "list", "--rules", folder).text
    assert "formerly T1.1/old, T2.1/middle" in " ".join(listed.split())


def test_a_page_with_former_names_can_be_mutated(tmp_path: Path) -> None:
    folder = files(tmp_path, page("T1.1", ("new", "old"), ("other", "older")))
    assert next(Mutation(load_rules(folder)).run()).survived
    assert load(page("T1.1", ("new", "old")), CONCEPTS).lessons[0].checks[0].formerly
