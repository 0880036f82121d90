"""`casecheck key` and `whois`: whose a case is, for those who hold the key and the source."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from beside import CENSUS as REAL
from command_line import Ended, Here

from casecheck.intake.sources.identifiers import (
    Identified,
    SourceError,
    begins_as_xml,
    of_csv,
    of_xml,
    spelt,
)
from casecheck.intake.sources.key_file import new_key, read_key
from casecheck.intake.sources.pseudonyms import Kind, Pseudonyms

CENSUS = """<?xml version="1.0"{declared}?>
<cin:Message xmlns:cin="urn:census"><cin:Children>
{children}</cin:Children></cin:Message>
"""
CHILD = """ <cin:Child><cin:ChildIdentifiers>
  <cin:LAchildID> {} </cin:LAchildID><cin:UPN>A950000178301</cin:UPN>
 </cin:ChildIdentifiers></cin:Child>
"""


def census(*identifiers: str, declared: str = "") -> str:
    return CENSUS.format(declared=declared, children="".join(map(CHILD.format, identifiers)))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(tmp_path / "casecheck.key")
    return tmp_path / "casecheck.key"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "census.xml").write_text(census("LA-0001", "LA-0002", "LA-0001"))
    return tmp_path / "census.xml"


def named(key: Path, identifier: str, kind: Kind = "child") -> str:
    return Pseudonyms(read_key(key)).of(kind, identifier)


# ---------------------------------------------------------------- key


def test_a_key_is_made_once_for_its_owner_and_can_be_tried(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "casecheck.key"
    made = here("key", "new", file)
    assert (made.status, made.told) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    mark = made.text.rstrip(".\n").rsplit(" ", 1)[1]
    tried = here("key", "check", file)
    assert (tried.status, tried.text) == (0, f"{file} is whole; its mark is {mark}.\n")
    before = file.read_bytes()
    secret = before.splitlines()[2].decode()
    again = here("key", "new", file)
    assert (again.status, again.out) == (2, b"")
    assert "no key is written over another file" in " ".join(again.told.split())
    assert file.read_bytes() == before
    for ended in (made, tried, again):
        assert not any(part in ended.text + ended.told for part in secret.split())


def test_a_key_that_others_may_read_or_that_is_damaged_is_refused_everywhere(
    here: Here, key: Path, source: Path
) -> None:
    asked = named(key, "LA-0001")
    key.chmod(0o644)
    for words in (("key", "check", key), ("whois", asked, "--key", key, "--source", source)):
        ended = here(*words)
        assert (ended.status, ended.out) == (2, b"")
        assert "others may read or change" in " ".join(ended.told.split())
    key.chmod(0o600)
    key.write_text(key.read_text(encoding="utf-8").replace("sum ", "sum 0"), encoding="utf-8")
    assert "is damaged" in here("key", "check", key).told


# ---------------------------------------------------------------- whois


def test_whose_a_case_is_is_found_in_the_source_and_nothing_is_written(
    here: Here, key: Path, source: Path, tmp_path: Path
) -> None:
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    ended = here("whois", named(key, "LA-0001"), "--key", key, "--source", source)
    assert (ended.status, ended.told) == (0, "")
    assert ended.text == f"{source} line 4: child LA-0001\n{source} line 10: child LA-0001\n"
    told = here("whois", named(key, "LA-0002").lower(), "--key", key, "--source", source,
                "--format", "json")  # fmt: skip
    assert json.loads(told.out) == {
        "found": [{"source": str(source), "kind": "child", "identifier": "LA-0002", "line": 7}]
    }
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_nobody_is_no_error_and_another_key_finds_nobody(
    here: Here, key: Path, source: Path, tmp_path: Path
) -> None:
    new_key(tmp_path / "other.key")
    for asked, by in (
        (named(key, "LA-0003"), key),
        (named(key, "LA-0001"), tmp_path / "other.key"),
    ):
        ended = here("whois", asked, "--key", by, "--source", source)
        assert (ended.status, ended.out) == (1, b"")
        assert "Nobody in these sources" in ended.told
        assert "LA-" not in ended.told


def test_a_table_is_searched_by_the_column_that_is_named(
    here: Here, key: Path, tmp_path: Path
) -> None:
    table = tmp_path / "workers.csv"
    table.write_bytes(
        '\ufeffTeam;Worker ID \r\nNorth;SW-1\r\n\r\n"a\nb";12345.0\r\nSouth\r\n'.encode()
    )
    words = ("--key", key, "--source", table)
    asked = named(key, "12345", "worker")
    ended = here("whois", asked, *words, "--column", "worker id", "--kind", "worker")
    assert (ended.status, ended.text) == (0, f"{table} line 4: worker 12345\n")
    assert here("whois", asked, *words, "--column", "worker id").status == 1
    for more, said in (((), "--column"), (("--column", "Name"), "no column of this name")):
        ended = here("whois", asked, *words, *more)
        assert (ended.status, ended.out) == (2, b"")
        assert said in " ".join(ended.told.split())
        assert "SW-1" not in ended.told


@pytest.mark.parametrize("asked", ["C-0001", "9434765919", "ABCDEFGHIJKLMNOP", "", "B" * 17])
def test_what_is_no_pseudonym_of_ours_is_said_and_not_repeated(
    here: Here, key: Path, source: Path, asked: str
) -> None:
    ended = here("whois", asked, "--key", key, "--source", source)
    assert (ended.status, ended.out) == (2, b"")
    assert "is no pseudonym" in ended.told
    assert not asked or asked not in ended.told


def test_a_source_that_is_none_is_said(here: Here, key: Path, tmp_path: Path) -> None:
    asked = named(key, "1")
    os.mkfifo(tmp_path / "pipe")
    for source in (tmp_path / "pipe", tmp_path, tmp_path / "no.xml"):
        ended = here("whois", asked, "--key", key, "--source", source)
        assert (ended.status, ended.out) == (2, b"")


# ---------------------------------------------------------------- sources


def read(rows: Iterator[Identified]) -> list[tuple[str, int]]:
    return [(row.identifier, row.line) for row in rows]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("", "utf-8"), ("", "utf-8-sig"), ("", "cp1252"), (' encoding="ISO-8859-1"', "latin-1"),
     (' encoding="utf-16"', "utf-16")],
)  # fmt: skip
def test_xml_of_any_encoding_is_read(tmp_path: Path, declared: str, encoding: str) -> None:
    file = tmp_path / "a.xml"
    file.write_text(census("caf\u00e9", "2", declared=declared), encoding=encoding)
    assert begins_as_xml(file)
    assert read(of_xml(file)) == [("caf\u00e9", 4), ("2", 7)]


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "9434765919">]>'
        "<a><LAchildID>&b;</LAchildID></a>",
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>" * 100,
        f"<a><LAchildID>{'9434765919' * 100}</LAchildID></a>",
        "<a><LAchildID>9434765919</LAchildID></b>",
        "<a><LAchildID>9434765919",
        "<a>&bomb;</a>",
        "<",
    ],
    ids=["entity", "outside", "deep", "long", "wrong end", "cut short", "unknown", "nothing"],
)
def test_xml_made_to_do_harm_or_broken_is_refused_with_its_line(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "a.xml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.xml line \d+: ") as caught:
        read(of_xml(file))
    assert "9434765919" not in str(caught.value)


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for content, said in (
        ("a,a\n1,2\n", "several columns"),
        ("", "no column"),
        ("b\n", "no column"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(SourceError, match=said):
            read(of_csv(file, "a"))
    file.write_text("a\tb\n 7 \t\n\t8\n9.00\n", encoding="utf-8")
    assert read(of_csv(file, " A ")) == [("7", 2), ("9", 4)]
    file.write_text("Children of the year;\n\nName;a\nx;7\n", encoding="utf-16")
    assert read(of_csv(file, "a")) == [("7", 4)]


@pytest.mark.parametrize(("text", "as_one"), [("12.0", "12"), ("12.5", "12.5"), (".0", ".0"),
                                              (" 0012 ", "0012"), ("A.0", "A.0")])  # fmt: skip
def test_a_spreadsheets_zero_is_cut(text: str, as_one: str) -> None:
    assert spelt(text) == as_one


@pytest.mark.skipif(not REAL.is_dir(), reason="the public returns are not here")
def test_every_child_of_public_returns_is_found_again(here: Here, key: Path) -> None:
    for file in sorted(REAL.glob("*.xml")):
        rows = list(of_xml(file))
        assert rows
        asked: Ended = here(
            "whois", named(key, rows[-1].identifier), "--key", key, "--source", file
        )
        assert asked.status == 0
        assert f"{file} line {rows[-1].line}: child" in asked.text
