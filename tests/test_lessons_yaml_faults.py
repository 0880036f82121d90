"""What is told of a page that is not YAML: the place to mend, what is wrong, and what to do."""

from __future__ import annotations

import re

import pytest
import yaml
from amounts import tries
from command_line import ROOT
from costs import steps, times_as_dear
from hypothesis import given, settings
from hypothesis import strategies as st

from casecheck.lessons import yaml_nodes
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.yaml_faults import why_not_yaml
from casecheck.lessons.yaml_nodes import MAX_PAGE_CHARACTERS, read_page

# The parsers' own words, and those that say what to do.
PARSERS_WORDS = re.compile("(?i)did not find|expected|scanning|parsing|context|token|not allowed")
CURE = re.compile(
    "close it|remove it|remove the sign|goes in quotation marks|put the|write |indent |look at"
    "|retype it|begins with `#`|quote the text|on the next line"
)
PAGE = (ROOT / "tests/pages/page_to_damage.yaml").read_text(encoding="utf-8")
PAGES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").rglob("*.yaml"))]
SIGNS = ":-'\"[]{}|>&*!%@#?,\t"
NOT_YAML = "this is not YAML: "

TITLE = "title: A teenage victim is considered for Early Help or MARAC, and MARAC sees the age\n"
SOURCE = "source:\n  review: children-p\n  finding: P8\n"
UNIT = "    value: 14\n    unit: days\n"
BASIS = "    basis: >-\n      A working assumption of this rule set, two weeks."
BOUND = "    for_each: {incident: incidents}\n    where:\n"
KIND = "      - incident.kind == 'domestic_abuse'\n"
WHERE = f"    where:\n{KIND}"
MEANS = "      - means: the decision took the age into account\n"
FRIEND = "      - {id: friend, born: 2010-06, history: []}\n"
TEENAGER = "      - {id: teenager, born: 2010-03, history: []}\n"
INCIDENT = (
    "    incidents: [{id: incident, kind: domestic_abuse, on: 2026-03-02, victim: teenager}]\n"
)
NAME = "    - name: no referral is recorded after the incident\n"
EXPECT = "      expect: {referral-considered: breach, marac-reflects-age: not_applicable}\n"

# What stands there, what is written instead, with a ^ before the place told, and what is told.
DAMAGES: dict[str, tuple[str, str, str]] = {
    # quotation marks
    "a text's quotation mark never closed": (
        TITLE, "title: ^'A teenage victim is considered\n", "closed only on line 27"),
    "a double one never closed": (
        "cite: \"Lesson P8.2, LSCB response on Children P, September 2017\"\n",
        "cite: ^\"Lesson P8.2, LSCB response on Children P, September 2017\n", "never closed"),
    "a quotation mark in brackets never closed": (
        "victim: teenager}]\n", "victim: ^\"teenager}]\n", "never closed: close it"),
    "one closed by another text's": (
        f"{TITLE}source:\n", 'title: ^"A teenage victim\nsource: "finding"\n',
        "closed only on line 4: close it where its text ends"),
    "one closed by a condition's": (
        f"{BOUND}{KIND}", f"    for_each: ^'{{incident: incidents}}\n    where:\n{KIND}",
        "closed only on line 27"),
    "a text over two lines in quotation marks, and more behind it": (
        TITLE, 'title: "A teenage\n  victim" ^is considered\n', "put the whole in the other kind"),
    "a condition that begins with a quotation mark": (
        KIND, "      - 'domestic_abuse' ^in incident.kind\n", "put the whole in the other kind"),
    "a text that begins with one": (
        TITLE, "title: 'MARAC' ^sees the age\n", "goes on behind its quotation mark"),
    "an apostrophe in single quotation marks": (
        TITLE, "title: 'A victim'^s age'\n", "goes on behind its quotation mark"),
    "an outer quotation mark of a list left out": (
        "where:\n      - decision.referral", "where: [^'decision]\n      - decision.referral",
        "closed only on line"),
    "a text in brackets that goes on": (
        "not_in_extract: [referrals]", "not_in_extract: ['refer'^rals]", "or write a comma"),
    "a whole condition in a line with an open mark": (
        WHERE, "    where:\n      ^\"- incident.kind == 'domestic_abuse'\n", "never closed"),
    "a key and its value in one quotation mark": (
        UNIT, "    'value: 14'\n    ^unit: days\n", "goes on neither with the line above"),
    "a backslash": (TITLE, 'title: ^"C:\\desk"\n', "a backslash has a meaning"),
    # colons
    "a colon in a text": (
        TITLE, "title: A teenage victim^: considered\n", "goes in quotation marks, or on the next"),
    "a colon in a text with brackets": (
        TITLE, "title: A teenager {a victim} is seen^: MARAC\n", "a `: ` stands within a text"),
    "a colon in a condition's meaning": (
        MEANS, "      - means: the age^: into account\n", "a text with `: ` in it"),
    "a colon in the second line of a text": (
        TITLE, "title: A teenage victim\n  is considered for two^: MARAC\n", "within a text"),
    "a key without its colon": (SOURCE, SOURCE.replace("review:", "^review"), "lacks its colon"),
    "a key without the blank": (SOURCE, SOURCE.replace("review: ", "^review:"), "with a blank"),
    "a key of other keys without its colon": (
        SOURCE, SOURCE.replace("source:", "^source"), "a key lacks its colon"),
    "a first key of an item without its colon": (
        NAME + EXPECT, NAME.replace("name:", "^name") + EXPECT, "write `key: value`"),
    "one with an empty line below it": (
        NAME + EXPECT, NAME.replace("name:", "^name") + "\n" + EXPECT, "write `key: value`"),
    "a key before a list without its colon": (
        WHERE, WHERE.replace("where:", "^where") + "    given: []\n", "a key lacks its colon"),
    "a key before `>-` without its colon": (
        BASIS, BASIS.replace("basis:", "^basis").replace("two", "two: or three"), "lacks its col"),
    "the page's first key without its colon": (
        "lesson: P8.2\n", "^lesson P8.2\n", "a key lacks its colon"),
    "the page's first key with another below it": (
        "lesson: P8.2\ntitle", "^lesson P8.2\n  title", "a key lacks its colon"),
    "a key before items without its colon": (
        "    people:\n", "    ^people\n", "a key lacks its colon"),
    "a first key before items without its colon": (
        "        referrals:\n          - {id: first", "        ^referrals\n          - {id: first",
        "a key lacks its colon"),
    "a first key before `>-` without its colon": (
        MEANS, "      - ^means >-\n          the age: into account\n", "a key lacks its colon"),
    "a key before brackets without its colon": (
        "    incidents: [{id: incident, kind", "    incidents [^{id: incident, kind",
        "what stands before this `{` is no key"),
    "an inner key before brackets without its colon": (
        FRIEND, "      - {id: friend, born: 2010-06, history ^[]}\n", "the comma or the colon"),
    "a colon behind a bracket": (
        BOUND, BOUND.replace("incidents}", "incidents}^:"), "behind a closed bracket: remove it"),
    # brackets
    "a list never closed": (
        "not_in_extract: [referrals]\n", "not_in_extract: ^[referrals\n", "still open when its"),
    "a mapping never closed": (EXPECT, EXPECT.replace("{", "^{").replace("}", ""), "close it"),
    "an inner mapping never closed": (
        INCIDENT, INCIDENT.replace("}]", "^]"), "the `{` of line 97 is not closed before this `]`"),
    "an outer list never closed": (
        INCIDENT, INCIDENT.replace("[", "^[").replace("}]", "}"), "still open when its line ends"),
    "a mapping never opened": (
        EXPECT, EXPECT.replace("{referral-considered", "referral-considered^").replace(
            ": not_applicable}", ": not_applicable}"), "write the `{` where it should begin"),
    "a list never opened": (
        INCIDENT, INCIDENT.replace("[{", "{").replace("}]", "}^]"), "was not opened: open it"),
    "a bracket in a text": (
        FRIEND, "      - {id: friend^[1], born: 2010-06, history: []}\n", "a bracket or a quo"),
    "a text that begins with a bracket": (
        TITLE, "title: [MARAC] ^sees the age\n", "behind a closed bracket"),
    "a remark in brackets": (
        INCIDENT, INCIDENT.replace("{", "^{").replace(" victim", " # victim"), "all is a remark"),
    "a comma left out": (
        FRIEND, "      - {id: friend born^: 2010-06, history: []}\n", "comma or the colon"),
    "a comma twice": (FRIEND, FRIEND.replace("friend,", "friend,^,"), "a value is missing"),
    "a closing bracket alone": (TITLE, "title: ^]\n", "a value is missing before this sign"),
    "a bracket before a key": (
        NAME + EXPECT, f"{NAME}  ^{{   {EXPECT.lstrip()}", "`{` does not belong here"),
    "a quotation mark before an item": (
        KIND, f"  ^'    {KIND.lstrip()}", "goes on behind it, or is not closed"),
    "a closing bracket alone behind others": (
        EXPECT, "      expect: ^]\n", "a value is missing before this sign"),
    "a bracket on a line of its own": (UNIT, f"{UNIT}    ^{{\n", "`{` does not belong here"),
    "a bracket at the end": (UNIT, f"{UNIT}    ^}}\n", "was not opened: open it"),
    # indents
    "a tab": (UNIT, "    value: 14\n^\tunit: days\n", "a tab stands where the line begins"),
    "a tab behind blanks": (UNIT, "    value: 14\n  ^\tunit: days\n", "indent with blanks"),
    "a tab in a folded text": (BASIS, "    basis: >-\n^\tA working assumption.", "indent with"),
    "a tab before an item": (KIND, f"^\t- under(18, incident.victim, today)\n{KIND}", "a tab"),
    "a key further left": (
        UNIT, "    value: 14\n   ^unit: days\n", "like the lines that it belongs to"),
    "a key further right": (
        UNIT, "    value: 14\n     ^unit: days\n", "stands deeper than the one above it"),
    "an item further left": (
        TEENAGER + FRIEND, f"{TEENAGER}     ^- {{id: friend}}\n", "where no list is"),
    "an item further right": (
        TEENAGER + FRIEND, f"{TEENAGER}       ^- {{id: friend}}\n", "began on line 95 at column 7"),
    "an item of keys further right": (
        NAME, "    - name\n      ^- name: no referral\n", "stands deeper than what is above it"),
    "an item without its dash": (
        KIND, f"{KIND}      ^incident.on <= today\n", "lacks its `- `"),
    "an item without the blank": (
        TEENAGER + FRIEND, f"{TEENAGER}      ^-{FRIEND.strip()[2:]}\n", "with `- `"),
    "an item behind its key": (WHERE, "    where: ^- incident.on <= today\n", "below its key"),
    "a text that begins with a dash": (TITLE, "title: ^- the age\n", "begins with `-` goes in"),
    "a page whose first key is indented": (
        "lesson: P8.2\ntitle", "  lesson: P8.2\n^title", "is not in line with this"),
    # signs
    "a text that begins with `@`": (TITLE, "title: ^@A teenage victim\n", "goes in quotation"),
    "a text that begins with a backtick": (TITLE, "title: ^`A teenage victim`\n", "goes in quot"),
    "a text that begins with `%`": (TITLE, "title: ^%A teenage victim\n", "goes in quotation"),
    "a text that begins with `& `": (TITLE, "title: ^& a teenage victim\n", "`&` or `*` goes in"),
    "a text that begins with `* `": (TITLE, "title: ^* a teenage victim\n", "`&` or `*` goes in"),
    "a text that begins with `!`": (TITLE, "title: ^!a!teenage victim\n", "begins with `!` goes"),
    "a text that begins with `|`": (TITLE, "title: ^|A teenage victim\n", "on the next line"),
    "a text that begins with `>`": (TITLE, "title: ^>18 days\n", "`>` or `|` goes in quotation"),
    "a text that begins with `? `": (TITLE, "title: ^? a teenage victim\n", "`?` goes in quotat"),
    # what is often written in other ways
    "a text below `>-` that is not indented": (
        BASIS, "    basis: >-\n    ^A working assumption of this rule set, two weeks.",
        "indent the text below `>-`"),
    "one that begins its line": (
        BASIS, "    basis: |\n^A working assumption of this rule set.", "indent the text below"),
    "a bullet": (KIND, "      ^* incident.kind == 'domestic_abuse'\n", "write `- `"),
    "a bullet below items": (KIND, f"{KIND}      ^* happened(incident.on)\n", "write `- `"),
    "another blank behind a colon": (TITLE, "title:^\u00a0A teenage victim\n", "ordinary blank"),
    "another blank behind an item's colon": (
        MEANS, "      - means:^\u00a0the decision\n", "ordinary blank: retype it"),
    "another blank before an item": (KIND, f"{KIND}^\u00a0     - today > 1\n", "ordinary blank"),
    "a line that begins with `%`": (TITLE, "title: one\n^% two\n", "does not begin with `%`"),
    "a line that begins with `,`": (UNIT, f"{UNIT}    ^, basis\n", "`,` does not belong here"),
}  # fmt: skip


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "_LOADER", getattr(yaml, request.param))


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_told_where_it_is_mended_with_its_cure(name: str) -> None:
    there, instead, told = DAMAGES[name]
    assert PAGE.count(there) >= 1, there
    start = PAGE.index(there)
    before = PAGE[:start] + instead[: instead.index("^")]
    page = before + instead[instead.index("^") + 1 :] + PAGE[start + len(there) :]
    with pytest.raises(RulesError) as raised:
        read_page(page, "p.yaml")
    (error,) = raised.value.errors
    assert told in error.message
    assert error.message.startswith(NOT_YAML)
    assert (error.line, error.column) == (
        before.count("\n") + 1, len(before) - before.rfind("\n"),
    ), error  # fmt: skip


def test_there_are_many_damages_and_none_in_the_page_itself() -> None:
    assert len(DAMAGES) >= 60
    assert read_page(PAGE, "p.yaml")


# --- at random -----------------------------------------------------------------------------------


def told_of(page: str) -> tuple[PageError, ...]:
    try:
        read_page(page, "p.yaml")
    except RulesError as error:
        return error.errors
    return ()


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@settings(max_examples=tries(300))
@given(st.data())
def test_one_sign_more_or_less_is_never_told_in_the_parsers_words(
    loader: str, data: st.DataObject
) -> None:
    page = data.draw(st.sampled_from(PAGES))
    page = page[: data.draw(st.sampled_from([600, 1500, 4000]))]
    at = data.draw(st.integers(0, len(page) - 1))
    sign = data.draw(st.sampled_from(["", *SIGNS]))
    damaged = page[:at] + sign + page[at if sign else at + 1 :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_nodes, "_LOADER", getattr(yaml, loader))
        for error in told_of(damaged):
            assert 1 <= error.line <= damaged.count("\n") + 2
            if error.message.startswith(NOT_YAML):
                assert not PARSERS_WORDS.search(error.message), error
                assert CURE.search(error.message), error


def test_what_no_cure_is_written_for_has_one_all_the_same() -> None:
    """Another version of the parser may say what this one does not."""
    mark = yaml.Mark("page", 0, 2, 3, None, None)
    error = yaml.MarkedYAMLError(None, None, "something new", mark)
    told = why_not_yaml(error, "a: 1\nb: 2\nc: 3\n", "p.yaml", yaml.SafeLoader)
    assert (told.line, told.column) == (3, 4)
    assert "look at this line and the one above" in told.message


@pytest.mark.slow
def test_the_largest_page_is_told_of_in_time() -> None:
    rows = PAGE + "".join(f"    - name: example {at}\n" for at in range(10**5))
    page, quarter, fortieth = (
        rows[: MAX_PAGE_CHARACTERS // share - 20] + "\nb: [c\nd: e\n" for share in (1, 4, 40)
    )
    told: list[PageError] = []
    assert steps(lambda: told.extend(told_of(page))) < 20 * len(page)
    assert ["still open" in one.message for one in told] == [True]
    # A page a tenth as long takes some tenth of it, and no hundredth.
    assert times_as_dear(lambda: told_of(quarter), lambda: told_of(fortieth)) < 40
