"""A text is read as the record it holds, or refused with errors that help and repeat nothing."""

from __future__ import annotations

import json
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecheck.record import validation
from casecheck.record.faults import FieldError
from casecheck.record.json_text import NotJson, decode
from casecheck.record.model import FIELDS, SECTIONS, CaseRecord
from casecheck.record.record_model import CaseRecordModel
from casecheck.record.validation import MAX_ERRORS, NotACaseRecord, read_record

TOP = {
    "schema": "casecheck/1",
    "case_id": "C-0001",
    "extracted_on": "2026-06-30",
    "opened_on": "2024-01-10",
}
CHILD = {"id": "child", "born": "2015-03"}
PLAN = {"id": "plan", "subject": "child", "level": "child_protection", "start": "2025-01-01"}
ACTION = {"id": "action", "plan": "plan", "kind": "visit", "set_on": "2025-01-02"}
NAME = "Marigold Thistlewaite"


def text(**fields: Any) -> bytes:
    return json.dumps({**TOP, **fields}).encode()


def refusal(data: bytes) -> NotACaseRecord:
    with pytest.raises(NotACaseRecord) as caught:
        read_record(data)
    assert caught.value.errors
    return caught.value


def errors(data: bytes) -> dict[str, str]:
    found = refusal(data).errors
    assert len({error.pointer for error in found}) == len(found)
    return {error.pointer: error.message for error in found}


def only(data: bytes) -> FieldError:
    (error,) = refusal(data).errors
    return error


def test_a_record_is_read() -> None:
    record = read_record(text(people=[CHILD], plans=[PLAN], actions=[ACTION], team=None))
    assert isinstance(record, CaseRecord)
    assert record.rows("plans") == record.plans
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - for worker processes


def test_escapes_and_space_are_json_like_any_other() -> None:
    data = text(people=[CHILD]).replace(b'"people"', b'"p\\u0065ople"')
    data = data.replace(b'"2024-01-10"', b'"2024\\u002d01-10"').replace(b": ", b" \t\r\n: ")
    assert read_record(b"\n " + data + b"\r\n").rows("people")


def test_the_exception_says_it_all_on_one_line() -> None:
    assert str(refusal(text(team="x"))).startswith("/team not a code of")


# Not JSON


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        (b"", "cut short", 1),
        (b'{"schema": "casecheck/1"', "cut short", 1),
        (b'{"schema": "casec', "cut short", 1),
        (b'{\n"schema": 1,\n}', "comma with nothing after it", 3),
        (b'{"a": 1}\n{"a": 1}', "follows the end of the record", 2),
        (b'{"a": "\x01"}', "control character", 1),
        (b'{"a": "\\ud800"}', "half of a character", 1),
        (b'{"a": "\\udc00"}', "half of a character", 1),
        (b'{"a": "\\ud800\\u0041"}', "half of a character", 1),
        (b'{"a": "\\uzzzz"}', "not JSON", 1),
        (b'{"a": "\\x41"}', "backslash", 1),
        (b'{"a": ' + b"[" * 100_000, "nested", 1),
        (b'{"a": ' * 100_000, "nested", 1),
        (b'{"a": 01}', "number", 1),
        (b'{"a": ' + b"9" * 5000 + b"}", "number", 1),
        (b"{a: 1}", "double quotes", 1),
        (b'{"a" 1}', "colon", 1),
        (b'{"a": 1 "b": 2}', "comma or a closing bracket", 1),
        (b'{"a": NaN}', "no JSON value", 1),
        (b'{"a": -Infinity}', "number", 1),
        (b"{'a': 1}", "double quotes", 1),
        (b"\x0b{}", "no JSON value", 1),
        (b"null\x00", "NUL", 1),
        ('{"a": 1}'.encode("utf-16-le"), "NUL", 1),
        (b'\n{"a": "\xff"}', "not UTF-8", 2),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8", 1),
        (b'{"a": "\xc0\x80"}', "not UTF-8", 1),
        (b"\xef\xbb\xbf{}", "byte order mark", 1),
    ],
)
def test_what_is_not_json_says_where_and_why(data: bytes, said: str, line: int) -> None:
    found = refusal(data)
    (error,) = found.errors
    assert error.pointer == ""
    assert said in error.message
    assert found.line == line


def test_the_column_counts_bytes_from_one() -> None:
    assert "(column 8)" in only(b'\n{"a": "\xff"}').message
    assert "(column 4)" in only(b"{} {}").message


def test_a_fault_without_a_place_is_told_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(NAME)

    monkeypatch.setattr("casecheck.record.json_text.jiter.from_json", broken)
    assert refusal(b"{}").line is None
    assert only(b"{}").message == "not JSON: no JSON value stands here"


@pytest.mark.parametrize("data", [b"[]", b"null", b'"x"', b"1", b"1e999", b"true", b"NaN"])
def test_a_record_is_an_object(data: bytes) -> None:
    assert only(data).pointer == ""


@pytest.mark.parametrize("number", [b"1" * 4000, b"1e999999", b"-0.0", b"1E400"])
def test_a_number_is_never_a_value(number: bytes) -> None:
    data = text(people=[{**CHILD, "born": "N"}]).replace(b'"N"', number)
    assert only(data).pointer == "/people/0/born"


# Names


def test_an_unknown_field_is_counted_and_named_only_where_it_is_spelt_as_fields_are() -> None:
    found = errors(text(people=[{"id": "child", NAME: 1, "school_year": 2}], **{f"{NAME} X": 2}))
    assert set(found) == {"", "/people/0", "/people/0/school_year"}
    assert found["/people/0"].startswith("field 2 of this object is unknown to the format")
    assert "the fields are id, pseudonym, born, history" in found["/people/0/school_year"]
    assert "field 6 " in found[""]


def test_a_misspelt_field_is_told_what_was_meant() -> None:
    plan = {**PLAN, "catgory": "neglect"}
    assert only(text(people=[CHILD], plans=[plan])).message.endswith("did you mean `category`?")
    assert "did you mean `people`?" in only(text(peoples=[])).message


def test_a_python_name_of_a_field_is_unknown() -> None:
    relation = {"id": "r", "kind": "parent_of", "from_": "child", "to": "child"}
    found = errors(text(people=[CHILD], relationships=[relation]))
    assert set(found) == {"/relationships/0", "/relationships/0/from"}
    assert "schema" in only(text(schema_="casecheck/1")).message


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (b'"id": "child"', b'"id": "other", "id": "child"', "/people/0/id"),
        (b'"id": "child"', b'"id": "child", "id": "child"', "/people/0/id"),
        (b'"id": "child"', b'"\\u0069d": "x:y", "id": "child"', "/people/0/id"),
        (b'"people": ', b'"people": null, "people": ', "/people"),
        (b'"schema": ', b'"schema": {"a": [1]}, "schema": ', "/schema"),
        (b'"level": ', b'"level": "early_help", "level": ', "/plans/0/level"),
    ],
)
def test_a_repeated_name_is_found(old: bytes, new: bytes, pointer: str) -> None:
    data = text(people=[CHILD], plans=[PLAN])
    assert read_record(data)
    repeating = data.replace(old, new, 1)
    assert repeating != data
    assert only(repeating) == FieldError(
        pointer, "given more than once in one object; give it once"
    )


def test_a_repeated_unknown_name_is_unknown() -> None:
    data = text(people=[CHILD]).replace(b'"id"', f'"{NAME}": 1, "{NAME}": 2, "id"'.encode())
    assert only(data).pointer == "/people/0"


def test_a_repeated_name_is_told_with_the_other_errors() -> None:
    data = text(people=[{**CHILD, "born": "08"}]).replace(b'"id"', b'"id": "a", "id"')
    assert set(errors(data)) == {"/people/0/id", "/people/0/born"}


# Values


@pytest.mark.parametrize(
    ("sections", "pointer", "said"),
    [
        ({"schema": "casecheck/2"}, "/schema", "not the string `casecheck/1`"),
        ({"schema": None}, "/schema", "null; give the string `casecheck/1`"),
        ({"case_id": "c1"}, "/case_id", "not a pseudonym of 3 to 32"),
        ({"extracted_on": "2026-06-31"}, "/extracted_on", "no such day in the calendar"),
        ({"opened_on": "1899-12-31"}, "/opened_on", "not a day written as YYYY-MM-DD, from 1900"),
        ({"opened_on": 5}, "/opened_on", "not a day"),
        ({"district": "north"}, "/district", "not a code of 1 to 32 capital letters"),
        ({"people": {}}, "/people", "not a list of rows"),
        ({"people": "child"}, "/people", "not a list of rows"),
        ({"people": [["child"]]}, "/people/0", "not a JSON object; a row is one"),
        ({"people": [None]}, "/people/0", "not a JSON object; a row is one"),
        ({"people": [CHILD, {}]}, "/people/1/id", "missing; give an id (1 to 32 letters"),
        ({"people": [{"id": None}]}, "/people/0/id", "null; give an id"),
        ({"people": [{"id": "7"}]}, "/people/0/id", "not an id"),
        (
            {"people": [{**CHILD, "born": "2015"}, {"id": "b", "born": 5}]},
            "/people/1/born",
            "not a birth",
        ),
        ({"people": [{**CHILD, "born": "2015-13"}]}, "/people/0/born", "not a birth written as"),
        ({"people": [{**CHILD, "born": "2015-03-02"}]}, "/people/0/born", "identifies a child"),
        ({"people": [{**CHILD, "born": "02/03/2015"}]}, "/people/0/born", "identifies a child"),
        ({"people": [{**CHILD, "born": "20150302"}]}, "/people/0/born", "identifies a child"),
        (
            {"people": [{**CHILD, "history": "x"}]},
            "/people/0/history",
            "not a list, of sexual_abuse_victim",
        ),
        (
            {"people": [{**CHILD, "history": ["x"]}]},
            "/people/0/history/0",
            "not one of sexual_abuse_victim",
        ),
        (
            {"people": [CHILD], "plans": [{**PLAN, "level": "cp"}]},
            "/plans/0/level",
            "not one of early_help, child_in_need",
        ),
        (
            {"people": [CHILD], "plans": [{**PLAN, "level": None}]},
            "/plans/0/level",
            "null; give one of early_help",
        ),
        (
            {"people": [CHILD], "plans": [{**PLAN, "start": None}]},
            "/plans/0/start",
            "null; give a day",
        ),
        (
            {"people": [CHILD], "plans": [{**PLAN, "end": "2101-01-01"}]},
            "/plans/0/end",
            "to 2100-12-31",
        ),
        (
            {"people": [CHILD], "plans": [{**PLAN, "subject": "no one"}]},
            "/plans/0/subject",
            "not the id of a row of people",
        ),
        (
            {"actions": [{**ACTION, "addresses": 5}]},
            "/actions/0/addresses",
            "of risks (1 to 32 letters, digits, _ and -, a letter first), or `none`",
        ),
        (
            {"actions": [{**ACTION, "closure_reason_recorded": 1}]},
            "/actions/0/closure_reason_recorded",
            "not true, false or null",
        ),
    ],
)
def test_an_error_names_the_place_and_says_what_to_give(
    sections: dict[str, Any], pointer: str, said: str
) -> None:
    error = only(text(**sections))
    assert error.pointer == pointer
    assert said in error.message


def test_all_errors_of_a_record_are_told() -> None:
    data = text(
        district="x",
        people=[{"id": "9"}, {"id": "b", "born": "x", "history": ["x"]}],
        plans=[{}],
    )
    assert list(errors(data)) == [
        "/district", "/people/0/id", "/people/1/born", "/people/1/history/0",
        "/plans/0/id", "/plans/0/subject", "/plans/0/level", "/plans/0/start",
    ]  # fmt: skip


def test_errors_beyond_the_limit_are_summed_up() -> None:
    rows = [{"id": f"p{number}", "born": "x"} for number in range(MAX_ERRORS)]
    assert len(refusal(text(people=rows)).errors) == MAX_ERRORS
    found = refusal(text(people=[*rows, {"id": "9"}])).errors
    assert len(found) == MAX_ERRORS + 1
    assert found[-1].pointer == ""
    assert "only the first 100" in found[-1].message
    same = [{"id": "child"}] * (MAX_ERRORS + 2)
    assert len(refusal(text(people=same)).errors) == MAX_ERRORS + 1


def test_millions_of_faults_are_refused_in_bounded_time() -> None:
    data = text(people="X").replace(b'"X"', b"[" + b"{}," * 300_000 + b"1]")
    assert len(refusal(data).errors) == MAX_ERRORS + 1


# Across rows


def test_a_repeated_id_is_found_across_sections() -> None:
    data = text(
        people=[CHILD, {"id": "child"}],
        incidents=[{"id": "child", "kind": "police", "on": "2025-01-01"}],
    )
    found = errors(data)
    assert list(found) == ["/people/1/id", "/incidents/0/id"]
    assert found["/people/1/id"].startswith("repeats /people/0/id")


def test_no_row_may_be_called_none() -> None:
    assert only(text(people=[{"id": "none"}])).pointer == "/people/0/id"


def test_the_record_opens_by_its_extract() -> None:
    assert read_record(text(opened_on="2026-06-30"))
    assert only(text(opened_on="2026-07-01")).pointer == "/opened_on"


@pytest.mark.parametrize("day", ["2024-01-10", "2026-06-30", None])
def test_the_record_closes_from_its_opening_to_its_extract(day: str | None) -> None:
    assert read_record(text(closed_on=day))


@pytest.mark.parametrize(
    ("day", "said"),
    [("2024-01-09", "before /opened_on"), ("2026-07-01", "after /extracted_on")],
)
def test_the_record_closes_neither_before_its_opening_nor_after_its_extract(
    day: str, said: str
) -> None:
    error = only(text(closed_on=day))
    assert error.pointer == "/closed_on"
    assert error.message.startswith(said)


def test_of_an_opening_that_may_be_any_earlier_day_no_closing_is_too_early() -> None:
    assert read_record(text(opened_on="../2024-01-10", closed_on="1990-05-01"))
    assert only(text(opened_on="../2024-01-10", closed_on="2026-07-01")).pointer == "/closed_on"


def test_a_reference_to_a_row_that_is_not_there_dangles() -> None:
    error = only(text(people=[CHILD], plans=[{**PLAN, "subject": "mother"}]))
    assert error.pointer == "/plans/0/subject"
    assert error.message.startswith("no row of people has this id")


def test_a_reference_into_a_section_of_the_wrong_kind_dangles() -> None:
    assert (
        only(text(people=[CHILD], plans=[{**PLAN, "subject": "plan"}])).pointer
        == "/plans/0/subject"
    )


def test_a_reference_into_an_unknown_section_stands() -> None:
    assert read_record(text(plans=[PLAN]))
    assert read_record(text(plans=[PLAN], people=None))


def test_a_reference_into_an_empty_section_dangles() -> None:
    assert only(text(people=[], plans=[PLAN])).pointer == "/plans/0/subject"


def test_a_reference_into_a_section_read_as_empty_dangles() -> None:
    agreement = {"id": "g", "category_change": "c", "recorded_on": "2025-01-01"}
    assert read_record(text(chair_agreements=[agreement]))
    assert read_record(text(chair_agreements=[agreement], plans=[PLAN]))
    assert (
        only(text(chair_agreements=[agreement], plans=[])).pointer
        == "/chair_agreements/0/category_change"
    )
    assert (
        only(text(chair_agreements=[agreement], people=[])).pointer
        == "/chair_agreements/0/category_change"
    )
    meeting = {"id": "m", "kind": "strategy", "on": "2025-01-01", "plan": "plan"}
    assert read_record(text(meetings=[meeting], risks=[]))
    assert only(text(meetings=[meeting], people=[])).pointer == "/meetings/0/plan"


def test_null_references_refer_to_nothing() -> None:
    action = {**ACTION, "for_person": None, "addresses": None, "continues": None}
    assert read_record(text(people=[CHILD], plans=[PLAN], risks=[], actions=[action]))


def test_an_action_may_address_no_risk() -> None:
    action = {**ACTION, "addresses": "none"}
    choices: list[list[Any] | None] = [None, []]
    for risks in choices:
        assert read_record(text(people=[CHILD], plans=[PLAN], actions=[action], risks=risks))


@pytest.mark.parametrize("plans", [None, [PLAN]])
def test_none_is_an_id_in_no_other_reference(plans: Any) -> None:
    action = {**ACTION, "plan": "none"}
    assert only(text(people=[CHILD], plans=plans, actions=[action])).pointer == "/actions/0/plan"


def test_an_action_continues_an_action() -> None:
    later = {**ACTION, "id": "later", "continues": "action"}
    assert read_record(text(actions=[ACTION, later]))
    later["continues"] = "earlier"
    assert only(text(actions=[ACTION, later])).pointer == "/actions/1/continues"


def test_each_reference_is_held_to_its_section() -> None:
    for section, fields in FIELDS.items():
        for spec in fields.values():
            if spec.target and spec.target != section:
                values = {
                    "id": "row", "date": "2025-01-01", "reference": "x", "code": None,
                }  # fmt: skip
                row = {
                    other.name: other.codes[0] if other.codes else values[other.kind]
                    for other in fields.values()
                    if other.role == "required"
                }
                row[spec.name] = "nowhere"
                assert read_record(text(**{section: [row]}))
                found = errors(text(**{spec.target: [], section: [row]}))
                assert f"/{section}/0/{spec.name}" in found


# Whatever the text


def test_what_only_the_quick_reading_refuses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "_count_fields", lambda _: 0)
    assert only(text()).message == "not a case record, for no known reason"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(NAME) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.just(NAME) | st.sampled_from(["id", "born"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def broken_records(draw: st.DrawFn) -> bytes:
    """Draw a record in which something is replaced, in its values or in its bytes."""
    record: dict[str, Any] = {**TOP, "people": [CHILD], "plans": [PLAN], "actions": [ACTION]}
    names = st.sampled_from([*record, *SECTIONS]) | st.just(NAME)
    for name in draw(st.lists(names, max_size=3)):
        record[name] = draw(json_values)
    row = {**CHILD, draw(st.sampled_from(["id", "born", "history", NAME])): draw(json_values)}
    if draw(st.booleans()):
        record["people"] = [row]
    data = json.dumps(record).encode()
    if draw(st.booleans()):
        start = draw(st.integers(0, len(data)))
        middle = draw(st.binary(max_size=3) | st.sampled_from([NAME.encode(), b'{"', b"[["]))
        data = data[:start] + middle + data[draw(st.integers(start, len(data))) :]
    return data


def outcome(data: bytes) -> CaseRecord | NotACaseRecord:
    try:
        return read_record(data)
    except NotACaseRecord as refused:
        return refused


TOP_LEVEL = {"", "schema", *CaseRecordModel.model_fields}


@given(broken_records() | st.binary(max_size=40))
def test_any_text_is_read_or_refused_and_nothing_is_repeated(data: bytes) -> None:
    result = outcome(data)
    if isinstance(result, CaseRecord):
        assert result.case_id == json.loads(data)["case_id"]
        return
    assert result.errors
    for error in result.errors:
        assert error.message
        assert "Marigold" not in error.pointer + error.message
        # An unknown field is named only where it is spelt as fields are.
        named = error.pointer.split("/")[1:2]
        assert named in [[], *([name] for name in TOP_LEVEL)] or re.fullmatch("[a-z_]+", named[0])


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_decoding_gives_the_value(value: Any) -> None:
    assert decode(json.dumps(value).encode()) == value


@given(st.binary(max_size=30) | st.text('{}[]":,\\ud80e1-. \n', max_size=30).map(str.encode))
def test_decoding_any_bytes_gives_a_value_or_a_place(data: bytes) -> None:
    place = None
    try:
        decode(data)
    except NotJson as fault:
        place = fault.line
    if place is not None:
        assert 1 <= place <= data.count(b"\n") + 1
