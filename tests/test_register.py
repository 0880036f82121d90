"""`casecheck register`: what was promised, what became of it, and what was entered."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from amounts import few
from command_line import RULES, Ended, Here
from openpyxl import load_workbook
from qag_sealed import changed

from casecheck.intake.own_reports import is_own_report
from casecheck.qag.judgments.log import exported
from casecheck.qag.register.figures import day_of, read_figures
from casecheck.qag.register.state import latest_day, register_state
from casecheck.qag.register.words import CannotKeep
from casecheck.qag.store.store import NO_ENTRY, Store
from casecheck.response.files import load_responses

(CHILDREN_P,) = load_responses([RULES / "children_p" / "response.yaml"])
NUMBER = "0161 496 0123"
DONE = ("--status", "done", "--on", "2017-10-24", "--evidence", "Minutes, item 4", "--by", "chair")
Register = Callable[..., Ended]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "casecheck.db"


@pytest.fixture
def register(here: Here, store: Path) -> Register:
    def run(*words: str | Path) -> Ended:
        return here("register", *words, "--store", store)

    return run


def listed(register: Register, *words: str) -> dict[str, Any]:
    ended = register(*words, "--format", "json")
    assert ended.status == 0, ended.told
    told: dict[str, Any] = json.loads(ended.out)
    return told


def action(register: Register, name: str, *words: str) -> dict[str, Any]:
    (one,) = [one for one in listed(register, *words)["actions"] if one["id"] == name]
    return dict(one)


# --- listing ---


def test_json_has_what_the_contract_names(register: Register) -> None:
    assert register("update", "A27", *DONE).status == 0
    told = listed(register)
    assert (len(told["themes"]), len(told["findings"]), len(told["lessons"])) == (6, 9, 11)
    assert (len(told["actions"]), len(told["how"])) == (32, 18)
    keys = ["id", "lesson", "kind", "text", "cite", "owner", "deadline", "due", "status"]
    for one in told["actions"]:
        assert {*keys, "evidence"} <= set(one)
    done = action(register, "A27")
    assert (done["deadline"], done["due"], done["status"]) == ("October 2017", "2017-10-31", "done")
    (said,) = done["evidence"]
    assert said == {
        "entry": 1, "on": "2017-10-24", "status": "done", "by": "chair", "text": "Minutes, item 4"
    }  # fmt: skip
    first = told["how"][0]
    assert (first["id"], first["finding"], first["answered_by"]) == ("H1", "P1", ["M1a", "M1b"])
    assert [one["lesson"] for one in told["actions"] if one["kind"] == "dissemination"] == [
        None
    ] * 6


@pytest.mark.parametrize(
    ("on", "standing", "days"),
    [
        ("2017-08-31", "due_soon", 0),
        ("2017-09-01", "overdue", -1),
        ("2017-07-02", "due_soon", 60),
        ("2017-07-01", "due_later", 61),
    ],
)
def test_how_an_action_stands_on_each_side_of_a_day(
    register: Register, on: str, standing: str, days: int
) -> None:
    register("update", "A1", *DONE)
    one = action(register, "A28", "--on", on)
    assert (one["standing"], one["days"]) == (standing, days)


def test_what_has_no_last_day_is_never_overdue_and_what_is_done_neither(register: Register) -> None:
    register("update", "A28", *DONE)
    register("update", "A29", "--status", "dropped", *DONE[2:])
    for name, standing in (("A2", "no_deadline"), ("A28", "closed"), ("A29", "closed")):
        one = action(register, name, "--on", "2030-01-01")
        assert (one["standing"], one["days"]) == (standing, None)
    assert action(register, "A31", "--on", "2018-03-31")["standing"] == "due_soon"


def test_the_text_tells_what_is_overdue_first(register: Register) -> None:
    register("update", "A28", *DONE)
    text = register("--on", "2018-01-31").text
    lines = text.splitlines()
    assert lines[:3] == [
        "The register on 2018-01-31: 32 actions", "   3  overdue", "   1  due within 60 days"
    ]  # fmt: skip
    assert text.index("\nOverdue\n") < text.index("\nDue within 60 days\n") < text.index("Theme 1:")
    assert "2017-09-30, 123 days ago" in text
    assert "A28 done on 2017-10-24 (entry 1, chair): Minutes, item 4" in text
    assert "not named" in text
    assert "A31, 'Throughout 2017-18': The work goes on all through the board's year" in " ".join(
        text.split()
    )
    assert max(map(len, lines)) <= 100


class AsOf(NamedTuple):
    """A saved run, as far as its day."""

    as_of: str


def test_the_day_is_the_latest_in_the_store_and_never_the_clocks(
    here: Here, register: Register, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = here("register", "--store", store)
    assert ended.status == 2
    assert "there is no store" in ended.told
    Store.open(store, create=True).close()
    ended = register()
    assert ended.status == 2
    assert "say by --on of which day to tell" in ended.told
    register("update", "A1", *DONE)
    assert listed(register)["on"] == "2017-10-24"
    with Store.open(store, create=False) as opened:
        log = opened.register.all()
        monkeypatch.setattr(opened, "runs", lambda: [*map(AsOf, ("", "2026-06-30", "2026-03-31"))])
        assert latest_day(opened, log) == date(2026, 6, 30)
        monkeypatch.setattr(opened, "runs", lambda: [AsOf("2016-12-31")])
        assert latest_day(opened, log) == date(2017, 10, 24)


def test_without_a_store_the_response_itself_is_listed(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = here("register", "--on", "2017-09-01", "--rules", RULES / "statutory")
    assert ended.status == 0
    assert ended.text.startswith("The register on 2017-09-01: 2 actions\n")
    assert list(tmp_path.iterdir()) == []


def test_only_what_was_so_by_the_day_counts_and_the_later_day_more(register: Register) -> None:
    said = [("2018-03-01", "done"), ("2018-02-01", "started"), ("2018-03-01", "dropped")]
    for day, status in said:
        words = ("--on", day, "--evidence", f"{status} then", "--by", "chair")
        assert register("update", "A11", "--status", status, *words).status == 0
    for day, status in (
        ("2018-01-31", "planned"),
        ("2018-02-01", "started"),
        ("2018-02-28", "started"),
        ("2018-03-01", "dropped"),
    ):
        assert action(register, "A11", "--on", day)["status"] == status


def test_csv_and_workbook_hold_every_part(register: Register, tmp_path: Path) -> None:
    evidence = "=1+1 in the minutes"
    register("update", "A27", *DONE[:5], evidence, *DONE[6:])
    register("enter", "M11", "date=2018-05-01", "asked=200", "answered=120", "use_them=40")
    rows = list(csv.DictReader(io.StringIO(register("--format", "csv").out.decode("utf-8-sig"))))
    parts = [row["part"] for row in rows]
    assert [parts.count(one) for one in ("theme", "finding", "lesson", "action", "how")] == [
        6, 9, 11, 32, 18
    ]  # fmt: skip
    assert [parts.count(one) for one in ("letter", "agency", "entered")] == [6, 16, 1]
    (row,) = [row for row in rows if row["id"] == "A27"]
    assert row["due"].strip("'") == "2017-10-31"
    file = tmp_path / "register.xlsx"
    for _ in range(2):  # a report of ours is replaced
        assert register("--output", file).status == 0
    book = load_workbook(file)
    sheets = {sheet.title: list(sheet.values) for sheet in book}
    assert [len(sheets[name]) - 1 for name in sheets] == [32, 18, 20, 1, 6, 16]
    heads, *actions = sheets["Actions"]
    (told,) = [dict(zip(heads, one, strict=True)) for one in actions if one[0] == "A27"]
    assert told["Last day"].date() == date(2017, 10, 31)
    assert told["Status"] == "done"
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
    before = file.read_bytes()
    register("--output", file)
    assert file.read_bytes() == before


def test_an_option_before_a_command_is_told(here: Here, store: Path) -> None:
    ended = here("register", "--store", store, "history", "A1")
    assert ended.status == 2
    assert "put the options of `register history` after that word" in ended.told


# --- updates ---


def test_an_update_is_added_and_the_same_once_more_adds_nothing(register: Register) -> None:
    first, again = register("update", "A27", *DONE), register("update", "A27", *DONE)
    assert first.text.startswith("Entry 1.\nThe register has 1 entry; the last hash is ")
    assert again.text.startswith("Known already, as entry 1.\nThe register has 1 entry;")
    assert first.text.splitlines()[1] == again.text.splitlines()[1]
    register("update", "A27", "--status", "started", *DONE[2:])
    assert register("update", "A27", *DONE).text.startswith("Entry 3.")
    history = json.loads(register("history", "A27", "--format", "json").out)
    assert [one["status"] for one in history["evidence"]] == ["done", "started", "done"]


def test_history_tells_the_source_and_each_entry(register: Register) -> None:
    register("update", "A27", *DONE)
    lines = register("history", "A27").text.splitlines()
    assert lines == [
        "A27: Go through training materials, so that the lessons are in them.",
        "  In the source: planned (dissemination row 1)",
        "  done on 2017-10-24 (entry 1, chair): Minutes, item 4",
    ]
    assert "Nothing of it is in the register." in register("history", "A28").text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("A99", *DONE), "No action 'A99' in the response"),
        (("A27", "--status", "finished", *DONE[2:]), "'finished' is not one of"),
        (("A27", *DONE[:3], "2017-02-30", *DONE[4:]), "a day of the calendar is written"),
        (("A27", *DONE[:5], " ", *DONE[6:]), "--evidence takes 1 to 500 characters"),
        (("A27", *DONE[:5], "x" * 501, *DONE[6:]), "--evidence takes 1 to 500 characters"),
        (("A27", *DONE[:5], f"Ring {NUMBER}", *DONE[6:]), "what looks like a phone number"),
        (("A27", *DONE[:7], "anna@example.org"), "--by holds what looks like an e-mail address"),
        (("A27", *DONE[:7], "x" * 101), "--by takes 1 to 100 characters"),
        (("A27", *DONE[:6]), "Missing option '--by'"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_not_repeated(
    register: Register, store: Path, words: tuple[str, ...], told: str
) -> None:
    ended = register("update", *words)
    assert ended.status == 2
    assert told in " ".join(ended.told.split())
    assert NUMBER not in ended.told
    assert "anna@" not in ended.told
    if store.is_file():
        with Store.open(store, create=False) as opened:
            assert opened.register.all() == []


# --- figures ---

ENTERED = [
    (
        ("M6c", "quarter=2018-q1", "Area=Cumbria", "median weeks public=31.50",
         "share-within-26-weeks=62.1%", "median_weeks_private=20"),
        {"quarter": "2018-Q1", "area": "Cumbria", "median_weeks_public": 31.5,
         "share_within_26_weeks": 0.621, "median_weeks_private": 20.0},
        "2018-03-31",
    ),
    (
        ("M6c", "quarter=2017Q4", "area=England", "share_within_26_weeks=1"),
        {"quarter": "2017-Q4", "area": "England", "share_within_26_weeks": 1.0},
        "2017-12-31",
    ),
    (
        ("M11", "date=2018-05-01", "asked=200", "answered=120", "know_the_lessons=80",
         "use=0"),
        {"date": "2018-05-01", "asked": 200, "answered": 120, "know_the_lessons": 80,
         "use_them": 0},
        "2018-05-01",
    ),
    (
        ("M11", "assured=YES", "agency=Police", "date=2018-06-30"),
        {"agency": "Police", "date": "2018-06-30", "assured": True},
        "2018-06-30",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "fields", "on"), ENTERED, ids=lambda one: str(one)[:30])
def test_figures_are_typed_by_their_form(
    register: Register, words: tuple[str, ...], fields: dict[str, Any], on: str
) -> None:
    assert register("enter", *words, "--by", "analyst").status == 0
    (one,) = listed(register)["entered"]
    assert (one["measure"], one["fields"], one["on"], one["by"]) == (
        words[0],
        fields,
        on,
        "analyst",
    )
    history = json.loads(register("history", words[0], "--format", "json").out)
    assert [entry["fields"] for entry in history["entered"]] == [fields]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("M6c",), "M6c is entered with quarter= area= [median_weeks_public=]"),
        (
            ("M11",),
            "M11 is entered with date= asked= answered= [know_the_lessons=] [use_them=]; or",
        ),
        (("M11", "date=2018-05-01"), "M11 is entered with date= asked="),
        (("M6c", "quarter=2018-Q1", "area=C"), "this says nothing yet: give one at least of"),
        (
            ("M6c", "quarter=2018-Q5", "area=C", "median_weeks_public=1"),
            "quarter is a quarter of a",
        ),
        (("M6c", "quarter=2018-Q1", "area=", "median_weeks_public=1"), "area is a few words"),
        (("M6c", "quarter=2018-Q1", "area=C", "median_weeks_public=-1"), "a number that is not"),
        (("M6c", "quarter=2018-Q1", "area=C", "median_weeks_public=1e3"), "a number that is not"),
        (("M6c", "quarter=2018-Q1", "area=C", "share_within_26_weeks=62"), "a share from 0 to 1"),
        (("M6c", "quarter=2018-Q1", "area=C", "share_within_26_weeks=101%"), "a share from 0 to"),
        (("M6c", "quarter=2018-Q1", "quarter=2018-Q2"), "quarter is given twice"),
        (("M6c", "2018-Q1"), "each field is entered as field=value"),
        (("M6c", "quarters=2018-Q1"), "did you mean `quarter`?"),
        (("M6c", "quarter=2018-Q1", f"area={NUMBER}", "median_weeks_public=1"), "a phone number"),
        (("M11", "date=2018-02-30", "asked=2", "answered=1", "use_them=1"), "date is a day, as in"),
        (("M11", "date=2018-02-01", "asked=2.5", "answered=1", "use_them=1"), "a whole number"),
        (("M11", "date=2018-02-01", "asked=2", "answered=3", "use_them=1"), "more than asked, 2"),
        (("M11", "date=2018-02-01", "asked=2", "answered=1", "use_them=2"), "more than answered"),
        (("M11", "date=2018-02-01", "agency=Police", "assured=perhaps"), "assured is yes or no"),
        (("M1a", "asked=2"), "Nothing is entered for a measure 'M1a'"),
    ],
)
def test_what_is_no_figure_of_the_form_is_refused(
    register: Register, store: Path, words: tuple[str, ...], told: str
) -> None:
    ended = register("enter", *words)
    assert ended.status == 2
    assert told in " ".join(ended.told.split()), ended.told
    assert NUMBER not in ended.told
    assert not store.exists()


def test_of_one_quarter_the_later_figures_count_and_all_stay(register: Register) -> None:
    for weeks in ("30", "31", "31", "30"):
        words = ("quarter=2018-Q1", "area=Cumbria", f"median_weeks_public={weeks}")
        assert register("enter", "M6c", *words).status == 0
    register("enter", "M6c", "quarter=2018-Q1", "area=England", "median_weeks_public=28")
    told = [(one["entry"], one["fields"]["area"]) for one in listed(register)["entered"]]
    assert told == [(3, "Cumbria"), (4, "England")]
    text = register("history", "M6c").text
    assert text.count("area Cumbria") == 3


def test_a_form_without_a_day_needs_one() -> None:
    forms = [one for one in CHILDREN_P.forms if one.measure == "M6c"]
    form, values = read_figures(forms, ["quarter=2018-Q1", "area=C", "median_weeks_public=1"])
    assert day_of(form, values) == date(2018, 3, 31)
    assert day_of(form, {"area": "C"}) is None
    with pytest.raises(CannotKeep):
        read_figures(forms, [])


def test_what_no_response_has_any_more_is_told(register: Register, store: Path) -> None:
    register("update", "A27", *DONE)
    with Store.open(store, create=False) as opened:
        log = opened.register.all()
    without = [one for one in CHILDREN_P.actions if one.id != "A27"]
    from dataclasses import replace  # noqa: PLC0415 - here alone

    response = replace(CHILDREN_P, actions=tuple(without))
    assert register_state([response], log, date(2018, 1, 1)).strange == ("A27 of children-p",)


# --- whole, or not ---

BY_HAND = {
    "a status": "UPDATE register SET status = 'done' WHERE number = 2",
    "a day": "UPDATE register SET day = '2016-01-01' WHERE number = 1",
    "the evidence": "UPDATE register SET evidence = 'x' WHERE number = 1",
    "words that are gone": "UPDATE register SET evidence = '', salt = '', digest = 'ab'",
    "a figure": "UPDATE register SET fields = replace(fields, '30', '29') WHERE number = 3",
    "the last is gone": "DELETE FROM register WHERE number = 3",
    "the first is gone": "DELETE FROM register WHERE number = 1",
    "all is gone": "DELETE FROM register",
    "no seal": "DELETE FROM seal WHERE part = 'register'",
    "the order": "UPDATE register SET number = 9 - number",
}


@pytest.mark.parametrize("how", few(BY_HAND, *[*BY_HAND][::3]))
def test_a_register_that_was_changed_by_hand_is_told_and_nothing_added(
    register: Register, store: Path, how: str
) -> None:
    register("update", "A27", *DONE)
    register("update", "A28", "--status", "started", *DONE[2:])
    register("enter", "M6c", "quarter=2018-Q1", "area=C", "median_weeks_public=30.0")
    assert register("verify").status == 0
    changed(store, BY_HAND[how], triggers=False)
    ended = register("verify")
    assert ended.status == 1, ended.text
    assert "NOT WHOLE, entry " in ended.text
    for words in (("--on", "2018-01-01"), ("update", "A1", *DONE), ("history", "A27")):
        ended = register(*words)
        assert (ended.status, ended.out) == (2, b"")
        assert "the register is not whole: entry" in ended.told
    ended = register("export", "-")
    assert (ended.status, ended.out) == (2, b"")


def test_an_export_is_proved_and_the_store_goes_on_from_it(
    register: Register, here: Here, tmp_path: Path
) -> None:
    file = tmp_path / "register.jsonl"
    register("update", "A27", *DONE)
    assert register("export", file).status == 0
    register("update", "A28", *DONE)
    assert here("register", "verify", file).text.startswith(f"{file}: whole, 1 entry;")
    assert register("verify", file).text.count("whole") == 2
    assert register("export", file).status == 0  # which goes on from the older one
    other = tmp_path / "other.db"
    assert here("register", "update", "A1", *DONE, "--store", other).status == 0
    ended = here("register", "verify", file, "--store", other)
    assert ended.status == 1
    assert "is not what was exported before, or is gone" in ended.text
    ended = here("register", "export", file, "--store", other)
    assert ended.status == 2
    assert "the log does not go on from what is there" in ended.told
    told = json.loads(here("register", "verify", file, "--format", "json").out)
    assert [(one["whole"], one["entries"]) for one in told["logs"]] == [(True, 2)]


def test_what_it_writes_is_known_as_its_own_and_no_record(register: Register) -> None:
    register("update", "A27", *DONE)
    written = [
        *(register("--format", how).out for how in ("json", "csv")),
        register("history", "A27", "--format", "json").out,
        register("verify", "--format", "json").out,
        register("export", "-").out,
    ]
    assert all(map(is_own_report, written))


def test_a_log_of_judgments_is_no_register(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("".join(f"{line}\n" for line in exported([])), encoding="utf-8")
    ended = here("register", "verify", file)
    assert ended.status == 1
    assert "the heading is not that of an exported register" in ended.text


def test_judgments_and_the_register_are_two_logs(register: Register, store: Path) -> None:
    register("update", "A27", *DONE)
    with Store.open(store, create=False) as opened:
        assert (len(opened.register.all()), opened.entries(), opened.log_end()) == (
            1,
            [],
            (0, NO_ENTRY),
        )


def bytes_beside(store: Path) -> bytes:
    return b"".join(one.read_bytes() for one in store.parent.glob(f"{store.name}*"))


def test_evidence_that_names_somebody_is_taken_out_of_every_byte(
    register: Register, store: Path, tmp_path: Path
) -> None:
    register("update", "A27", *DONE[:5], "Ms Quillfeather said so", *DONE[6:])
    register("update", "A28", *DONE)
    file = tmp_path / "before.jsonl"
    register("export", file)
    assert b"Quillfeather" in bytes_beside(store)
    ended = register("redact", "1", "--because", "It named a worker", "--by", "chair")
    assert ended.status == 0
    assert "entry 3 says so" in ended.text
    assert b"Quillfeather" not in bytes_beside(store)
    assert register("verify", file).status == 0  # the store's goes on from the older export
    one = action(register, "A27")
    assert (one["status"], one["evidence"][0]["text"]) == ("done", None)
    assert "(the words were taken out)" in register("history", "A27").text
    again = register("redact", "1", "--because", "Once more")
    assert "as before" in again.text
    assert again.text.splitlines()[-1] == ended.text.splitlines()[-1]
    changed(store, "UPDATE register SET status = 'started' WHERE number = 1", triggers=False)
    assert register("verify").status == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("7", "--because", "It named a worker"), "no entry 7: its entries are 1 to 1"),
        (("1", "--because", "It named a worker"), "has no evidence in somebody's own words"),
        (("1", "--because", f"It had {NUMBER}"), "--because holds what looks like a phone number"),
        (("1",), "Missing option '--because'"),
    ],
)
def test_what_cannot_be_taken_out_is_told(
    register: Register, words: tuple[str, ...], told: str
) -> None:
    register("enter", "M6c", "quarter=2018-Q1", "area=C", "median_weeks_public=30")
    ended = register("redact", *words)
    assert ended.status == 2
    assert told in " ".join(ended.told.split())
    assert NUMBER not in ended.told
