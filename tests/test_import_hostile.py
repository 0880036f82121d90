"""Returns made to do harm: each is refused or read, in bounded time and memory, in its own process.

A large one is written piece by piece, so that the tests hold no more than the import may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import repeat
from pathlib import Path

import pytest
from amounts import few
from bounded_judge import imported
from make_returns import child, episode, need_plan, return_of

from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.identifiers import SourceError, of_xml
from casecheck.intake.sources.key_file import new_key
from casecheck.intake.sources.readers import cin_xml, held
from casecheck.intake.sources.rows import SourceRefused

RETURN = "".join(
    return_of(
        [child("C1", "2015-06-12", episode("2025-05-01", need_plan("2025-06-02")))],
        date(2026, 3, 31),
    )
)
BODY = RETURN.split("\n", 1)[1]
MEGABYTE = 2**20
ID, DAY, EPISODE, CHILDREN = "C1", "2025-06-02", "</CINdetails>", "<Children>"
"""Where in the return something is put: in place of a text, or before an element."""

Pieces = Iterator[str | bytes]


def at(place: str, *pieces: str, times: int = 1, within: str = BODY) -> Pieces:
    """The return with some pieces, each so many times, in place of a text or before an element."""
    before, after = within.split(place, 1)
    yield before
    for piece in pieces:
        most = max(1, MEGABYTE // len(piece))
        yield from repeat(piece * most, times // most)
        yield piece * (times % most)
    yield (place if place.startswith("<") else "") + after


def doctype(inside: str) -> Pieces:
    yield f"<!DOCTYPE Message [{inside}]>\n{BODY.replace(ID, '&x;')}"


def attributes(place: str, number: int) -> Pieces:
    before, after = BODY.split(place, 1)
    yield before + place[:-1]
    for start in range(0, number, 1000):
        yield "".join(f" a{one}='x'" for one in range(start, start + 1000))
    yield ">" + after


def alone(text: str | bytes) -> Pieces:
    yield text


def children(text: str, number: int) -> Pieces:
    yield from at("</Children>", text, times=number)


LAUGHS = "<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(97 + n)} '{f'&{chr(96 + n)};' * 10}'>" for n in range(1, 20)
)
FAT = (
    "<Child><ChildIdentifiers><LAchildID>T</LAchildID></ChildIdentifiers><CINdetails>"
    + f"<CINPlanDates><CINPlanStartDate>{'z' * 4000}</CINPlanStartDate></CINPlanDates>" * 2500
    + "</CINdetails></Child>"
)


def large_children(number: int) -> Pieces:
    before, after = BODY.split("</Children>")
    yield before
    yield from (FAT.replace(">T<", f">T{one}<") for one in range(number))
    yield f"</Children>{after}"


REFUSED: dict[str, tuple[Callable[[], Pieces], str]] = {
    "laughs": (partial(doctype, LAUGHS + "<!ENTITY x '&t;'>"), "document type"),
    "quadratic": (partial(doctype, f"<!ENTITY x '{'a' * MEGABYTE}'>"), "document type"),
    "external": (partial(doctype, "<!ENTITY x SYSTEM 'file:///etc/passwd'>"), "document type"),
    "parameter": (partial(doctype, "<!ENTITY % y SYSTEM 'http://127.0.0.1:9/'> %y;"), "document"),
    "empty document type": (lambda: alone(f"<!DOCTYPE Message>{BODY}"), "document type"),
    "deep within": (lambda: at(EPISODE, "<x>", "</x>", times=10**6), "deeper than 40"),
    "deep around": (lambda: at(CHILDREN, "<x>", times=10**6), "deeper than 40"),
    "attributes": (lambda: attributes("<CINdetails>", 10**6), "a single tag"),
    "attributes around": (lambda: attributes(CHILDREN, 10**6), "a single tag"),
    "a comment": (lambda: at(EPISODE, "<!--", "x" * 30 * MEGABYTE, "-->"), "a single tag"),
    "an instruction": (lambda: at(EPISODE, "<?a ", "x" * 30 * MEGABYTE, "?>"), "a single tag"),
    "a name": (lambda: at(EPISODE, "<", "x" * 30 * MEGABYTE, "/>"), "a single tag"),
    "many elements": (lambda: at(EPISODE, "<CINPlanDates/>", times=10**7), "6,000 elements"),
    "many unknown": (lambda: at(EPISODE, "<Odd/>", times=10**7), "6,000 elements"),
    "many within": (
        lambda: at(EPISODE, "<Odd>" + "<x/>" * 10**6 + "</Odd>"), "6,000 elements",
    ),
    "many around": (lambda: at(CHILDREN, "<Odd/>", times=10**7), "6,000 elements"),
    "many names": (
        lambda: children(
            "".join(f"<Child><A{one}/><B{one}/></Child>" for one in range(10**5)), 4
        ), "10,000 names",
    ),
    "nameless": (lambda: children("<Child/>", 3 * 10**6), "have no LAchildID"),
    "twins": (
        lambda: children("<Child><LAchildID>T</LAchildID></Child>", 10**6), "stood before",
    ),
    "large twins": (lambda: children(FAT, 20), "too large to be put together"),
    "cut off": (lambda: alone(RETURN[:-300]), "cannot be read on"),
    "nothing": (lambda: alone(""), "no element found"),
    "zeros": (lambda: alone(b"\0" * 10 * MEGABYTE), "cannot be read on"),
    "half a character": (lambda: alone(RETURN.encode("utf-16")[:-1]), "its text is damaged"),
    "UTF-32": (lambda: alone(RETURN.encode("utf-32")), "cannot be read on"),
    "no encoding": (lambda: alone(RETURN.encode().replace(b"C1", b"C\x811")), "neither UTF-8"),
}  # fmt: skip
READ: dict[str, Callable[[], Pieces]] = {
    "a long text": lambda: at(DAY, "x" * MEGABYTE, times=300),
    "a long identifier": lambda: at(ID, "x" * MEGABYTE, times=100),
    "a long text in CDATA": lambda: at(DAY, "<![CDATA[", "x" * 100 * MEGABYTE, "]]>"),
    "a long text of nobody": lambda: at(EPISODE, "x" * MEGABYTE, times=100),
    "a long text around": lambda: at(CHILDREN, "x" * MEGABYTE, times=100),
    "a long text unknown": lambda: at(EPISODE, "<Odd>", "x" * 100 * MEGABYTE, "</Odd>"),
    "blanks": lambda: at(DAY, " " * MEGABYTE, times=100),
    "line ends": lambda: at(DAY, "\r", times=50 * MEGABYTE),
    "lines before": lambda: alone("\n" * 100 * MEGABYTE + RETURN),
    "references": lambda: at(DAY, "&#120;", times=10 * MEGABYTE),
    "attributes": lambda: attributes("<CINdetails>", 5_000),
    "large children": lambda: large_children(20),
    "another encoding": lambda: alone(RETURN.encode("utf-16")),
    "a false encoding": lambda: alone(RETURN.replace("UTF-8", "zlib_codec")),
    "an endless encoding": lambda: alone(RETURN.replace("UTF-8", "x" * MEGABYTE)),
    "a wrong encoding": lambda: alone(RETURN.encode().replace(b"C1", b"C\xff1")),
}
OF_ALL_FILES = ("nameless", "twins")
"""What is counted over all files of a return is told of none."""
QUICK = ("laughs", "cut off")


def written(pieces: Pieces, folder: Path) -> Path:
    file = folder / "census.xml"
    with file.open("wb") as out:
        for piece in pieces:
            out.write(piece.encode() if isinstance(piece, str) else piece)
    return file


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(file := tmp_path / "board.key")
    return file


@pytest.mark.parametrize("name", few(REFUSED, *QUICK))
def test_what_does_harm_is_refused_within_bounds(name: str, tmp_path: Path, key: Path) -> None:
    pieces, why = REFUSED[name]
    file, output = written(pieces(), tmp_path), tmp_path / "out.jsonl"
    (ended,) = imported([file], key, output)
    file.unlink()
    assert not ended.bad, ended
    assert ended.status == 2, ended
    assert why in ended.told
    assert name in OF_ALL_FILES or "census.xml" in ended.told
    assert not output.exists()


@pytest.mark.parametrize("name", few(READ, "a wrong encoding"))
def test_what_is_only_large_is_read_within_bounds(name: str, tmp_path: Path, key: Path) -> None:
    file, output = written(READ[name](), tmp_path), tmp_path / "out.jsonl"
    (ended,) = imported([file], key, output)
    file.unlink()
    assert not ended.bad, ended
    assert ended.status in (0, 3), ended
    assert output.exists()


def rows_read(file: Path) -> list[list[cin_xml.ReadRow]]:
    mapping = CinCensus([file], None, Faults()).mapping
    reader = cin_xml.CinXml(file, mapping.tables, mapping.items, mapping.passed_over)
    first, again = (list(reader.read(Faults())) for _ in range(2))
    assert first == again
    return first


def test_what_was_read_is_the_same_when_it_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was held, in one block or several, or there was no room for it."""
    some = [child(f"C{one}", "2015-06-12", episode("2025-05-01")) for one in range(30)]
    file = written(iter(return_of(some, date(2026, 3, 31))), tmp_path)
    expected = rows_read(file)
    monkeypatch.setattr(held, "_BLOCK", 1000)
    assert rows_read(file) == expected
    monkeypatch.setattr(held, "MOST_HELD", 1000)
    assert rows_read(file) == expected
    assert not any(one.fits for one in [full()])


def full() -> held.Held:
    kept = held.Held()
    for one in range(1000):
        kept.add([str(one)], 10)
    return kept


def test_a_second_reading_of_what_is_held_parses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(alone(RETURN), tmp_path)
    source = CinCensus([file], None, Faults())
    monkeypatch.setattr(cin_xml.expat, "ParserCreate", None)
    assert [case.identifier for case in source.cases()] == [ID]


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    file = written(at(DAY, "x" * MEGABYTE, times=3), tmp_path)
    (rows,) = rows_read(file)
    longest = max(len(text) for _, _, items in rows for text in items.values())
    assert longest == cin_xml.MAX_TEXT + 1


def test_a_file_of_too_many_nameless_children_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casecheck.intake.sources.cin_census.MANY_NAMELESS", 3)
    file = written(children("<Child/>", 20), tmp_path)
    with pytest.raises(SourceRefused, match=r"4 of 5 children have no LAchildID"):
        CinCensus([file], None, Faults())


@pytest.mark.parametrize("pieces", ["<!--", "<a b='"])
def test_whois_holds_no_long_tag_or_comment(pieces: str, tmp_path: Path) -> None:
    file = written(at(EPISODE, pieces, "x" * 3 * MEGABYTE), tmp_path)
    with pytest.raises(SourceError, match=r"line \d+: a single tag or comment"):
        list(of_xml(file))
