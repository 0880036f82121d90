"""Every command says what it does and how, and the shell can complete it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import make_lists
import pytest
import qag_cycle
from command_line import COMMANDS, ROOT, Ended, Here, casecheck
from make_api import child_of, text_of
from make_exports import exports_of, write_exports
from make_looked_after import returns as looked_after
from make_returns import Inventor, return_of
from make_ssd import tables_of, write_folder
from once import make_once
from test_register_kept import fill

from casecheck import __version__
from casecheck.cli import cli, run
from casecheck.intake.sources.key_file import new_key

AUDIT_CYCLE = {"sample", "pack", "judge", "estimate", "runs", "compare"}
FOUND_NOTHING = {("whois",)}
"""Commands that end with 1 on files of the tests: the child of the example is in no census here."""


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, with the words that call it."""
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), cli)]
    while waiting:
        words, command = waiting.pop()
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                waiting.append(((*words, name), inner))


def test_these_are_all_the_commands() -> None:
    assert sorted(words for words, _ in commands()) == sorted(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_by_either_option_with_an_example(here: Here, words: tuple[str, ...]) -> None:
    long, short = here(*words, "--help"), here(*words, "-h")
    assert long == short
    assert (long.status, long.err) == (0, b"")
    assert long.text.startswith(f"Usage: {' '.join(('casecheck', *words))}")
    assert "Example: casecheck" in long.text


OF_ALL_LESSONS = {
    ("board",), ("rules", "docs"), ("rules", "lint"), ("rules", "mutate"), ("rules", "test"),
    ("rules", "diff"),
}  # fmt: skip
"""Their examples ask all lessons, or show all: slow, as what proves them elsewhere is."""
EXAMPLES = [
    pytest.param(
        words,
        marks=[pytest.mark.slow] * (words in OF_ALL_LESSONS)
        + [pytest.mark.longest] * (words == ("rules", "mutate")),
        id=" ".join(words),
    )
    for words in COMMANDS
]


def a_source(folder: Path) -> None:
    """Put what imports read into a folder: an invented return, invented lists, and a key."""
    reference = date(2026, 3, 31)
    children = list(Inventor(1, reference).children(3))
    folder.joinpath("census.xml").write_text("".join(return_of(children, reference)))
    folder.joinpath("children.json").write_text(text_of(map(child_of, children)))
    write_folder(tables_of(children), folder / "ssd_tables")
    today = date(2026, 6, 30)
    make_lists.write_lists(folder / "annex_a.xlsx", make_lists.Inventor(1, today).children(3))
    new_key(folder / "board.key")
    write_exports(folder / "exports", exports_of(children, 1, reference))
    (folder / "return_903").mkdir()
    for name, rows in looked_after(3, 1, reference):
        text = "".join(",".join(row) + "\n" for row in rows)
        folder.joinpath("return_903", f"{name}.csv").write_text(text)


@pytest.mark.parametrize("words", EXAMPLES)
def test_the_example_of_the_help_works(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sample_cases", "rules"):
        tmp_path.joinpath(name).symlink_to(ROOT / name)
    if words and words[0] in AUDIT_CYCLE:
        qag_cycle.whole(tmp_path, judged=words[0] in {"judge", "estimate"})
    if words and words[0] == "import":
        a_source(tmp_path)
    monkeypatch.chdir(tmp_path)
    if words[:1] == ("register",) and words[1:] not in {("update",), ("enter",)}:
        fill(Path("casecheck.db"), 1)
    make_once(monkeypatch)
    if words and words[0] in ("key", "whois", "guard"):
        _write_identities(words)
    command = dict(commands())[words]
    assert command.epilog
    example = re.match(r"Example: casecheck (.*)", command.epilog)
    assert example
    assert run(shlex.split(example[1])) == int(words in FOUND_NOTHING)


def _write_identities(words: tuple[str, ...]) -> None:
    """Put what the examples name into the folder: a key, a census, what is to be looked through."""
    for name in ("casecheck.key", "copy-of-casecheck.key"):
        if words not in {("key",), ("key", "new")}:
            assert run(["key", "new", name]) == 0
    for name in ("extract.jsonl", "casecheck.toml"):
        Path(name).touch()
    Path("packs").mkdir()
    Path("census.xml").write_text("<a><LAchildID>1</LAchildID></a>", encoding="utf-8")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_has_a_long_name_and_says_what_it_is_for(words: tuple[str, ...]) -> None:
    for parameter in dict(commands())[words].params:
        if isinstance(parameter, click.Option):
            assert any(re.fullmatch(r"--[a-z-]{2,}", name) for name in parameter.opts)
            assert parameter.help


def test_the_version(here: Here) -> None:
    assert here("--version").text == f"casecheck, version {__version__}\n"


@pytest.fixture
def completed_here(here: Here, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ended]:
    """Complete what was typed as bash would have it, in this process."""

    def complete(typed: str) -> Ended:
        monkeypatch.setenv("_CASECHECK_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" ")) - 1))
        return here()

    return complete


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(here: Here, shell: str) -> None:
    """As the help says: `eval "$(_CASECHECK_COMPLETE=bash_source casecheck)"`."""
    ended = casecheck(env={"_CASECHECK_COMPLETE": f"{shell}_source"})
    assert ended.status == 0
    assert f"_CASECHECK_COMPLETE={shell}_complete" in ended.text
    assert "_CASECHECK_COMPLETE=bash_source casecheck" in " ".join(here("-h").text.split())


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("casecheck ", {"audit", "check", "explain", "rules", "schema"}),
        ("casecheck au", {"audit"}),
        ("casecheck audit --fail", {"--fail-on"}),
        ("casecheck audit --format js", {"json", "jsonl"}),
        ("casecheck rules ", {"list"}),
    ],
)
def test_words_are_completed(
    completed_here: Callable[[str], Ended], typed: str, completed: set[str]
) -> None:
    ended = completed_here(typed)
    assert ended.status == 0
    assert completed <= {line.partition(",")[2] for line in ended.text.splitlines()}


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("casecheck audit sample_c", {"file,sample_c"}),
        ("casecheck check sample_c", {"file,sample_c"}),
        ("casecheck explain P1.1 --case sample_c", {"file,sample_c"}),
        ("casecheck audit --rules ru", {"file,ru"}),
        ("casecheck audit sample_cases --lesson P8", {"plain,P8.1", "plain,P8.2"}),
        ("casecheck explain P8", {"plain,P8.1", "plain,P8.2"}),
        ("casecheck explain --rules rules/statutory S", {f"plain,ST{n}.1" for n in (1, 2, 3)}),
        ("casecheck explain --rules nowhere S", set()),
    ],
)
def test_paths_and_lessons_are_completed(
    completed_here: Callable[[str], Ended], typed: str, completed: set[str]
) -> None:
    """`file` asks the shell to complete a path."""
    ended = completed_here(typed)
    assert (ended.status, ended.err) == (0, b"")
    assert set(ended.text.split()) == completed


def test_completion_that_no_shell_asks_for_is_no_success() -> None:
    assert casecheck(env={"_CASECHECK_COMPLETE": "ksh_source"}).status == 1
