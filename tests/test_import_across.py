"""A census of which several processes make the records gives what one process gives."""

from __future__ import annotations

import gc
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from xml.parsers.expat import ParserCreate

import pytest
from amounts import tries
from command_line import Here
from make_returns import Element, Inventor, child, episode, protection_plan, return_of

from casecheck.audit import workers
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.cli.import_ import common
from casecheck.intake.sources.cin_across import Across, Asked, ToMake, ToRead, worker
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import PLACES, Faults
from casecheck.intake.sources.importing import Imported, imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.readers import cin_content, cin_parts, encoded, held
from casecheck.intake.sources.readers.cin_content import Content
from casecheck.intake.sources.readers.cin_parts import NotApart, cut, read_part
from casecheck.intake.sources.rows import SourceRefused

REFERENCE = date(2026, 3, 31)
KEY = Key(bytes(KEY_BYTES))


def plan(start: str, latest: str | None = "NEG") -> Element:
    return episode("2025-05-01", protection_plan(start, None, "NEG", latest))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of one name: children that stand twice in one and in both, nameless ones, dirt."""
    every: list[list[Element]] = [
        [*Inventor(1, REFERENCE).children(60), child("A", "2015-06-12", plan("12/05/2025", None)),
         child("A", "2015-06-12", plan("2025-06-12")), child(None, "2015-06-12"),
         child("B", "2015-06-12", plan("05/13/2025")), child("T", "2014-01-01")],
        [child("C", "2015-06-12", plan("2030-01-01")), child("B", "2015-06-12", plan("01/02/2026")),
         child("T", "2013-01-01"), *(child(f"L{at}", "12/06/2015") for at in range(9))],
    ]  # fmt: skip
    made = []
    for at, children in enumerate(every):
        made.append(tmp_path / str(at) / "census.xml")
        made[-1].parent.mkdir()
        text = "".join(return_of(children, REFERENCE))
        text = text.replace("<Sex>U</Sex>", "<Sex>U</Sex>stray\u00e9<Odd/>")
        made[-1].write_bytes(text.encode("cp1252"))  # and not as it declares
    return made


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_BLOCK", 2_000)
    monkeypatch.setattr(encoded, "CHUNK", 5_000)


def told_by(source: CinCensus, every: list[Imported]) -> dict[str, object]:
    return {
        "records": every,
        "faults": list(source.faults.met()),
        "lost": source.faults.lost,
        "unknown": source.unknown,
    }


def at_once(make: Callable[[Asked], Any]) -> Callable[[Asked], Future[Any]]:
    """Return what has work done here, as a process would."""

    def submit(asked: Asked) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(make(asked))
        return done

    return submit


@pytest.mark.usefixtures("small_blocks")
def test_records_faults_and_places_are_those_of_one_process(files: list[Path]) -> None:
    alone = CinCensus(files, None, Faults(), one_parser)
    one = told_by(alone, list(imported(alone, Pseudonyms(KEY))))
    makers = [at_once(worker(KEY)) for _ in range(3)]
    asked: list[Asked] = []

    def submit(one: Asked) -> Future[Any]:
        asked.append(one)
        return makers[len(asked) % 3](one)

    across = Across(submit, 4)
    several = CinCensus(files, None, Faults(), across.read)
    both = told_by(several, list(across.records(several, KEY)))
    assert both == one
    assert sum(isinstance(one, ToMake) for one in asked) > 6
    assert {one.path for one in asked if isinstance(one, ToRead)} == set(files)
    assert several.extract == alone.extract
    met = {(fault.number, fault.item): fault for fault in several.faults.met()}
    assert met[1, "windows-1252"].times == 2
    assert met[35, "LAchildID"].times == 1
    assert met[36, "LAchildID"].times > 3
    assert met[55, "ChildIdentifiers"].times > PLACES == len(met[55, "ChildIdentifiers"].places)
    assert several.unknown["Odd"] > 60


def told_apart(file: Path) -> object:
    """Return what is told of a file of which no part is to be read by one parser; or why not."""
    across = Across(at_once(worker(KEY)), 3)
    try:
        source = CinCensus([file], None, Faults(), across.read)
    except SourceRefused as error:
        return str(error)
    return told_by(source, list(across.records(source, KEY))), source.extract, source.notes


def one_parser(*_: object) -> Iterator[None]:
    """Read no part, so that one parser reads the file from its beginning."""
    yield None


def told_at_once(file: Path) -> object:
    try:
        source = CinCensus([file], None, Faults(), one_parser)
    except SourceRefused as error:
        return str(error)
    return told_by(source, list(imported(source, Pseudonyms(KEY)))), source.extract, source.notes


def changed(old: str, new: str, number: int = -1) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, number)


def later(old: str, new: str, number: int = 1) -> Callable[[str], str]:
    """Change what stands after the first 20: so early the parser reads on, whatever it is."""

    def change(text: str) -> str:
        *first, rest = text.split(old, 20)
        return old.join([*first, rest.replace(old, new, number)])

    return change


APART = {
    "as it is": changed("", ""),
    "line ends of Windows": changed("\n", "\r\n"),
    "line ends of old": changed("\n", "\r"),
    "on one line": changed("\n", ""),
    "a prefix": lambda text: re.sub(r"<(/?)(?=[A-Z])", r"<\1cin:", text),
    "deeper": lambda text: text.replace("<Children>", "<A><B c='d'><Children>").replace(
        "</Children>", "</Children></B></A>"),
    "whole comments": changed("<Sex>", "<!-- <Sex> & --><Sex>"),
    "data": changed("<Sex>U</Sex>", "<Sex><![CDATA[<Child>]]></Sex>"),
    "a header at the end": lambda text: re.sub(
        r"(?s)(<Header>.*</Header>)(.*)(?=</Message>)", r"\2\1", text),
    "within what is read of the header": lambda text: text.replace("<Children>", "<Year>").replace(
        "</Children>", "</Year>").replace("</Child>", "</Child>stray"),
    "stray texts between": changed("</Child>", "</Child>\nstray"),
    "no identifiers": changed("LAchildID", "LAchildId", 4),
    "another end of a child": later("</Child>", "</Child >", 5),
    "no blanks, and empty elements": lambda text: re.sub(">\\s+<", "><", text).replace(
        "<Sex>U</Sex>", "<Sex/><Sex></Sex><UPN>\n</UPN>").replace(
        "</CINdetails>", "<Assessments/><Section47 ></Section47 ></CINdetails>"),
    "an item twice": later("</CINreferralDate>", "</CINreferralDate><CINreferralDate>7"
        "</CINreferralDate>"),
    "an item after what is within": later(
        "</CINdetails>", "<CINclosureDate>2026-01-01</CINclosureDate></CINdetails>"),
    "texts beyond ASCII, with blanks, with marks": lambda text: text.replace(
        "<Sex>U", "<Sex>\u00e9", 7).replace(
        "<Sex>U", "<Sex> U ", 7).replace("<Sex>U", "<Sex>>>U", 7),
    "entities that XML has": later("<Sex>U", "<Sex>&amp;&#65;", 7),
    "stray texts within": lambda text: text.replace("</Sex>", "</Sex>x", 3).replace(
        "</ChildIdentifiers>", "x</ChildIdentifiers>", 4).replace("<Sex>", "x<Sex>", 8),
    "text in an item with elements": later("<Sex>U</Sex>", "<Sex>U<UPN>1</UPN>2</Sex>", 8),
    "attributes": later("<Sex>", "<Sex at='>'>", 9),
    "American days": lambda text: re.sub(
        r"(\d{4})-(\d\d)-(\d\d)(?=</CINPlanStart)", r"\2/\3/\1", text),
}  # fmt: skip
"""Files that are read in parts."""
WHOLE = {
    "a comment that ends beyond a child": later("</Child>", "</Child><!-- </Child> -->", 2),
    "two children before a comment": later("</Child>", "</Child ><!-- </Child> -->", 1),
    "a comment over children": lambda text: text.replace("<Child>", "<!--<Child>", 9).replace(
        "</Child>", "</Child>-->", 9),
    "an instruction over children": lambda text: text.replace("<Child>", "<?x <Child>", 5).replace(
        "</Child>", "</Child>?>", 5),
    "a tag that does not end": later("</CINdetails>\n    </Child>", "<Sex</Child>", 2),
    "tags that cross": later("<Sex>U</Sex>\n      </ChildIdentifiers>",
        "<Sex>U</ChildIdentifiers></Sex>", 3),
    "an end too many": later("</Sex>", "</Sex></Sex>", 4),
    "too many elements in a child": later("<Sex>U</Sex>", "<Sex>U</Sex>" * 6_000, 1),
    "too deep a child": later("<Sex>U</Sex>", "<Sex>" * 40 + "U" + "</Sex>" * 40, 1),
    "a child deep below": lambda text: text.replace("<Children>", "<Children>" * 25).replace(
        "</Children>", "</Children>" * 25),
    "an attribute that looks like text": later("<Sex>", "<Sex at='>a</b'>", 4),
    "a control character": later("<Sex>U", "<Sex>\x01", 4),
    "a document type": changed("<Message>", "<!DOCTYPE Message><Message>"),
    "breaks off": lambda text: text[: len(text) // 2],
    "breaks off after a child": lambda text: text[: text.rindex("</Child>") + 8],
    "a wrong end": lambda text: text[::-1].replace("xeS/<", "xxS/<", 1)[::-1],
    "an entity": changed("<Sex>U", "<Sex>&u;U", 7),
    "two roots": changed("</Child>", "</Child></Children></Message><Message><Children>", 5),
    "a child in a child": later("</Sex>", "</Sex><Child><X/></Child>", 6),
    "an unknown one with children": later("<Child>", "<Odd><Child>", 8),
    "many names": lambda text: re.sub(
        "<Sex>", lambda at: f"<N{at.start() % 211}x/><Sex>", text),
    "no child": lambda text: re.sub(r"(?s)<Child>.*</Child>", "", text),
    "a child in a comment only": lambda text: re.sub(
        r"(?s)<Child>.*</Child>", "<!-- <Child> none this year -->", text),
    "a child in what is not read": later(
        "</Sex>\n      </ChildIdentifiers>", "</Sex></ChildIdentifiers></Child><q:Child><Odd>", 1),
    "children within what is not read": lambda text: later(
        "    <Child>\n", "<q:Child><Odd><Child><Sex/></Child><Child>\n")(text).replace(
        "  </Children>", "</Odd></q:Child></Children>"),
    "children in a child of another script": lambda text: text.replace(
        "<Children>", "<Children><é:Child><Odd>").replace(
        "</Children>", "</Odd></é:Child></Children>"),
    "children in a child of two prefixes": lambda text: text.replace(
        "<Children>", "<Children><a:b:Child><Odd>").replace(
        "</Children>", "</Odd></a:b:Child></Children>"),
    "a root alone": lambda text: re.sub(r"(?s)<Message>.*", "<Child><Sex>U</Sex></Child>", text),
    "no XML": changed("<", "("),
}  # fmt: skip
"""Files that are not: most of them are refused."""


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("name", [*APART, *WHOLE])
def test_what_is_read_in_parts_is_read_or_refused_as_by_one_parser(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "census.xml"
    text = "".join(return_of(Inventor(2, REFERENCE).children(40), REFERENCE))
    file.write_bytes({**APART, **WHOLE}[name](text).encode())
    one = told_at_once(file)
    if name in APART:
        monkeypatch.setattr(CinCensus, "_look_at", None)  # which has one parser read it
    assert told_apart(file) == one


@pytest.mark.usefixtures("small_blocks")
def test_children_in_a_comment_are_none_wherever_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "census.xml"
    text = "".join(return_of(Inventor(2, REFERENCE).children(30), REFERENCE))
    children = text.split("    <Child>\n")
    for at in range(2, 27):
        marked = list(children)
        marked[at - 1] += "<!--"
        marked[at + 1] += "-->"
        file.write_text("    <Child>\n".join(marked))
        one = told_at_once(file)
        assert not isinstance(one, str)
        assert told_apart(file) == one


class PuttingOff:
    """A parser that parses all but the first in the end, as expat 2.6 may do after a comment."""

    def __init__(self, encoding: str) -> None:
        self.__dict__.update(parser=ParserCreate(encoding), waiting=None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.parser, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.parser, name, value)

    def Parse(self, content: bytes, final: bool) -> None:  # noqa: N802 - as expat calls it
        if self.waiting is None:
            self.__dict__["waiting"] = []
            self.parser.Parse(content, final)
        elif final:
            self.parser.Parse(b"".join([*self.waiting, content]), True)
        else:
            self.waiting.append(content)


@pytest.mark.parametrize("change", ["as it is", "attributes", "entities that XML has"])
@pytest.mark.usefixtures("small_blocks")
def test_what_a_parser_puts_off_is_read_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    file = tmp_path / "census.xml"
    text = "".join(return_of(Inventor(2, REFERENCE).children(60), REFERENCE))
    file.write_text(APART[change](text))
    one = told_at_once(file)
    monkeypatch.setattr(cin_content, "expat", SimpleNamespace(ParserCreate=PuttingOff))
    assert told_apart(file) == one


@pytest.mark.usefixtures("small_blocks")
def test_returns_that_are_cut_and_put_together_at_random_are_read_as_by_one_parser(
    tmp_path: Path,
) -> None:
    file, random = tmp_path / "census.xml", Random(1)
    text = "".join(return_of(Inventor(3, REFERENCE).children(25), REFERENCE))
    pieces = re.findall("<[^>]*>|[^<]+", text)
    odd = ["<!--", "-->", "<Child>", "</Child>", "</Child >", "<Sex>", "</Sex>", "a", " ", "<Odd/>"]
    outcomes = Counter[bool]()
    for _ in range(tries(600, 60)):
        changed_ = list(pieces)
        for at in sorted(random.choices(range(len(pieces)), k=random.randint(1, 3))):
            changed_[at : at + random.randint(0, 1)] = random.choices(odd, k=random.randint(0, 2))
        file.write_text("".join(changed_))
        one = told_at_once(file)
        assert told_apart(file) == one
        outcomes[isinstance(one, str)] += 1
    assert min(outcomes[True], outcomes[False]) > 5


def test_children_of_plain_markup_are_read_without_a_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "census.xml"
    file.write_text("".join(return_of(Inventor(3, REFERENCE).children(400), REFERENCE)))
    ended: list[object] = []
    monkeypatch.setattr(Content, "_child_ends", _noting(Content._child_ends, ended))
    assert len(list(CinCensus([file], None, Faults()).cases())) == 400
    assert len(ended) == 1  # that after the header


def _noting(called: Callable[[Content], None], noted: list[object]) -> Callable[[Content], None]:
    def note(content: Content) -> None:
        noted.append(content)
        called(content)

    return note


def test_too_long_a_piece_of_markup_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cin_parts, "MAX_MARKUP", 100)
    start = b"<M><C><Child>"
    with pytest.raises(NotApart):
        list(cut([start, b" " * 101], 0))


@pytest.mark.usefixtures("small_blocks")
def test_a_part_is_read_in_its_own_place(files: list[Path]) -> None:
    source = CinCensus(files[:1], None, Faults())
    parts = list(cut([files[0].read_bytes()], 3))
    assert [bool(part.opened) for part in parts] == [False, True]
    assert parts[1].before == 3 + parts[0].content.count(b"\n")
    read = read_part(files[0], source._files[0].elements, parts[1])
    assert read is not None
    assert read.digests == []


def test_what_read_a_part_is_let_go_of_without_the_collector(files: list[Path]) -> None:
    elements = CinCensus(files[:1], None, Faults())._files[0].elements
    gc.collect()
    gc.disable()
    try:
        for part in cut([files[0].read_bytes()], 0):
            read_part(files[0], elements, part)
            assert not [one for one in gc.get_objects() if isinstance(one, Content)]
    finally:
        gc.enable()


@pytest.mark.usefixtures("small_blocks")
def test_no_more_blocks_are_asked_for_than_are_to_be_ahead(files: list[Path]) -> None:
    make = worker(KEY)
    out = most = 0

    class Counted(Future[Any]):
        def result(self, timeout: float | None = None) -> Any:
            nonlocal out
            out -= 1
            return super().result(timeout)

    def submit(asked: Asked) -> Future[Any]:
        nonlocal out, most
        out += 1
        most = max(most, out)
        done = Counted()
        done.set_result(make(asked))
        return done

    across = Across(submit, 3)
    source = CinCensus(files, None, Faults(), across.read)
    assert most == 3
    most = 0
    assert list(across.records(source, KEY))
    assert most == 3


@pytest.mark.slow
def test_the_command_writes_the_same_with_processes(
    here: Here, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "ENOUGH", 1)
    new_key(key := tmp_path / "board.key")
    written = []
    for jobs in (1, 2):
        output, report = tmp_path / f"{jobs}.jsonl", tmp_path / f"{jobs}.json"
        ended = here("import", "cin-census", *files, "--key", key, "--output", output,
                     "--report", report, "--jobs", jobs)  # fmt: skip
        assert ended.status == 3
        written.append((output.read_bytes(), json.loads(report.read_text()), ended.text))
    assert written[0] == written[1]


def test_where_a_process_is_ended_nothing_is_written(
    here: Here, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        def __init__(self, number: int, _: object) -> None:
            assert number == 2

        def __enter__(self) -> Ended:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, _: object) -> Future[object]:
            raise WorkerEnded("A worker process was ended")

    monkeypatch.setattr(common, "ENOUGH", 1)
    monkeypatch.setattr(workers, "Workers", Ended)
    new_key(key := tmp_path / "board.key")
    output = tmp_path / "out.jsonl"
    command = ("import", "cin-census", *files, "--key", key, "--output", output)
    ended = here(*command, "--jobs", 2)
    assert ended.status == 4
    assert "A worker process was ended" in ended.told
    assert not output.exists()
    assert here(*command, "--jobs", 1).status == 3  # asks for no process


def test_a_small_return_starts_no_process(
    here: Here, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "Workers", None)
    new_key(key := tmp_path / "board.key")
    command = ("import", "cin-census", *files, "--key", key, "--output", tmp_path / "out.jsonl")
    assert here(*command, "--jobs", 2).status == 3


@pytest.mark.parametrize(("processors", "jobs"), [(1, 1), (2, 2), (16, 2)])
def test_no_more_processes_than_processors(
    processors: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda _: set(range(processors)), raising=False
    )  # fmt: skip
    assert common.jobs_by_default() == jobs
    monkeypatch.delattr(os, "sched_getaffinity")
    assert common.jobs_by_default() == 1
