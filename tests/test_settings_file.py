"""A board's settings: what may stand in the file, which file it is, and what reports say of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import ROOT, Here

from casecheck.lessons.errors import RulesError
from casecheck.lessons.periods import Period, Standard, read_day
from casecheck.lessons.settings_file import BoardSettings, find_settings, read_settings

WHOLE = """\
add_rules = ["ours"]
waivers = "accepted.yaml"

[parameters."P1.1"]
carry_days = {value = 21, reason = "The board's plan of 2019"}

[parameters."P7.1"]
core_group_days = [{value = 42, until = 2026-03-31}, {value = 28, from = 2026-04-01}]
grace_days = 7

[checks_off]
"P7.1/quorum" = "Our meetings' attendance is not in the extract."
"P9.1" = "Audited by hand this year."
"""


def settings(folder: Path, text: str, name: str = "casecheck.toml") -> BoardSettings:
    (folder / "ours").mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


@pytest.mark.parametrize("project", [False, True])
def test_all_that_may_stand_in_it(tmp_path: Path, project: bool) -> None:
    if project:
        text = "[tool.casecheck]\n" + WHOLE.replace("[parameters", "[tool.casecheck.parameters")
        text = text.replace("[checks_off]", "[tool.casecheck.checks_off]")
        board, name = settings(tmp_path, text, "pyproject.toml"), "pyproject.toml"
    else:
        board, name = settings(tmp_path, WHOLE), "casecheck.toml"
    assert board.rules is None
    assert board.add_rules == (tmp_path / "ours",)
    assert board.waivers == tmp_path / "accepted.yaml"
    carry = board.settings.parameters["P1.1"]["carry_days"]
    assert (carry.standards, carry.set_by) == ((Standard(21),), name)
    assert carry.reason == "The board's plan of 2019"
    assert board.settings.parameters["P7.1"]["core_group_days"].standards == (
        Standard(42, Period(None, read_day("2026-03-31"))),
        Standard(28, Period(read_day("2026-04-01"), None)),
    )
    assert [(off.lesson, off.check, off.reason, off.set_by) for off in board.settings.off] == [
        ("P7.1", "quorum", "Our meetings' attendance is not in the extract.", name),
        ("P9.1", "", "Audited by hand this year.", name),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[parameters\n", "casecheck.toml:1:12: this is not TOML"),
        ("rules = 3\n", "casecheck.toml:1:1: `rules` is a path"),
        ('rules = ""\n', "`rules` is a path"),
        ("\nruls = 'x'\n", "casecheck.toml:2:1: no setting `ruls`: did you mean `rules`?"),
        ("add_rules = 'ours'\n", "`add_rules` is a list of folders"),
        ("add_rules = ['theirs']\n", "no folder"),
        ("add_rules = [3]\n", "`add_rules` is a path"),
        ("parameters = 3\n", "`parameters` is a table"),
        ("[parameters]\n'P1.1' = 3\n", "toml:2:2: the parameters of a lesson are"),
        ("[parameters.'P1.1']\ncarry_days = -1\n", "casecheck.toml:2:1: `carry_days`: a value is"),
        ("[parameters.'P1.1']\ncarry_days = 36526\n", "a whole number from 0 to 36,525"),
        ("[parameters.'P1.1']\ncarry_days = true\n", "a whole number"),
        ("[parameters.'P1.1']\ncarry_days = 2.5\n", "a whole number"),
        ("[parameters.'P1.1']\ncarry_days = '21'\n", "a whole number"),
        ("[parameters.'P1.1']\ncarry_days = []\n", "`carry_days` has no value"),
        ("[parameters.'P1.1']\ncarry_days = {from = 2026-01-01}\n", "a whole number"),
        ("[parameters.'P1.1']\ncarry_days = {value = 3, form = 2026-01-01}\n", "mean `from`"),
        ("[parameters.'P1.1']\ncarry_days = {value = 3, from = 2026}\n", "`from` of `carry_days`"),
        ("[parameters.'P1.1']\ncarry_days = {value = 3, reason = ''}\n", "needs its reason"),
        ("[parameters.'P1.1']\ncarry_days = {value = 3, from = 2026-02-01, until = 2026-01-01}\n",
         "`until` of `carry_days` comes before"),
        ("[parameters.'P1.1']\ncarry_days = [{value = 3}, {value = 4, from = 2026-02-01}]\n",
         "two values of `carry_days` hold on one day"),
        ("[checks_off]\n'P7.1/quorum' = ''\n", "toml:2:2: `P7.1/quorum` needs its"),
        ("[checks_off]\n'P7.1/quorum' = true\n", "needs its reason in words"),
        ("[checks_off]\n'P7.1/' = 'Why.'\n", "names no check: write LESSON/check, or LESSON"),
        ("[parameters.P1.1]\ncarry_days = 3\n", "an id with a dot goes in quotation marks"),
        ("[checks_off]\n'P7.1/quorum' = 'a\\u0007b'\n", "needs its reason in words"),
        ("x = '" + "y" * 1_000_001 + "'\n", "too large"),
        (".".join("a" * 200) + " = 1\n", "a line with too many dots in it"),
        ("x = " + "[" * 5_000 + "]" * 5_000 + "\n", "this is not TOML"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    text = text.replace("'a\\u0007b'", '"a\\u0007b"')
    with pytest.raises(RulesError) as error:
        settings(tmp_path, text)
    assert told in str(error.value)


@pytest.mark.parametrize("text", ["tool = 3\n# casecheck\n", "[tool.casecheck]\n"[:-3], "[x"])
def test_a_project_that_is_about_something_else(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(text)
    if "casecheck" in text and "=" not in text:
        with pytest.raises(RulesError, match="not TOML"):
            find_settings(tmp_path)
        return
    assert find_settings(tmp_path) != file
    with pytest.raises(RulesError, match=r"no table \[tool.casecheck\] here"):
        read_settings(file)


def test_a_fault_whose_key_stands_in_escapes_is_told_at_the_beginning(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"casecheck\.toml:1:1: no setting `rulés`"):
        settings(tmp_path, '\n"rul\\u00e9s" = 1\n')


def test_bytes_that_are_no_text_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "casecheck.toml"
    file.write_bytes(b"rules = '\xff'\n")
    with pytest.raises(RulesError, match="not UTF-8"):
        read_settings(file)
    with pytest.raises(RulesError, match="the settings are no file"):
        read_settings(tmp_path)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path), mode)

    tmp_path.joinpath("casecheck.toml").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RulesError, match="the settings cannot be read: Permission denied"):
        read_settings(tmp_path / "casecheck.toml")


def test_the_nearest_file_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_settings(deep) is None or tmp_path not in find_settings(deep).parents
    (tmp_path / "casecheck.toml").touch()
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find_settings(deep) == tmp_path / "casecheck.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.casecheck]\n")
    assert find_settings(deep) == tmp_path / "a" / "pyproject.toml"
    (tmp_path / "a" / "casecheck.toml").touch()
    assert find_settings(deep) == tmp_path / "a" / "casecheck.toml"


# What a command makes of it


@pytest.fixture
def board(tmp_path: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a board works: the shipped lessons, and a file of settings."""
    del here  # which goes to the root of the repository first
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("rules").symlink_to(ROOT / "rules")
    return tmp_path / "casecheck.toml"


CASE = str(ROOT / "sample_cases" / "c-0104.json")


@pytest.mark.slow
def test_every_report_states_every_deviation(board: Path, here: Here) -> None:
    board.write_text(WHOLE.replace('add_rules = ["ours"]\nwaivers = "accepted.yaml"\n', ""))
    sentences = [
        "P1.1.carry_days is 21 days, set by casecheck.toml: The board's plan of 2019"
        " (on the page: 28 days)",
        "P7.1.core_group_days is 42 days until 2026-03-31, 28 days from 2026-04-01, set by"
        " casecheck.toml (on the page: 42 days)",
        "P7.1.grace_days is 7 days, set by casecheck.toml (on the page: 14 days)",
        "P7.1/quorum is switched off by casecheck.toml: Our meetings' attendance is not in the"
        " extract.",
        "P9.1 is switched off by casecheck.toml: Audited by hand this year.",
    ]
    for report_format in ("text", "json", "jsonl", "csv", "sarif", "html"):
        told = " ".join(here("audit", CASE, "--format", report_format).text.split())
        for sentence in sentences:
            assert sentence in told.replace("\\u0027", "'"), report_format
    report = json.loads(here("audit", CASE, "--format", "json").out)
    assert report["settings"] == sentences
    assert "P9.1" not in report["rules"]["lessons"]
    assert "quorum" not in report["cases"][0]["lessons"]["P7.1"]["checks"]
    listed = here("rules", "list").text
    assert "set by casecheck.toml: The board's plan of 2019 (on the page: 28 days)" in listed
    assert "P7.1/quorum is switched off by casecheck.toml" in " ".join(listed.split())


def test_set_goes_over_the_file_and_the_file_may_be_left_out(board: Path, here: Here) -> None:
    board.write_text("[parameters.'P1.1']\ncarry_days = 21\n")
    over = here("rules", "list", "--set", "P1.1.carry_days=14").text
    assert "carry_days = 14 days, set by --set (on the page: 28 days)" in over
    assert "carry_days = 28 days\n" in here("rules", "list", "--no-settings").text
    other = board.with_name("other.toml")
    other.write_text("[parameters.'P1.1']\ncarry_days = 7\n")
    told = here("rules", "list", "--settings", str(other)).text
    assert "carry_days = 7 days, set by other.toml" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[parameters.'P1.2']\ncarry_days = 21\n",
            "casecheck.toml:2:1: no lesson `P1.2` among those in force, of rules: P1.1,",
        ),
        ("[parameters.'P1.1']\ncary_days = 21\n", "did you mean `carry_days`?"),
        ("[checks_off]\n'P7.1/quorums' = 'Why.'\n", "did you mean `quorum`?"),
        ("[checks_off]\n'P7' = 'Why.'\n", "no lesson `P7` among those in force"),
        ("nonsense\n", "casecheck.toml:1:9: this is not TOML"),
        ("waivers = 'gone.yaml'\n", "gone.yaml:1:1: no such file"),
    ],
)
def test_what_is_set_must_be_there(board: Path, here: Here, text: str, told: str) -> None:
    board.write_text(text)
    ended = here("audit", CASE)
    assert (ended.status, ended.out) == (2, b"")
    assert told in " ".join(ended.told.split())


@pytest.mark.slow
def test_each_setting_changes_the_digest(board: Path, here: Here) -> None:
    texts = [
        "",
        "[checks_off]\n'P7.1/quorum' = 'r'\n",
        "[checks_off]\n'P7.1/child-views' = 'r'\n",
        "[parameters.'P1.1']\ncarry_days = 21\n",
        "[parameters.'P1.1']\ncarry_days = {value = 28, from = 2020-01-01}\n",
        "[parameters.'P1.1']\ncarry_days = {value = 28, from = 2020-01-02}\n",
    ]
    digests = set()
    for text in texts:
        board.write_text(text)
        digests.add(json.loads(here("rules", "list", "--format", "json").out)["digest"])
    assert len(digests) == len(texts)


def test_what_is_switched_off_is_said_where_a_case_is_explained(board: Path, here: Here) -> None:
    board.write_text("[checks_off]\n'P1.1/chair-agreement' = 'On paper.'\n")
    said = "P1.1/chair-agreement is switched off by casecheck.toml: On paper."
    assert said in here("explain", "P1.1", "--case", CASE).text
    assert said in here("explain", "P1.1").text
    assert said in here("explain", "P1.1", "--check", "chair-agreement").told


def test_what_is_set_of_other_lessons_does_not_matter_to_a_folder(board: Path, here: Here) -> None:
    board.write_text(
        "[parameters.'P1.1']\ncarry_days = 21\n[checks_off]\n'P1.1' = 'a'\n'P7.1/quorum' = 'b'\n"
    )
    listed = here("rules", "list", "--rules", "rules/statutory")
    assert listed.status == 0
    assert "switched off" not in listed.text


def test_a_lesson_that_is_switched_off_says_so(board: Path, here: Here) -> None:
    board.write_text("[checks_off]\n'P9.1' = 'Audited by hand.'\n")
    ended = here("explain", "P9.1")
    assert ended.status == 2
    assert "P9.1 is switched off by casecheck.toml: Audited by hand." in ended.told


def test_all_switched_off_is_refused(board: Path, here: Here) -> None:
    lessons = json.loads(here("rules", "list", "--format", "json").out)["lessons"]
    off = "".join(f"'{lesson['id']}' = 'Why.'\n" for lesson in lessons)
    board.write_text(f"[checks_off]\n{off}")
    assert "the settings switch every check off" in here("audit", CASE).told


def test_folders_of_lessons(board: Path, here: Here) -> None:
    ours = board.with_name("ours")
    ours.mkdir()
    page = (ROOT / "rules" / "children_p" / "P8.2.yaml").read_text(encoding="utf-8")
    concepts = (ROOT / "rules" / "children_p" / "concepts.yaml").read_text(encoding="utf-8")
    (ours / "B1.yaml").write_text(page.replace("lesson: P8.2", "lesson: B1"), encoding="utf-8")
    board.write_text("add_rules = ['ours']\n[parameters.'P1.1']\ncarry_days = 21\n")
    listed = json.loads(here("rules", "list", "--format", "json").out)
    assert listed["lessons"][0]["id"] == "B1"
    assert len(listed["lessons"]) == 12
    assert listed["folder"] == "rules, ours"
    # A folder that is named is used alone, and what is set of other lessons does not matter.
    (ours / "concepts.yaml").write_text(concepts, encoding="utf-8")
    alone = json.loads(here("rules", "list", "--rules", "ours", "--format", "json").out)
    assert [one["id"] for one in alone["lessons"]] == ["B1"]
    other = json.loads(here("rules", "list", "--rules", "rules/statutory", "--format", "json").out)
    assert [one["id"] for one in other["lessons"]] == ["ST1.1", "ST2.1", "ST3.1"]
    board.write_text("rules = 'ours'\n")
    instead = json.loads(here("rules", "list", "--format", "json").out)
    assert [one["id"] for one in instead["lessons"]] == ["B1"]


def test_a_review_that_is_in_force_only_where_it_is_named(board: Path, here: Here) -> None:
    children_p = ROOT / "rules" / "children_p"
    for name, default in (("one", "true"), ("two", "false")):
        folder = board.with_name("sets") / name
        folder.mkdir(parents=True)
        for file in ("P8.2.yaml", "concepts.yaml"):
            text = (children_p / file).read_text(encoding="utf-8")
            text = text.replace("lesson: P8.2", f"lesson: B.{name}")
            for concept in ("neglect_concern", "sexual_abuse_concern", "substance_misuse_risk"):
                text = text.replace(concept, f"{name}_{concept}")
            text = text.replace("teenage_", f"{name}_teenage_")
            folder.joinpath(file).write_text(text, encoding="utf-8")
        review = f"review: {name}\ntitle: The {name}\nabout: Made up.\ndefault: {default}\n"
        folder.joinpath("review.yaml").write_text(review, encoding="utf-8")
    board.write_text("rules = 'sets'\n")
    listed = here("rules", "list").text
    assert "B.one" in listed
    assert "B.two" not in listed
    assert "Not in force: The two (sets/two)." in listed
    assert "B.two" in here("rules", "list", "--rules", "sets/two").text
    board.write_text("rules = 'sets'\nadd_rules = ['sets/two']\n")
    both = here("rules", "list").text
    assert "B.one" in both
    assert "B.two" in both
    twice = folder.joinpath("review.yaml").read_text().replace("review: two", "review: one")
    folder.joinpath("review.yaml").write_text(twice)
    assert "the review one stands in another folder too" in here("rules", "list").told
    page = folder.joinpath("P8.2.yaml")
    page.write_text(page.read_text().replace("lesson: B.two", "lesson: B.ONE"))
    folder.joinpath("review.yaml").write_text(twice.replace("review: one", "review: two"))
    assert "B.one differs from B.ONE in capitals only" in here("rules", "list").told.replace(
        "B.ONE differs from B.one", "B.one differs from B.ONE"
    )
    folder.joinpath("review.yaml").write_text("review: x\ndefault: maybe\n")
    told = here("rules", "list").told
    assert "a review lacks `title`" in told
    assert "default is true or false" in told
