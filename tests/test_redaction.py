"""What names somebody is stopped before the log, or taken out of it; the log proves the rest."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Ended, Here
from qag_packs import NAME, entries_of, filled_csv, log_of, with_sample
from qag_sealed import changed

from casecheck.qag.judgments.log import (
    chained,
    exported,
    first_broken,
    hash_of,
    verify_export,
    without_words,
)
from casecheck.qag.store import file
from casecheck.qag.store.store import Store

WORDS = "Zebedee Quillfeather's file is at Marram Lane"
"""A reason that names somebody, which no guard can know."""
NUMBERS = {
    "NHS number": "the file of 943 476 5919 was torn",
    "unique pupil number": "see a950000178301",
    "phone number": "ring (0161) 496-0123",
    "e-mail address": "ask jane.doe@example.org",
    "postcode": "moved to LA1 4YW",
    "national insurance number": "AB 12 34 56 C",
    "full date of birth": "born on 3 May 2012",
}
Judge = Callable[..., Ended]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return with_sample(tmp_path)


@pytest.fixture
def judge(here: Here, store: Path) -> Judge:
    return lambda *words: here("judge", "--store", store, *words)


PACK: list[bytes] = []
"""The one pack of the one store, written once."""


@pytest.fixture
def pack(here: Here, store: Path, tmp_path: Path) -> Path:
    file = tmp_path / "p" / "q3-2026-anna.csv"
    if not PACK:
        words = ("--sample", NAME, "--auditor", "anna", "--format", "csv", "--output", file.parent)
        assert here("pack", "--store", store, "--ask", "all", *words).status == 0
        PACK.append(file.read_bytes())
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(PACK[0])
    return file


def with_reason(pack: Path, tmp_path: Path, text: str, row: int = 2) -> Path:
    def fill(number: int) -> tuple[str, str, str]:
        return "Compliant", text if number == row else ("Done late" if number == 4 else ""), ""

    return filled_csv(pack, tmp_path / "back.csv", fill)


def bytes_beside(store: Path) -> bytes:
    return b"".join(file.read_bytes() for file in store.parent.glob(f"{store.name}*"))


# ---------------------------------------------------------------- at the door


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_reason_that_looks_like_an_identity_stops_its_pack_and_is_not_repeated(
    judge: Judge, pack: Path, store: Path, tmp_path: Path, kind: str
) -> None:
    back = with_reason(pack, tmp_path, NUMBERS[kind])
    for words in ((back,), ("--partial", back), ("--format", "json", back)):
        ended = judge(*words)
        assert ended.status == 3
        told = ended.text + ended.told
        assert f"looks like {'an' if kind[0] in 'Ne' else 'a'} {kind}" in told
        assert "row 3, column reason" in told
        assert "--accept-reasons" in told
        assert NUMBERS[kind] not in told
    assert entries_of(store) == []
    assert NUMBERS[kind].encode() not in bytes_beside(store)


def test_it_is_taken_once_it_is_said_without_or_where_the_auditor_stands_by_it(
    judge: Judge, pack: Path, store: Path, tmp_path: Path
) -> None:
    assert judge(with_reason(pack, tmp_path, "Torn; 2 of 3 pages of 2026-03-04")).status == 0
    assert entries_of(store)[1].reason == "Torn; 2 of 3 pages of 2026-03-04"
    again = with_reason(pack, tmp_path, NUMBERS["phone number"])
    assert judge("--correct", again).status == 3
    assert judge("--correct", "--accept-reasons", again).status == 0
    assert entries_of(store)[-1].reason == NUMBERS["phone number"]


def test_an_identity_in_another_cell_is_not_repeated(
    judge: Judge, pack: Path, tmp_path: Path
) -> None:
    back = filled_csv(pack, tmp_path / "b.csv", lambda _: ("943 476 5919", "", "9434765919"))
    ended = judge(back)
    assert ended.status == 3
    assert "[NHS number]" in ended.told
    assert "5919" not in ended.told


# ---------------------------------------------------------------- taken out


@pytest.fixture
def named(judge: Judge, pack: Path, tmp_path: Path) -> Path:
    """The pack that brought the words in, as entry 2."""
    back = with_reason(pack, tmp_path, WORDS)
    assert judge(back).status == 0
    return back


def test_the_words_are_gone_from_every_byte_and_the_log_proves_the_rest(
    judge: Judge, store: Path, tmp_path: Path, named: Path
) -> None:
    before = entries_of(store)
    assert judge("--export", tmp_path / "before.jsonl").status == 0
    assert WORDS.encode() in bytes_beside(store)
    ended = judge("--redact", "2", "--because", "It names a child", "--by", "qa-lead")
    assert ended.status == 0, ended.told
    assert "Entry 2: its words are gone" in ended.text
    assert "copies of the store" in ended.told
    assert b"Quillfeather" not in bytes_beside(store)
    assert before[1].salt.encode() not in bytes_beside(store)
    after = entries_of(store)
    *same, said = after
    assert [one.hash for one in same] == [one.hash for one in before]
    assert [one for one in same if one.number != 2] == [one for one in before if one.number != 2]
    assert (after[1].reason, after[1].salt, len(after[1].digest)) == ("", "", 64)
    assert replace(after[1], reason=WORDS, salt=before[1].salt, digest="") == before[1]
    assert (said.judgment, said.auditor, said.reason) == ("redacted", "qa-lead", "It names a child")
    assert said.pack.startswith("entry 2 sha256:")
    for words in ((), (tmp_path / "before.jsonl",)):
        ended = judge("--verify", *words)
        assert (ended.status, ended.told) == (0, ""), ended.text
    # The older export is replaced by one without the words, which is whole by itself.
    assert judge("--export", tmp_path / "before.jsonl").status == 0
    exported_again = (tmp_path / "before.jsonl").read_bytes()
    assert b"Quillfeather" not in exported_again
    assert verify_export(exported_again) == (after, None)
    assert judge("--verify", tmp_path / "before.jsonl").status == 0
    assert named.is_file()


def test_the_words_do_not_come_in_again_by_the_same_pack(
    judge: Judge, store: Path, named: Path
) -> None:
    judge("--redact", "2", "--because", "It names a child")
    number = len(entries_of(store))
    for words in ((named,), ("--correct", named)):
        ended = judge(*words)
        assert (ended.status, ended.told) == (0, "")
        assert "0 judgments taken" in ended.text
    assert len(entries_of(store)) == number
    assert b"Quillfeather" not in bytes_beside(store)


def test_the_judgment_itself_still_counts_and_a_redaction_is_none(
    judge: Judge, store: Path, named: Path
) -> None:
    with Store.open(store, create=False) as opened:
        before = opened.entries(1)
    judge("--redact", "2", "--because", "It names a child")
    with Store.open(store, create=False) as opened:
        after = opened.entries(1)
    assert named.is_file()
    assert [(one.number, one.judgment) for one in after] == [
        (one.number, one.judgment) for one in before
    ]


def test_once_more_only_wipes_and_a_redaction_can_be_redacted(
    judge: Judge, store: Path, named: Path
) -> None:
    judge("--redact", "2", "--because", "It names Zebedee")
    number = len(entries_of(store))
    again = judge("--redact", "2", "--because", "again", "--format", "json")
    assert json.loads(again.out)["by"] == 0
    assert len(entries_of(store)) == number
    assert judge("--redact", str(number), "--because", "The reason named him too").status == 0
    assert b"Zebedee" not in bytes_beside(store)
    assert judge("--verify").status == 0
    assert named.is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--redact", "1", "--because", "x"), "has no words of an auditor's own"),
        (("--redact", "4", "--because", "x"), "one of the usual"),
        (("--redact", "0", "--because", "x"), "has no entry 0"),
        (("--redact", "9999", "--because", "x"), "has no entry 9999"),
        (("--redact", "2"), "needs --because"),
        (("--redact", "2", "--because", " "), "takes 1 to 500 characters"),
        (("--redact", "2", "--because", "NHS 943 476 5919"), "looks like an NHS number"),
        (("--redact", "2", "--because", "x", "--by", "j@example.org"), "an e-mail address"),
        (("--redact", "2", "--because", "x", "--verify"), "no other option"),
        (("--redact", "2", "--because", "x", "file"), "no FILE"),
        (("--redact", "2", "--because", "x", "--export", "y"), "two different things"),
        (("--because", "x"), "with --redact"),
        (("--verify", "--accept-reasons"), "is for packs"),
    ],
)
def test_what_cannot_be_taken_out_is_said_and_the_log_stands(
    judge: Judge, store: Path, named: Path, words: tuple[str, ...], told: str
) -> None:
    before = entries_of(store)
    ended = judge(*words)
    assert (ended.status, ended.out) == (2, b"")
    assert told in " ".join(ended.told.split())
    assert "5919" not in ended.told
    assert entries_of(store) == before
    assert named.is_file()


def test_while_another_reads_it_says_so_and_once_more_wipes(
    judge: Judge, store: Path, named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "SECONDS_TO_WAIT", 0)
    with closing(sqlite3.connect(store)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM entry").fetchone()
        ended = judge("--redact", "2", "--because", "It names a child")
        assert ended.status == 0
        assert "run the same command again" in " ".join(ended.told.split())
    assert judge("--redact", "2", "--because", "It names a child").status == 0
    assert b"Quillfeather" not in bytes_beside(store)
    assert named.is_file()


# ---------------------------------------------------------------- what a forger could do


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET judgment = 'not_compliant' WHERE number = 2",
        "UPDATE entry SET digest = iif(substr(digest, 1, 1) = 'a', 'b', 'a') || substr(digest, 2)"
        " WHERE number = 2",
        "UPDATE entry SET digest = '' WHERE number = 2",
        "UPDATE entry SET reason = 'x' WHERE number = 2",
        "UPDATE entry SET reason = '', salt = '', digest = 'abc' WHERE number = 4",
        "UPDATE entry SET pack = 'entry 3' || substr(pack, 8) WHERE judgment = 'redacted'",
    ],
)
def test_what_is_left_of_an_entry_is_proved_as_before(
    judge: Judge, store: Path, named: Path, statement: str
) -> None:
    judge("--redact", "2", "--because", "It names a child")
    changed(store, statement, triggers=False)
    ended = judge("--verify")
    assert ended.status == 1, ended.text
    assert named.is_file()


def test_words_taken_out_with_no_entry_that_says_so_break_the_log() -> None:
    drafts = [replace(one, salt="ab" * 16) if one.reason else one for one in log_of(5)]
    log = chained(None, drafts)
    assert first_broken(log) is None
    hidden = [*log[:2], without_words(log[2]), *log[3:]]
    assert log[2].reason
    assert hash_of(hidden[2]) == log[2].hash
    broken = first_broken(hidden)
    assert broken is not None
    assert broken.number == 3
    lines = "".join(f"{line}\n" for line in exported(hidden)).encode()
    assert verify_export(lines).broken == broken


def test_a_log_without_words_of_ones_own_is_written_as_it_ever_was() -> None:
    log = log_of(3)
    lines = list(exported(log))
    assert lines[0] == '{"log":"casecheck judgments 1"}'
    assert "salt" not in lines[1]
    salted = chained(None, [replace(log[0], salt="ab" * 16)])
    assert next(iter(exported(salted))) == '{"log":"casecheck judgments 2"}'
    forged = "".join(f"{line}\n" for line in exported(salted)).replace("judgments 2", "judgments 1")
    broken = verify_export(forged.encode()).broken
    assert broken is not None
    assert broken.number == 0


def test_an_entry_that_an_older_casecheck_took_keeps_its_words(
    judge: Judge, store: Path, named: Path
) -> None:
    """Its hash is over the words: without them anything could be put in its place."""
    log = entries_of(store)
    old = chained(None, [replace(one, salt="") for one in log])
    statements = [
        (
            "UPDATE entry SET salt = '', previous = ?, hash = ? WHERE number = ?",
            (e.previous, e.hash, e.number),
        )
        for e in old
    ]
    changed(store, *statements, "DELETE FROM seal WHERE part = 'log'", triggers=False)
    changed(store, "INSERT INTO seal VALUES ('log', 0, 'not sealed')")
    assert judge("--verify").status == 0
    refused = judge("--redact", "2", "--because", "It names a child")
    assert (refused.status, "over the words themselves" in " ".join(refused.told.split())) == (
        2,
        True,
    )
    assert judge("--verify").status == 0
    assert named.is_file()


def test_a_digest_beside_an_entry_does_not_spare_it_its_hash(
    judge: Judge, store: Path, named: Path
) -> None:
    """A judgment that is turned round is told, whatever is put beside it."""
    statement = "UPDATE entry SET judgment = 'compliant', digest = ? WHERE number = 1"
    changed(store, (statement, ("f" * 64,)), "DELETE FROM seal WHERE part = 'log'", triggers=False)
    changed(store, "INSERT INTO seal VALUES ('log', 0, 'not sealed')")
    ended = judge("--verify")
    assert (ended.status, "NOT WHOLE, entry 1" in ended.text) == (1, True)
    assert named.is_file()
