"""`casecheck import cin-census`: the command, real files where they are, hostile and large ones."""

from __future__ import annotations

import json
import random
import stat
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shipped
from beside import CENSUS as REAL
from command_line import Here
from make_returns import (
    Inventor,
    assessment,
    child,
    element,
    episode,
    need_plan,
    protection_plan,
    return_of,
)

from casecheck.audit.auditor import Auditor
from casecheck.intake.records import ReadRecord
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.importing import NoRecord, imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers import cin_xml
from casecheck.intake.sources.rows import SourceRefused
from casecheck.lessons.in_force import only_lessons
from casecheck.record.validation import read_record
from casecheck.results import Outcome

AT_ONCE = 25
CHILDREN = 300
AUDITED = 30
"""So many records of a real file are audited: its children are much alike."""
REFERENCE = date(2026, 3, 31)
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
AS_OF = {
    "d2i_CIN_Census_2021.xml": None,
    "d2i_CIN_Census_2024.xml": "2024-03-31",
    "d2i_CIN_header_issues_100.xml": "2023-03-31",
    "d2i_fake_CIN_data.xml": "2022-03-31",
    "liia_cin-2022.xml": None,
}
"""The real files, and the day for which each speaks where its header does not say it rightly."""


def real(name: str) -> Any:
    reason = f"the returns of others are not here: no file {name}"
    missing = pytest.mark.skipif(not (REAL / name).is_file(), reason=reason)
    return pytest.param(name, marks=missing, id=name)


def records_of(file: Path, as_of: str | None = None) -> list[dict[str, Any]]:
    source = CinCensus([file], date.fromisoformat(as_of) if as_of else None, Faults())
    return [json.loads(one.line) for one in imported(source, PSEUDONYMS)]


def audits_of(records: list[dict[str, Any]], auditor: Auditor) -> list[Any]:
    texts = [json.dumps(record).encode() for record in records]
    read = [ReadRecord(read_record(text), "x", None, "") for text in texts]
    groups = (read[at : at + AT_ONCE] for at in range(0, len(read), AT_ONCE))
    return [audit for group in groups for audit in auditor.audit(group)]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "board.key"
    new_key(file)
    return file


@pytest.fixture
def census(tmp_path: Path) -> Path:
    file = tmp_path / "census.xml"
    file.write_text("".join(return_of(Inventor(1, REFERENCE).children(20), REFERENCE)))
    return file


# ---------------------------------------------------------------- real files


@pytest.mark.parametrize("name", [real(name) for name in AS_OF])
def test_a_real_file_imports_and_audits(name: str) -> None:
    records = records_of(REAL / name, AS_OF[name])
    assert len(records) == (REAL / name).read_text().count("<Child>")
    for audit in audits_of(records[:AUDITED], shipped.auditor()):
        assert not audit.errors


@pytest.mark.parametrize("name", [real(name) for name, as_of in AS_OF.items() if as_of])
def test_a_real_file_that_does_not_tell_its_day_is_refused_with_place(name: str) -> None:
    with pytest.raises(SourceRefused, match=rf"{name} line 6: the reference date .*--as-of"):
        records_of(REAL / name)


@pytest.mark.parametrize("name", [real("liia_cin-2022.xml")])
def test_whose_misuse_it_is_decides_whether_the_lesson_is_asked(name: str) -> None:
    """Its factors are the child's own misuse and a parent's: the lesson is about the parent's."""
    (record,) = records_of(REAL / name)
    kinds = [risk["kind"] for risk in record["risks"]]
    assert kinds == ["child_drug_misuse", "parental_drug_misuse"]
    (audit,) = audits_of([record], shipped.auditor())
    about = {pointer for one in audit.findings if one.lesson == "P3.1" for pointer in one.pointers}
    assert "/risks/1" in about
    assert "/risks/0" not in about
    assert audit.lessons["P3.1"].outcome is Outcome.INSUFFICIENT_EVIDENCE


# ---------------------------------------------------------------- many at once


@pytest.mark.slow
def test_many_generated_children_are_told_apart(tmp_path: Path) -> None:
    """Changed categories, plans that end before they start, and misuse of the child's own alone."""
    rng, children, changed, upside_down, own = random.Random(5), [], 0, set(), set()
    for at in range(CHILDREN):
        first, latest = (rng.choice(("NEG", "PHY", "SAB", "EMO", "MUL")) for _ in range(2))
        start, end = (date(2025, 4, 1) + timedelta(rng.randrange(360)) for _ in range(2))
        within = [protection_plan(start, end, first, latest)] if at % 2 else []
        changed += bool(within) and first != latest
        if within and end < start:
            upside_down.add(f"C{at}")
        factors = rng.sample(("1A", "2A", "1B", "2B", "4A", "6B"), 2)
        if set(factors) <= {"1A", "2A", "4A", "6B"} and set(factors) & {"1A", "2A"}:
            own.add(f"C{at}")
        within.append(assessment("2025-05-01", "2025-06-02", factors))
        children.append(child(f"C{at}", "2015-06-12", episode("2025-04-20", *within)))
    file = tmp_path / "census.xml"
    file.write_text("".join(return_of(children, REFERENCE)))
    records = records_of(file)
    of = {PSEUDONYMS.of("child", f"C{at}"): f"C{at}" for at in range(CHILDREN)}
    assert sum(len(record["category_changes"]) for record in records) == changed
    audits = audits_of(records, Auditor(only_lessons(shipped.rules(), ("P3.1", "P7.1"))))
    assert {of[one.case_id] for one in audits if one.contradictions} == upside_down
    asked = {of[f.case_id] for one in audits for f in one.findings if f.lesson == "P3.1"
             and any(pointer.startswith("/risks/") for pointer in f.pointers)}  # fmt: skip
    assert not asked & own
    for audit in audits:
        plans = {f for f in audit.findings if f.outcome is Outcome.BREACH and f.lesson == "P7.1"}
        assert not plans or of[audit.case_id] not in upside_down


@pytest.mark.slow
def test_one_child_after_another_is_held(tmp_path: Path) -> None:
    """Ten times the children take no more memory, but for a digest each."""
    peaks = []
    for number in (20, 200):
        file = tmp_path / "census.xml"
        with file.open("w") as out:
            out.writelines(return_of(Inventor(1, REFERENCE).children(number), REFERENCE))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("casecheck.intake.sources.readers.encoded.CHUNK", 2**14)
            tracemalloc.start()
            source = CinCensus([file], None, Faults())
            assert sum(1 for _ in imported(source, PSEUDONYMS)) == number
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2**20


# ---------------------------------------------------------------- made to do harm


HOSTILE = {
    "deep": ("<x>" * 60 + "</x>" * 60, "deeper than"),
    "wide": ("<CINPlanDates/>" * 7000, "more than 6,000 elements"),
    "child in a child": ("<Child/>", "a child within a child"),
    "long": (f"<x a='{'a' * 2**23}'/>", "over a million bytes"),
    "remark": (f"<!--{'a' * 2**23}-->", "over a million bytes"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_fill_the_memory_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    within, why = HOSTILE[name]
    text = "".join(return_of([child("C1", "2015-06-12")], REFERENCE))
    file = tmp_path / "census.xml"
    file.write_text(text.replace("</Child>", f"{within}</Child>"))
    with pytest.raises(SourceRefused, match=rf"line \d+: .*{why}"):
        records_of(file)


def test_a_long_text_is_no_value_and_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "census.xml"
    plan = need_plan("2025-06-02", "x" * 2**20)
    made = child("C1", "2015-06-12", episode("2025-05-01", plan))
    file.write_text("".join(return_of([made], REFERENCE)))
    (record,) = records_of(file)
    assert record["plans"][0]["end"] == "unknown"


def test_a_million_unknown_elements_are_counted_and_not_kept(tmp_path: Path) -> None:
    names = "".join(f"<N{at % 1000}x/>" for at in range(3000))
    text = "".join(return_of([child("C1", "2015-06-12", episode("2025-05-01"))], REFERENCE))
    file = tmp_path / "census.xml"
    file.write_text(text.replace("</CINdetails>", f"{names}<A1234567/></CINdetails>"))
    source = CinCensus([file], None, Faults())
    assert sum(1 for _ in imported(source, PSEUDONYMS)) == 1
    assert len(source.unknown) <= cin_xml.MAX_UNKNOWN + 1
    assert sum(source.unknown.values()) == 3001
    assert "A1234567" not in source.unknown


# ---------------------------------------------------------------- the command


def test_an_import_writes_records_that_audit_and_says_what_they_answer(
    here: Here, census: Path, key: Path, tmp_path: Path
) -> None:
    output, report = tmp_path / "census.jsonl", tmp_path / "report.json"
    ended = here("import", "cin-census", census, "--key", key, "--output", output,
                 "--report", report)  # fmt: skip
    assert ended.status == 0, ended.told
    assert "20 records of cin_census, as of 2026-03-31, from 2025-04-01 on" in ended.text
    assert "What these records can answer, check by check" in ended.text
    assert "Ask for these sections, the most useful first" in ended.text
    ids = [json.loads(line)["case_id"] for line in output.read_text().splitlines()]
    assert ids == sorted(ids)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (output, report)] == [0o600, 0o600]
    told = json.loads(report.read_text())
    assert (told["records"], told["not_read"], told["extracted_on"]) == (20, 0, "2026-03-31")
    assert told["extract"]["checks"]["P9.1 own-plan"]["not"] == 20
    assert {"fault", "name", "action", "item", "count", "places"} == set(told["faults"][0])
    everything = output.read_text() + report.read_text() + ended.text + ended.told
    assert "INV00" not in everything
    assert here("audit", output).status == 0


def test_whois_finds_a_child_by_the_pseudonym_of_the_case_or_the_person(
    here: Here, census: Path, key: Path, tmp_path: Path
) -> None:
    output = tmp_path / "census.jsonl"
    assert here("import", "cin-census", census, "--key", key, "--output", output).status == 0
    record = json.loads(output.read_text().splitlines()[0])
    told = [
        here("whois", name, "--key", key, "--source", census)
        for name in (record["case_id"], record["people"][0]["pseudonym"])
    ]
    assert [one.status for one in told] == [0, 0]
    assert told[0].text.split()[-1] == told[1].text.split()[-1]


def test_the_same_return_gives_the_same_file_and_another_key_another(
    here: Here, census: Path, key: Path, tmp_path: Path
) -> None:
    outputs = []
    new_key(other := tmp_path / "other.key")
    for name, used in (("a", key), ("b", key), ("c", other)):
        output = tmp_path / f"{name}.jsonl"
        assert here("import", "cin-census", census, "--key", used, "--output", output).status == 0
        outputs.append(output.read_bytes())
    assert outputs[0] == outputs[1]
    assert outputs[0] != outputs[2]


def test_children_in_another_order_give_the_same_file(
    here: Here, key: Path, tmp_path: Path
) -> None:
    children = list(Inventor(1, REFERENCE).children(12))
    written = []
    for order in (children, children[::-1]):
        file, output = tmp_path / "census.xml", tmp_path / "census.jsonl"
        file.write_text("".join(return_of(order, REFERENCE)))
        assert here("import", "cin-census", file, "--key", key, "--output", output).status == 0
        written.append(output.read_bytes())
    assert written[0] == written[1]


def test_several_parts_of_one_return_are_one(here: Here, key: Path, tmp_path: Path) -> None:
    children = list(Inventor(1, REFERENCE).children(12))
    files = []
    for at, some in enumerate((children[:6], children[6:])):
        files.append(tmp_path / f"part{at}.xml")
        files[-1].write_text("".join(return_of(some, REFERENCE)))
    output = tmp_path / "census.jsonl"
    assert here("import", "cin-census", *files, "--key", key, "--output", output).status == 0
    assert len(output.read_text().splitlines()) == 12
    files[0].write_text("".join(return_of(children[:6], date(2025, 3, 31))))
    ended = here("import", "cin-census", *files, "--key", key, "--output", output)
    assert ended.status == 2
    assert "different days (2025-03-31, 2026-03-31)" in ended.told


def test_what_one_part_of_a_return_never_carries_is_unknown_of_its_children(
    tmp_path: Path,
) -> None:
    """And of a child in both, what the other part has may be all or not."""
    plan, birth = need_plan("2025-06-02"), "2015-06-12"
    parts = (
        [
            child("C1", birth, episode("2025-05-01", plan)),
            child("C2", birth, episode("2025-05-01")),
        ],
        [child("C1", birth, episode("2025-05-01")), child("C3", birth, episode("2025-05-01"))],
    )
    files = [tmp_path / "a.xml", tmp_path / "b.xml"]
    for file, children in zip(files, parts, strict=True):
        file.write_text("".join(return_of(children, REFERENCE)))
    source = CinCensus([*files, files[0]], None, Faults())
    records = {one.case_id: json.loads(one.line) for one in imported(source, PSEUDONYMS)}
    told = [records[PSEUDONYMS.of("child", name)] for name in ("C1", "C2", "C3")]
    assert [one.get("plans") and len(one["plans"]) for one in told] == [1, [], None]
    assert told[0]["coverage"]["plans"]["incomplete"] is True
    assert "incomplete" not in told[1]["coverage"]["plans"]


def test_a_return_in_which_everybody_stands_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.intake.sources.survey.MOST_DOUBLED", 3)
    file = tmp_path / "census.xml"
    for different in (4, 1):
        children = [child(f"C{at % different}", "2015-06-12") for at in range(4 + different)]
        file.write_text("".join(return_of(children, REFERENCE)))
        with pytest.raises(SourceRefused, match="4 children have an LAchildID that stood before"):
            records_of(file)


def test_children_that_cannot_be_read_make_the_status_3(
    here: Here, key: Path, tmp_path: Path
) -> None:
    children = [child("C1", "2015-06-12"), child("C1", "2014-06-12"), child("C2", "2014-06-12")]
    file, output = tmp_path / "census.xml", tmp_path / "census.jsonl"
    file.write_text("".join(return_of(children, REFERENCE)))
    ended = here("import", "cin-census", file, "--key", key, "--output", output)
    assert ended.status == 3
    assert "children or rows that could not be read: 2" in " ".join(ended.text.split())
    assert len(output.read_text().splitlines()) == 1


def test_a_file_that_breaks_off_leaves_what_was_there(
    here: Here, census: Path, key: Path, tmp_path: Path
) -> None:
    output = tmp_path / "census.jsonl"
    output.write_text("as before")
    census.write_text(census.read_text()[:-200])
    ended = here("import", "cin-census", census, "--key", key, "--output", output)
    assert (ended.status, output.read_text()) == (2, "as before")
    assert "cannot be read on" in ended.told
    assert {one.name for one in tmp_path.iterdir()} == {"census.jsonl", "census.xml", "board.key"}


@pytest.mark.parametrize("over", ["census.xml", "board.key"])
def test_no_output_takes_the_place_of_what_is_read(
    here: Here, census: Path, key: Path, tmp_path: Path, over: str
) -> None:
    before = (tmp_path / over).read_bytes()
    ended = here("import", "cin-census", census, "--key", key, "--output", tmp_path / over)
    assert ended.status == 2
    assert "in use" in ended.told
    assert (tmp_path / over).read_bytes() == before


def test_wrong_usage_is_told(here: Here, census: Path, key: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    asked = ("import", "cin-census", census, "--output", output)
    assert "there is no key file" in here(*asked, "--key", tmp_path / "none.key").told
    assert "'--key'" in here(*asked).told
    assert "not a day" in here(*asked, "--key", key, "--as-of", "31/03/2026").told
    assert "there is no file" in here("import", "cin-census", tmp_path / "none.xml", "--key", key,
                                      "--output", output).told  # fmt: skip
    assert "is a folder" in here("import", "cin-census", tmp_path, "--key", key, "--output",
                                 output).told  # fmt: skip
    assert not output.exists()


def test_what_is_made_and_cannot_be_read_back_is_an_error_of_ours(
    census: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a file that an audit would list as unreadable."""
    source = CinCensus([census], None, Faults())
    monkeypatch.setattr("casecheck.intake.sources.importing.text_of", lambda _: '{"schema": 1}')
    with pytest.raises(NoRecord, match=r"census\.xml line \d+"):
        list(imported(source, PSEUDONYMS))


def test_a_plan_with_an_element_of_its_own_name_within_it_is_no_plan_twice(tmp_path: Path) -> None:
    odd = element("ChildProtectionPlans", protection_plan("2025-06-02", None, "NEG", "NEG"))
    file = tmp_path / "census.xml"
    made = child("C1", "2015-06-12", episode("2025-05-01", odd))
    file.write_text("".join(return_of([made], REFERENCE)))
    (record,) = records_of(file)
    assert {plan["start"] for plan in record["plans"]} == {"2025-06-02", "../2026-03-31"}
