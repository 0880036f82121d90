"""`casecheck guard`, and the guard at each door: labels, codes, settings, waivers, ids."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import planted
import pytest
from command_line import ROOT, SAMPLES, Ended, Here
from openpyxl import Workbook
from qag_packs import NAME, with_sample

from casecheck.intake.sources import guard

NHS = "943 476 5919"
VALUES = {
    guard.NHS_NUMBER: NHS, guard.UPN: "A950000178301", guard.ULN: "ULN 1000000043",
    guard.NATIONAL_INSURANCE: "ab 12 34 56 c", guard.POSTCODE: "LA1 4YW",
    guard.PHONE: "07700 900123", guard.EMAIL: "jane.doe@example.org",
    guard.BIRTH: "born 2012-05-03",
}  # fmt: skip
Write = Callable[[Path, str], None]


def as_book(file: Path, text: str) -> None:
    book = Workbook()
    book.active.append(["Case", "Note"])
    book.active.append(["C-1", text])
    book.save(file)


def as_text(before: str, after: str = "", encoding: str = "utf-8") -> Write:
    return lambda file, text: file.write_text(f"{before}{text}{after}", encoding=encoding) and None


FORMS: dict[str, tuple[Write, str]] = {
    "a.json": (as_text('{"case_id": "C-1",\n "notes": ["', '"]}'), "a.json, /notes/0: {}"),
    "a.jsonl": (as_text('{"a": 1}\n{"team": "', '"}\n'), "a.jsonl:2, /team: {}"),
    "a.csv": (as_text('case;note\nC-1;"', '"\n'), "a.csv:2, column 2: {}"),
    "a.tsv": (as_text("case\tnote\nC-1\t", "\n"), "a.tsv:2, column 2: {}"),
    "a.xlsx": (as_book, "a.xlsx, sheet 1, cell B2: {}"),
    "a.txt": (as_text("one\ntwo ", "\n"), "a.txt:2: {}"),
    "a.toml": (as_text("# why\nreason = '", "'\n"), "a.toml:2: {}"),
    "a.xml": (as_text("<a>\n <b>", "</b></a>"), "a.xml:2: {}"),
    "a": (as_text("one\n\n", "\n"), "a:3: {}"),
    "b.txt": (as_text("caf\u00e9\n", "\n", "cp1252"), "b.txt:2: {}"),
    "c.txt": (as_text("one\n", "\n", "utf-16"), "c.txt:2: {}"),
    "broken.json": (as_text('{"a": \n"', '"'), "broken.json:2: {}"),
}


@pytest.fixture
def look(here: Here) -> Callable[..., Ended]:
    return lambda *words: here("guard", *words)


@pytest.mark.parametrize("kind", VALUES)
def test_each_kind_in_each_form_is_told_with_its_place_and_never_its_value(
    look: Callable[..., Ended], tmp_path: Path, kind: str
) -> None:
    for name, (write, _) in FORMS.items():
        write(tmp_path / name, VALUES[kind])
    ended = look(tmp_path)
    assert (ended.status, ended.told) == (1, "")
    for name, (_, line) in FORMS.items():
        assert f"{tmp_path}/{line.format(kind)}\n" in ended.text, name
    assert len(ended.text.splitlines()) == len(FORMS)
    assert VALUES[kind].removeprefix("ULN ").removeprefix("born ") not in ended.text


@pytest.mark.slow
def test_what_is_clean_ends_with_nothing(look: Callable[..., Ended], tmp_path: Path) -> None:
    for name, (write, _) in FORMS.items():
        write(tmp_path / name, "all well on 2026-03-04")
    for words in ((tmp_path,), (SAMPLES,), (ROOT / "rules",)):
        ended = look(*words)
        assert (ended.status, ended.text, ended.told) == (0, "", ""), words


def test_as_json_all_is_told_and_as_text_the_first_of_many(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("n\n" + f"{NHS}\n" * 50)
    ended = look(tmp_path, "--format", "json")
    found = json.loads(ended.out)
    assert (ended.status, len(found["found"]), found["not_looked_at"]) == (1, 50, [])
    assert found["found"][0] == {
        "file": f"{tmp_path}/a.csv", "line": 2, "place": "column 1", "kind": "NHS number",
    }  # fmt: skip
    lines = look(tmp_path).text.splitlines()
    assert len(lines) == 21
    assert lines[-1] == f"{tmp_path}/a.csv: NHS number, in 30 more places"


def test_names_of_files_folders_and_fields_are_content_and_are_masked(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "of A950000178301").mkdir()
    inner = tmp_path / "of A950000178301" / "9434765919.json"
    inner.write_text('{"9434765919": {"Zebedee Quill": "LA1 4YW"}, "LA1 4YW": 1}')
    ended = look(tmp_path)
    assert ended.status == 1
    for secret in ("9434765919", "A950000178301", "Zebedee", "LA1"):
        assert secret not in ended.text
    file = f"{tmp_path}/of [unique pupil number]/[NHS number].json"
    assert ended.text.splitlines() == [
        f"{tmp_path}/of [unique pupil number], its name: unique pupil number",
        f"{file}, its name: NHS number",
        f"{file}, /(field 1) (its name): NHS number",
        f"{file}, /(field 1)/(field 1): postcode",
        f"{file}, /(field 2) (its name): postcode",
    ]
    assert "9434765919" not in look(inner).text


def test_a_name_that_a_record_repeats_hides_nothing(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(f'{{"note": "{NHS}", "note": "well"}}')
    assert look(tmp_path).text == f"{tmp_path}/a.json, /note: NHS number\n"


def test_numbers_and_fields_of_birth_count(look: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"id": 9434765919, "dob": "2012-05-03", "on": "2026-05-03"}')
    (tmp_path / "b.csv").write_text(
        "Case,Date of Birth,Start,ULN\n1,03/05/2012,03/05/2026,1000000043\n"
    )
    assert look(tmp_path).text.splitlines() == [
        f"{tmp_path}/a.json, /id: NHS number",
        f"{tmp_path}/a.json, /dob: full date of birth",
        f"{tmp_path}/b.csv:2, column 2: full date of birth",
        f"{tmp_path}/b.csv:2, column 4: unique learner number",
    ]


def test_a_workbook_is_looked_at_under_heads_beside_labels_and_in_names_of_sheets(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "LA1 4YW"
    for row in (["List 1"], [], ["Id", "DOB", "Start"], ["C-1", 41032, 41032], ["DOB", "3.5.2012"],
                [9434765919]):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert look(tmp_path).text.splitlines() == [
        f"{tmp_path}/a.xlsx, the name of sheet 1: postcode",
        f"{tmp_path}/a.xlsx, sheet 1, cell B4: full date of birth",
        f"{tmp_path}/a.xlsx, sheet 1, cell B5: full date of birth",
        f"{tmp_path}/a.xlsx, sheet 1, cell A6: NHS number",
    ]


def test_gzip_standard_input_and_long_lines_are_looked_at(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
        file.write(f'{{"team": "{NHS}"}}\n')
    long = "x" * (4 << 20)
    (tmp_path / "b.txt").write_text(f"{long[:-20]} {NHS} {long}\n{NHS}\n")
    assert here("guard", tmp_path).text.splitlines() == [
        f"{tmp_path}/a.jsonl.gz:1, /team: NHS number",
        f"{tmp_path}/b.txt:1: NHS number",
        f"{tmp_path}/b.txt:2: NHS number",
    ]

    class Stdin:
        buffer = io.BytesIO(f'{{"team": "{NHS}"}}\n'.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert here("guard", "-").text == "-:1, /team: NHS number\n"


def test_what_cannot_be_looked_at_is_never_silent(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "c.gz").write_bytes(b"\x1f\x8b\x08 broken")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    ended = look(tmp_path)
    assert ended.status == 3
    assert [line.split(": ")[0].rsplit("/", 1)[1] for line in ended.text.splitlines()] == [
        "a.db", "b.xlsx", "c.gz", "gone", "link", "pipe",
    ]  # fmt: skip
    assert ended.text.count("NOT LOOKED AT") == 6
    assert look(tmp_path / "no such 9434765919").status == 2
    assert "9434765919" not in look(tmp_path / "no such 9434765919").told


def test_any_bytes_are_looked_at_without_a_fault(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    draw = random.Random(1)
    for number, suffix in enumerate((".json", ".jsonl", ".csv", ".xlsx", ".txt", ".gz") * 3):
        content = (
            draw.randbytes(200) if number % 2 else bytes(draw.choices(b'{}[]",:12\n\r;', k=200))
        )
        (tmp_path / f"{number}{suffix}").write_bytes(content)
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert look(tmp_path).status in {0, 1, 3}


def test_planted_in_a_thousand_files_of_records_nothing_is_missed(
    look: Callable[..., Ended], tmp_path: Path
) -> None:
    expected = 0
    for number, kind in enumerate(list(planted.PLANTS) * 5):
        hit, text = planted.found(kind, number)
        expected += hit
        (tmp_path / f"{number:03}.json").write_text(json.dumps({"note": text}))
    assert len({line.split(",")[0] for line in look(tmp_path).text.splitlines()}) == expected


# ---------------------------------------------------------------- the guard at each door


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return with_sample(tmp_path)


def test_labels_names_codes_and_reasons_that_look_so_are_refused(
    here: Here, store: Path, tmp_path: Path
) -> None:
    case = SAMPLES / "c-0104.json"
    for words in (
        ("audit", case, "--lesson", "P1.1", "--store", store, "--label", "of N9434765919"),
        ("sample", "--store", store, "--size", "3", "--seed", "x", "--name", "q3 LA1 4YW"),
        ("pack", "--store", store, "--auditor", "AB123456C", "--output", tmp_path / "p"),
        ("sample", "replace", NAME, "C-0001", "--store", store, "--reason", "ring 07700 900123"),
    ):
        ended = here(*words)
        assert (ended.status, ended.out) == (2, b""), words
        assert "looks like a" in " ".join(ended.told.split()), ended.told
        for secret in ("9434765919", "LA1 4YW", "AB123456C", "900123"):
            assert secret not in ended.told
    assert not (tmp_path / "p").exists()


def test_settings_and_waivers_that_look_so_are_refused_with_their_line(
    here: Here, tmp_path: Path
) -> None:
    settings = tmp_path / "casecheck.toml"
    settings.write_text('[checks_off]\n"P1.1" = "ask jane.doe@example.org"\n')
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers:\n  - fingerprint: 'd4356ca4304a4fc63e62c91ec0ccea4f'\n    outcome: breach\n"
        f"    reason: The file of {NHS} is lost\n    who: QAG\n    until: 2026-12-31\n"
    )
    case = SAMPLES / "c-0104.json"
    for words, where, looks in (
        (("--settings", settings), "casecheck.toml:2", "an e-mail address"),
        (("--waivers", waivers), "waivers.yaml:4", "an NHS number"),
    ):
        ended = here("audit", case, *words)
        assert ended.status == 2
        assert where in ended.told
        assert f"looks like {looks}" in ended.told
        assert "example.org" not in ended.told
        assert "5919" not in ended.told


def test_ids_that_look_so_are_told_of_an_extract(here: Here, tmp_path: Path) -> None:
    record = json.loads((SAMPLES / "c-0104.json").read_text())
    record["case_id"] = "N9434765919"
    record["team"] = "T-07700900123"
    (tmp_path / "a.json").write_text(json.dumps(record))
    for words in (("check", tmp_path), ("audit", tmp_path, "--lesson", "P1.1")):
        ended = here(*words)
        assert ended.status == 0
        said = " ".join((ended.text + ended.told).split())
        assert "In the case ids of 1 record" in said, words
        assert "what looks like an NHS number" in said
    assert "In the codes of 1 record" in " ".join(here("check", tmp_path).text.split())
    assert "looks like" not in here("check", SAMPLES).text
