"""`casecheck sample`: draw, show, extend and replace, from a store of the sample cases."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from amounts import few
from command_line import ROOT, Ended, Here
from qag_judged import LESSONS, drawn, judge
from qag_store import LABELS, prepared

from casecheck.qag.sampling import designs
from casecheck.qag.sampling.designs import plan_json
from casecheck.qag.sampling.members import gravest
from casecheck.qag.sampling.notices import notices
from casecheck.qag.sampling.plan import CannotDraw, Plan
from casecheck.qag.sampling.population import population
from casecheck.qag.sampling.samples import draw_sample, replace_case
from casecheck.qag.sampling.weights import Weights
from casecheck.qag.store.store import Entry, FrameCase, Store, StoredFinding
from casecheck.results import Outcome

SEED = "dice 4 1 6 2 5 3"
DESIGNS: Mapping[str, Sequence[str]] = {
    "simple": (),
    "stratified": ("--by", "district"),
    "neyman": ("--by", "district", "--by", "outcome", "--allocation", "neyman", "--minimum", "1"),
    "systematic": ("--by", "team"),
    "risk": ("--weight", "breach=9"),
}


class Samples:
    """Runs `casecheck sample` on a store of its own."""

    def __init__(self, here: Here, store: Path) -> None:
        self._here = here
        self.store = store

    def __call__(self, *arguments: str) -> Ended:
        return self._here("sample", *arguments, "--store", self.store)

    def draw(self, design: str, *more: str, size: int = 12) -> dict[str, Any]:
        named = "stratified" if design == "neyman" else design
        options = ("--size", str(size), "--design", named, *DESIGNS[design], "--seed", SEED)
        return self.json(*options, *more)

    def json(self, *arguments: str) -> dict[str, Any]:
        ended = self(*arguments, "--format", "json")
        assert ended.status == 0
        told: dict[str, Any] = json.loads(ended.text)
        return told


@pytest.fixture
def samples(here: Here, tmp_path: Path) -> Samples:
    return Samples(here, prepared(tmp_path))


def cases(told: Mapping[str, Any]) -> list[str]:
    return [one["case_id"] for one in told["drawn"]]


# --- drawing ---


@pytest.mark.parametrize("design", DESIGNS)
def test_a_sample_is_drawn_saved_and_drawn_again_the_same(samples: Samples, design: str) -> None:
    drawn = samples.draw(design)
    assert len(set(cases(drawn))) == 12
    assert drawn["drawn_again_the_same"] is True
    assert sum(Fraction(one["probability"]) for one in drawn["drawn"]) > 0
    assert all(one["why"] for one in drawn["drawn"])
    assert samples.json("show", "latest") == drawn
    assert samples.json("show", drawn["name"]) == drawn
    again = samples.draw(design)
    assert again | {"name": drawn["name"]} == drawn


@pytest.mark.parametrize("design", few(DESIGNS, *[*DESIGNS][::3]))
def test_the_script_of_the_docs_draws_the_same(samples: Samples, design: str) -> None:
    """Without a line of casecheck; extended and with an unusable case too."""
    page = (ROOT / "docs" / "samples.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- script: redraw.py -->\n```python\n(.*?)```", page, re.DOTALL)
    assert found
    assert "casecheck" not in found[1]
    drawn = samples.draw(design)
    samples("replace", "latest", cases(drawn)[0], "--reason", "lost")
    samples("extend", "latest", "--size", "17")
    told = samples.json("show", "latest", "--list")
    ran = subprocess.run(
        [sys.executable, "-I", "-c", found[1]],
        input=json.dumps(told).encode(),
        capture_output=True,
        check=True,
    )
    assert len(cases(told)) == 18
    assert sorted(ran.stdout.decode().split()) == sorted(cases(told))


def test_another_seed_draws_another_sample(samples: Samples) -> None:
    one = samples.json("--size", "12", "--seed", "a")
    other = samples.json("--size", "12", "--seed", "b")
    assert cases(one) != cases(other)


@pytest.mark.slow
def test_the_order_in_which_records_were_read_does_not_matter(here: Here, tmp_path: Path) -> None:
    """Two stores, of the same records read in another order and by two processes."""
    files = sorted((ROOT / "sample_cases").glob("c-01*.json"))
    told = []
    for name, paths, jobs in (("a.db", files, "1"), ("b.db", files[::-1], "2")):
        store = ("--store", tmp_path / name)
        audited = here("audit", *paths, *store, "--label", "now", "--jobs", jobs)
        assert audited.status == 0, audited.told
        options = ("--size", "9", "--design", "risk", "--seed", SEED, "--format", "json")
        told.append(here("sample", *options, *store))
    assert told[0].status == 0
    assert (told[0].status, told[0].out) == (told[1].status, told[1].out)


def test_only_the_cases_asked_for_can_be_drawn(samples: Samples) -> None:
    told = samples.json("--size", "3", "--seed", SEED, "--lesson", "P1.1", "--list")
    assert {one["outcome"] for one in told["list"]} == {
        "breach",
        "insufficient_evidence",
        "compliant",
    }
    assert told["left_out"]["not_applicable"] + len(told["list"]) > 40
    breach = samples.json(
        "--size", "2", "--seed", SEED, "--lesson", "P1.1", "--outcome", "breach", "--list"
    )
    assert {one["outcome"] for one in breach["list"]} == {"breach"}
    assert len(breach["notices"]) == 1
    assert "cannot show what the engine misses" in breach["notices"][0]


def test_strata_are_those_of_the_field(samples: Samples) -> None:
    told = samples.draw("stratified", "--list")
    sizes = Counter(one["stratum"] for one in told["list"])
    assert {one["name"]: one["size"] for one in told["design"]["strata"]} == sizes
    drawn = Counter(one["stratum"] for one in told["drawn"])
    for one in told["drawn"]:
        stratum = one["stratum"]
        assert Fraction(one["probability"]) == Fraction(drawn[stratum], sizes[stratum])
    assert sum(drawn.values()) == 12


def test_a_risk_sample_holds_cases_without_findings(samples: Samples) -> None:
    told = samples.draw("risk")
    counts = Counter(one["stratum"] for one in told["drawn"])
    assert counts == {"with findings": 9, "without findings": 3}
    assert told["notices"] == []
    chances = {
        Fraction(one["probability"])
        for one in told["drawn"]
        if one["stratum"] == "without findings"
    }
    (without,) = (one for one in told["design"]["strata"] if one["name"] == "without findings")
    assert chances == {Fraction(3, without["size"])}


def test_text_says_how_it_was_drawn_and_why_each_is_there(samples: Samples) -> None:
    ended = samples("--size", "12", "--design", "risk", "--seed", SEED, "--list")
    assert ended.status == 0
    assert ended.text.startswith("Sample sample-1: 12 of ")
    assert f"seed: {SEED}" in ended.text
    text = " ".join(ended.text.split())
    assert "without findings by ticket; each had a chance of " in text
    assert "certain for its weight" in text
    assert "The list that it was drawn from" in ended.text
    assert max(map(len, ended.text.splitlines())) <= 100


def test_csv_is_a_table_of_the_cases_or_of_the_list(samples: Samples) -> None:
    options = ("--size", "5", "--seed", SEED, "--format", "csv")
    drawn = list(csv.DictReader(io.StringIO(samples(*options).out.decode("utf-8-sig"))))
    listed = samples("show", "latest", "--list", "--format", "csv").out.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert [row["rank"] for row in drawn] == ["1", "2", "3", "4", "5"]
    assert {row["case_id"]: row["rank"] for row in drawn} == {
        row["case_id"]: row["drawn"] for row in rows if row["drawn"]
    }


def test_output_goes_to_a_file(samples: Samples, tmp_path: Path) -> None:
    file = tmp_path / "sample.json"
    options = ("--size", "5", "--seed", SEED, "--format", "json")
    ended = samples(*options, "--output", str(file))
    assert (ended.status, ended.out) == (0, b"")
    assert json.loads(file.read_text(encoding="utf-8")) == samples.json("show", "latest")


def test_nothing_is_saved_where_the_output_cannot_be_written(
    samples: Samples, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "missing" / "sample.json")
    ended = samples("--size", "5", "--seed", SEED, "--output", nowhere)
    assert ended.status == 2
    assert "No sample yet" in samples("list").text


def test_samples_are_listed(samples: Samples) -> None:
    assert "No sample yet" in samples("list").text
    samples.draw("simple")
    samples.draw("risk", "--name", "spring", "--run", "2026-03")
    rows = samples("list", "--format", "json").text
    assert [(one["name"], one["run"], one["design"]) for one in json.loads(rows)] == [
        ("sample-1", "2026-06", "simple"),
        ("spring", "2026-03", "risk"),
    ]
    assert "spring" in samples("list").text
    assert samples("list", "--format", "csv").text.splitlines()[2].startswith("2,spring,'2026-03")


SMALL = ("--size", "3", "--seed", "x")
RISK = ("--size", "9", "--seed", "x", "--design", "risk")
REFUSED = [
    (("--seed", "x"), "needs --size N and --seed TEXT"),
    (("--size", "3"), "needs --size N and --seed TEXT"),
    (("--size", "3", "--seed", ""), "1 to 500 printable characters"),
    (("--size", "3", "--seed", "a\nb"), "1 to 500 printable characters"),
    (("--size", "3", "--seed", "x" * 501), "1 to 500 printable characters"),
    (("--size", "3", "--seed", " a"), "no space before or after"),
    (("--size", "900", "--seed", "x"), "is all that there are"),
    ((*SMALL, "--by", "team"), "--by has no meaning for --design simple"),
    ((*SMALL, "--weight", "base=2"), "--weight has no meaning for --design simple, only for risk"),
    ((*SMALL, "--minimum", "2"), "only for stratified and risk"),
    ((*RISK, "--allocation", "neyman"), "--allocation has no meaning for --design risk"),
    ((*SMALL, "--design", "stratified"), "needs --by district|team|lead_agency|outcome"),
    ((*SMALL, "--design", "stratified", "--by", "district"), "--size 6 or more, or a smaller"),
    ((*SMALL, "--lesson", "P1.11"), "did you mean `P1.1`?"),
    ((*SMALL, "--run", "2025"), "no run '2025'"),
    ((*SMALL, "--name", "7"), "not a number alone"),
    ((*RISK, "--weight", "base=0"), "could never be drawn"),
    ((*RISK, "--weight", "breach=1001"), "no weight may be more than 1,000"),
    ((*RISK, "--weight", "risk=1"), "is not base=N, breach=N or cannot_tell=N"),
    ((*RISK, "--weight", "breach=-1"), "is not base=N, breach=N or cannot_tell=N"),
    ((*RISK, "--weight", "breach=1", "--weight", "breach=2"), "names breach twice"),
    ((*SMALL, "list"), "put the options of `sample list` after that word"),
    (("show", "none"), "no sample 'none'"),
    (("extend", "none", "--size", "3"), "no sample 'none'"),
]


@pytest.mark.parametrize(("arguments", "told"), REFUSED, ids=lambda one: str(one)[:40])
def test_what_cannot_be_drawn_is_refused(
    samples: Samples, arguments: Sequence[str], told: str
) -> None:
    ended = samples(*arguments)
    assert (ended.status, ended.out) == (2, b"")
    assert told in ended.told
    assert "No sample yet" in samples("list").text


def test_names_are_not_given_twice(samples: Samples) -> None:
    samples.draw("simple", "--name", "spring")
    ended = samples("--size", "3", "--seed", "x", "--name", "spring")
    assert ended.status == 2
    assert "there is a sample 'spring' already" in ended.told


def test_without_a_store_the_cure_is_told(here: Here, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    ended = here("sample", "--size", "3", "--seed", "x", "--store", missing)
    assert ended.status == 2
    assert "casecheck audit" in ended.told
    assert not missing.exists()


# --- extending and replacing ---


@pytest.mark.parametrize("design", DESIGNS)
def test_an_extended_sample_keeps_each_case_and_rank(samples: Samples, design: str) -> None:
    before = samples.draw(design)
    after = samples.json("extend", "latest", "--size", "20")
    assert cases(after)[:12] == cases(before)
    assert len(set(cases(after))) == 20
    assert after["drawn_again_the_same"] is True
    chances = {one["case_id"]: Fraction(one["probability"]) for one in after["drawn"]}
    assert all(chances[one["case_id"]] >= Fraction(one["probability"]) for one in before["drawn"])
    if design in ("simple", "stratified", "neyman", "risk"):  # no trace of how it came to be
        straight = samples.draw(design, size=20)
        assert {one["case_id"] for one in straight["drawn"]} == set(cases(after))
    if design in ("simple", "systematic"):
        assert set(chances.values()) == {Fraction(20, after["design"]["population"])}


def test_a_sample_is_not_extended_to_less_or_to_more_than_there_are(samples: Samples) -> None:
    samples.draw("simple")
    less, more = (samples("extend", "latest", "--size", size) for size in ("12", "500"))
    assert (less.status, more.status) == (2, 2)
    assert "sample-1 has the size 12 already" in less.told
    assert "is all that there are" in more.told
    assert len(samples.json("show", "latest")["drawn"]) == 12


@pytest.mark.parametrize("design", DESIGNS)
def test_a_replaced_case_stays_with_its_reason(samples: Samples, design: str) -> None:
    before = samples.draw(design)
    lost = before["drawn"][4]
    after = samples.json("replace", "latest", lost["case_id"], "--reason", "The file is lost")
    *same, new = after["drawn"]
    assert [one["case_id"] for one in same] == cases(before)
    assert same[4]["unusable"] == "The file is lost"
    assert (new["rank"], new["replaces"], new["stratum"]) == (13, 5, lost["stratum"])
    assert [one["replaces"] for one in same] == [None] * 12
    (stratum,) = (one for one in after["design"]["strata"] if one["name"] == lost["stratum"])
    assert (stratum["drawn"], stratum["unusable"]) == (stratum["places"] + 1, 1)
    text = samples("show", "latest").text
    place = f"in its place {new['case_id']}."
    assert f"{lost['case_id']} is unusable (The file is lost): {place}" in " ".join(text.split())


def test_a_replacement_can_be_replaced_and_the_sample_extended(samples: Samples) -> None:
    first = cases(samples.draw("stratified"))[0]
    new = cases(samples.json("replace", "latest", first, "--reason", "lost"))[-1]
    last = samples.json("replace", "latest", new, "--reason", "lost too")
    assert last["drawn"][-1]["replaces"] == 13
    after = samples.json("extend", "latest", "--size", "16")
    assert len(after["drawn"]) == 18
    assert [one["unusable"] for one in after["drawn"] if one["unusable"]] == ["lost", "lost too"]


def test_where_no_case_is_left_the_sample_says_so(samples: Samples) -> None:
    told = samples.json("--size", "5", "--seed", SEED, "--lesson", "P1.1", "--outcome", "breach")
    lost = samples.json("replace", "latest", cases(told)[0], "--reason", "lost")
    assert len(lost["drawn"]) == 5
    assert any("4 can be used, of 5 that there should be" in one for one in lost["notices"])
    assert "nothing in its place" in samples("show", "latest").text


def test_what_cannot_be_replaced(samples: Samples) -> None:
    told = samples.draw("simple")
    case = cases(told)[0]
    assert samples("replace", "latest", case, "--reason", "lost").status == 0
    for name, reason, why in (
        (case, "again", "is unusable already: lost"),
        ("C-9999", "lost", "'C-9999' is not in sample-1"),
        (cases(told)[1], "", "--reason: give 1 to 500"),
        (cases(told)[1], "\x1b[31m", "--reason: give 1 to 500"),
    ):
        ended = samples("replace", "latest", name, "--reason", reason)
        assert ended.status == 2
        assert why in ended.told


def test_it_is_said_that_a_sample_was_saved(samples: Samples) -> None:
    ended = samples("--size", "3", "--seed", SEED)
    assert ended.told == f"Saved as sample-1 in {samples.store}.\n"
    assert samples("show", "latest").told == ""


def test_the_cases_that_are_not_in_the_list_are_named(samples: Samples) -> None:
    shown = samples.json("--size", "3", "--seed", SEED, "--lesson", "P1.1", "--list")
    listed = {one["case_id"] for one in shown["list"]}
    out = shown["not_listed"]["not_applicable"]
    assert len(out) == shown["left_out"]["not_applicable"] > 30
    assert not listed & set(out)
    text = " ".join(samples("show", "latest", "--list").text.split())
    assert f"Not in the list, does not apply: {', '.join(out)}." in text
    assert "Not in the list" not in samples("show", "latest").text


def test_a_chance_is_written_as_elsewhere(samples: Samples) -> None:
    lines = samples("--size", "12", "--design", "risk", "--seed", SEED).text.splitlines()
    text = " ".join(lines)
    assert "each had a chance of" in text
    assert re.search(r"\d%", text) is None
    assert not [line for line in lines if line.lstrip().startswith("%")]
    assert "20 % without findings" in text


def test_the_only_case_of_those_with_findings_is_called_so(tmp_path: Path) -> None:
    with Store.open(prepared(tmp_path), create=False) as store:
        plan = Plan("risk", 3, LESSONS, tuple(Outcome), minimum=1, without_findings=60)
        view = draw_sample(store, store.run("latest"), plan, SEED, None)
    assert "Only one case with findings was drawn" in " ".join(notices(view))


def test_a_case_whose_file_was_not_seen_is_replaced_after_its_pack_came_back(
    tmp_path: Path,
) -> None:
    """Only where every last word on it is that; the judgments stay in the log and do not count."""
    file = prepared(tmp_path)
    with Store.open(file, create=False) as store:
        view = drawn(store, LABELS[1], "s", Plan("simple", 5, LESSONS, tuple(Outcome)))
        case = view.sample.drawn[0].case_id
        judge(store, view, lambda *_: "cannot_tell", most=1, remark=("Not done", ""))
        with pytest.raises(CannotDraw, match="has been judged"):
            replace_case(store, "s", case, "the file is lost")
        judge(store, view, lambda *_: "compliant", most=1, remark=("The file was not seen", ""))
        with pytest.raises(CannotDraw, match=r"has been judged .* say so of each check"):
            replace_case(store, "s", case, "the file is lost")
        judge(store, view, lambda *_: "cannot_tell", most=1, remark=("the file was not seen", ""))
        view = replace_case(store, "s", case, "the file is lost")
        assert [one.case_id for one in view.sample.drawn if one.unusable] == [case]
        assert len(view.sample.drawn) == 6
        assert len(store.entries()) == 45


def test_a_case_that_was_judged_is_not_replaced(
    samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a sample could be turned by replacing what does not suit."""
    case = cases(samples.draw("simple"))[0]

    def judged(_: Store, sample: int | None = None) -> list[Entry]:
        entry = Entry(
            7, sample or 0, "A", case, 1, "P1.1", "x", "compliant", "", "", "", False, "", ""
        )
        return [entry]

    monkeypatch.setattr(Store, "entries", judged)
    with Store.open(samples.store, create=False) as store:
        with pytest.raises(CannotDraw, match=r"has been judged \(entry 7 of the log\)"):
            replace_case(store, "latest", case, "lost")
        assert not any(one.unusable for one in store.sample("latest").drawn)


# --- a store that was meddled with, and a run that cannot be drawn from ---


MEDDLING = {
    "another seed": "UPDATE sample SET seed = 'chosen to suit'",
    "another chance": "UPDATE drawn SET probability = '1/2' WHERE rank = 1",
    "a case taken out": "DELETE FROM drawn WHERE rank = 12",
    "another case": "UPDATE drawn SET case_id = 'C-9999' WHERE rank = 3",
    "another outcome": "UPDATE frame_case SET results = '[]' WHERE position = 1",
}


@pytest.mark.parametrize("how", MEDDLING)
def test_a_sample_that_is_not_what_its_seed_gives_is_seen(samples: Samples, how: str) -> None:
    samples.draw("simple")
    connection = sqlite3.connect(samples.store)
    connection.execute(MEDDLING[how])
    connection.commit()
    connection.close()
    ended = samples("show", "latest")
    assert ended.status == 1
    assert "NOT the sample that its list and seed give" in ended.text
    told = json.loads(samples("show", "latest", "--format", "json").text)
    assert told["drawn_again_the_same"] is False
    for arguments in (
        ("extend", "latest", "--size", "20"),
        ("replace", "latest", told["drawn"][0]["case_id"], "--reason", "lost"),
    ):
        refused = samples(*arguments)
        assert refused.status == 2
        assert "is not what its list and seed give" in refused.told


def _case(case_id: str, file: str = "a.json", **more: Any) -> FrameCase:
    told: dict[str, Any] = {
        "position": 1,
        "case_id": case_id,
        "file": file,
        "line": None,
        "record_digest": "",
        "extracted_on": "2026-06-30",
        "district": None,
        "team": None,
        "lead_agency": None,
        "outcomes": {("P1.1", ""): Outcome.COMPLIANT},
        "findings": (),
    }
    return FrameCase(**told | more)


PLAN = Plan("simple", 1, ("P1.1",), tuple(Outcome))


def test_a_case_that_stands_in_a_run_twice_is_refused() -> None:
    frame = [_case("C-0001"), _case("C-0001", "b.jsonl", line=7)]
    with pytest.raises(CannotDraw, match=r"C-0001 .* twice \(a.json and b.jsonl line 7\)"):
        population(frame, PLAN)


def test_no_record_with_such_an_outcome_is_refused() -> None:
    plan = Plan("simple", 1, ("P1.1",), (Outcome.BREACH,))
    with pytest.raises(CannotDraw, match="choose others by --outcome"):
        population([_case("C-0001")], plan)


def test_a_lesson_not_evaluated_is_never_a_pass() -> None:
    case = _case("C-0001")
    assert gravest(case, ["P1.1"]) is Outcome.COMPLIANT
    assert gravest(case, ["P1.1", "P2.1"]) is Outcome.INSUFFICIENT_EVIDENCE
    assert Weights().of(case, ["P1.1", "P2.1"]) == (3, "1 + 1 x 2 not evaluated")


def test_a_case_without_a_field_is_in_the_stratum_none() -> None:
    plan = Plan("stratified", 1, ("P1.1",), tuple(Outcome), ("district", "team"))
    (member,) = population([_case("C-0001", team="T-1")], plan)
    assert member.stratum == "none / T-1"


def _finding(check: str, outcome: Outcome, accepted: bool = False) -> StoredFinding:
    return StoredFinding("P1.1", check, outcome, f"{check}{outcome}", (), accepted)


@pytest.mark.parametrize(
    ("findings", "weight", "words"),
    [
        ([], 1, "1"),
        ([_finding("a", Outcome.BREACH)] * 9, 5, "1 + 1 x 4 in breach"),
        ([_finding("a", Outcome.BREACH), _finding("a", Outcome.INSUFFICIENT_EVIDENCE)], 5, ""),
        ([_finding("a", Outcome.BREACH), _finding("b", Outcome.BREACH)], 9, "1 + 2 x 4 in breach"),
        ([_finding("a", Outcome.INSUFFICIENT_EVIDENCE)], 3, "1 + 1 x 2 cannot tell"),
        ([_finding("a", Outcome.BREACH, accepted=True)], 1, "1"),
        (
            [
                _finding("a", Outcome.BREACH, accepted=True),
                _finding("a", Outcome.INSUFFICIENT_EVIDENCE),
            ],
            3,
            "1 + 1 x 2 cannot tell",
        ),
    ],
)
def test_the_weight_of_a_case(findings: list[StoredFinding], weight: int, words: str) -> None:
    found, told = Weights().of(_case("C-0001", findings=tuple(findings)), ["P1.1"])
    assert found == weight
    assert not words or told == words


def test_findings_of_other_lessons_weigh_nothing() -> None:
    case = _case("C-0001", findings=(_finding("a", Outcome.BREACH),))
    case = _case("C-0001", findings=case.findings, outcomes={("P2.1", ""): Outcome.COMPLIANT})
    assert Weights().of(case, ["P2.1"]) == (1, "1")


@pytest.mark.parametrize("design", designs.DESIGNS)
def test_a_plan_is_the_same_after_json(design: str) -> None:
    """All that its design uses is other than it is by default."""
    other: dict[str, Any] = {
        "by": ("district",),
        "allocation": "neyman",
        "minimum": 3,
        "weights": Weights(base=2),
        "without_findings": 7,
        "first": 5,
    }
    used = {name: other[name] for name in designs.DESIGNS[design].uses}
    plan = Plan(design, 5, ("P1.1",), (Outcome.BREACH,), **used)
    assert Plan.from_json(json.loads(json.dumps(plan_json(plan)))) == plan


def test_a_sample_of_another_procedure_is_refused() -> None:
    told = plan_json(PLAN) | {"procedure": "casecheck-sample/2"}
    with pytest.raises(CannotDraw, match="use the version of casecheck that drew it"):
        Plan.from_json(told)


def test_one_case_of_a_stratum_is_warned_of(tmp_path: Path) -> None:
    with Store.open(prepared(tmp_path), create=False) as store:
        run = store.run("latest")
        lessons = tuple(run.lessons)
        plan = Plan("stratified", 3, lessons, tuple(Outcome), ("district",), minimum=1)
        view = draw_sample(store, run, plan, SEED, None)
    assert sum("Only one case in " in one for one in notices(view)) == 3
