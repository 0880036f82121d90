"""Pages as YAML: what a value is read as, and where a text begins."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from amounts import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from casecheck.lessons import yaml_nodes
from casecheck.lessons.errors import RulesError
from casecheck.lessons.yaml_nodes import MAX_DEPTH, Node, read_page


def plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def fault(text: str) -> str:
    with pytest.raises(RulesError) as raised:
        read_page(text, "p.yaml")
    (told,) = raised.value.errors
    return str(told)


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "_LOADER", getattr(yaml, request.param))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: -1", {"a": -1}),
        ("a: 0", {"a": 0}),
        ("a: 007", {"a": "007"}),
        ("a: 1.5", {"a": "1.5"}),
        ("a: 1e9", {"a": "1e9"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: 12345678901", {"a": "12345678901"}),
        ("a: true", {"a": True}),
        ("[True, TRUE, False, FALSE, Null, NULL]", [True, True, False, False, None, None]),
        ("[tRue, 'True']", ["tRue", "True"]),
        ("a: yes", {"a": "yes"}),
        ("a: b # c", {"a": "b"}),
        ("a: b #", {"a": "b"}),
        ("a: b ## c", {"a": "b"}),
        ("a: b#3", {"a": "b#3"}),
        ("a: 'b' #c", {"a": "b"}),
        ("a: 'b #3'", {"a": "b #3"}),
        ("a: >- #c\n  b #3", {"a": "b #3"}),
        ("a: b\n#c\n  #d\ne: f", {"a": "b", "e": "f"}),
        ("a: [b] #c", {"a": ["b"]}),
        ("on: off", {"on": "off"}),
        ("a: null", {"a": None}),
        ("a:", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: ''", {"a": ""}),
        ("a: 2026-06-30", {"a": "2026-06-30"}),
        ("a: '1'", {"a": "1"}),
        ('a: "true"', {"a": "true"}),
        ("a: >-\n  b\n  c", {"a": "b c"}),
        ("a: |\n  1\n", {"a": "1\n"}),
        ("- [a, {b: c}]", [["a", {"b": "c"}]]),
        ("---\na: 1\n", {"a": 1}),
        ("\ufeffa: 1", {"a": 1}),
        ("# only\na: ! 1", {"a": 1}),
        ("a: \u00a0é😀", {"a": "\u00a0é😀"}),
    ],
)
def test_what_a_value_is_read_as(text: str, value: object) -> None:
    assert plain(read_page(text, "p.yaml")) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "p.yaml:1:1: the page is empty"),
        ("# nothing", "p.yaml:1:1: the page is empty"),
        ("a: 1\nb: [", ": this is not YAML"),
        ("a: 'b", "this is not YAML"),
        ("a: 1\n\tb: 2", "p.yaml:2:1: this is not YAML"),
        ("é: \x01", "p.yaml:1:4: the page holds a character that YAML does not allow"),
        ("a: 1\nb: \ud800", "p.yaml:2:4: the page holds a character"),
        ("a: &b 1", "p.yaml:1:4: anchors"),
        ("&a b: 1", "p.yaml:1:1: a key is a plain word"),
        ("? [a]\n: b", "p.yaml:1:3: a key is a plain word"),
        ("a: !x b", "p.yaml:1:4: tags"),
        ("a: 1\n---\nb: 1", "p.yaml:2:1: a page is one document"),
        ("a: b #3", "p.yaml:1:6: the text is cut here: behind ` #` all is a remark"),
        ("a: b  ##3 c", "p.yaml:1:7: the text is cut here"),
        ("a: é😀 #3", "p.yaml:1:7: the text is cut here"),
        ("a: #3", "p.yaml:1:4: the text is cut here"),
        ("a: b\n  c #3\n  d\ne: f", "p.yaml:2:5: the text is cut here"),
        ("a: [b, c #3\n  ]", "p.yaml:1:10: the text is cut here"),
        ("{a: 3 #3\n}", "p.yaml:1:7: the text is cut here"),
        ("a:\r\n  b: c #3\r\n", "p.yaml:2:8: the text is cut here"),
        ("{a:b}", "p.yaml:1:3: write a blank behind the colon"),
        ("{a:\u00a0b}", "p.yaml:1:4: this is not an ordinary blank: retype it"),
        ("a:\n\u00a0 b: c", "p.yaml:2:1: this is not an ordinary blank: retype it"),
        ("a: 1\nb: 2\na: 3", "p.yaml:3:1: the key `a` is repeated"),
    ],
)
def test_what_is_refused(text: str, told: str) -> None:
    assert told in fault(text)


def test_how_deep_a_page_may_nest() -> None:
    assert read_page("[" * MAX_DEPTH + "a" + "]" * MAX_DEPTH, "p.yaml")
    assert f"nested deeper than {MAX_DEPTH} levels" in fault("[" * (MAX_DEPTH + 1) + "a")
    assert re.search("nested (too deep|deeper)", fault("[" * 100_000))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("- abc", 3),
        ("- 'abc'", 4),
        ('- "abc"', 4),
        ("- 'a''b'", None),
        ('- "a\\tb"', None),
        ("- >-\n  abc", None),
        ("- abc\n  def", None),
        ("- []", None),
    ],
)
def test_where_a_text_begins(text: str, column: int | None) -> None:
    place = read_page(text, "p.yaml").value[0].text_place
    assert (place and place.column) == column


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**8), 10**8)
    | st.text(st.characters(codec="ascii", exclude_categories=["Cc"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=tries(60))
@given(VALUES)
def test_json_is_read_as_json(value: object) -> None:
    assert plain(read_page(json.dumps([value]), "p.yaml")) == [value]
