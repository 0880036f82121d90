"""README and docs: shown outputs have not drifted, and links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from amounts import few
from command_line import Here
from once import load_once, make_once

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
# A file of ours in backticks, and after two colons what is defined there.
NAMED = re.compile(
    r"`((?:casecheck|tests|tools|benchmarks|docs)/(?:[\w/-]*\.\w+|[\w/-]*/))(?:::(\w+))?`"
)
OF_A_TIME = {"CHANGELOG.md"}
"""Pages that speak of what was there once."""


@pytest.mark.slow
@pytest.mark.longest  # for each change `make check` looks, within `.ci/run`
def test_shown_outputs_have_not_drifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor have the schemas and the pages of the lessons: `tools/outputs.py` renews all."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    import outputs  # noqa: PLC0415 - found on the path set above

    make_once(monkeypatch)
    monkeypatch.setattr("casecheck.lessons.loading.load_rules", load_once)
    assert outputs.renew(check=True) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_command_of_each_output_shown_can_be_read_and_copied(page: Path) -> None:
    """The comment that names it is not there for who reads the page."""
    text = page.read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    lines = {line.partition("   #")[0].strip() for line in shown.splitlines()}
    outputs = re.findall(r"<!-- output of: ([^|>]+?)(?: \| [^>]+)? -->", text)
    assert {*outputs} <= lines


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_to_be_installed_from_an_index_that_does_not_have_it(page: Path) -> None:
    assert "pip install casecheck" not in page.read_text(encoding="utf-8").replace('"', "")


def test_make_qag_installs_the_extra() -> None:
    make = shutil.which("make")
    assert make
    ran = subprocess.run([make, "--dry-run", "qag"], cwd=ROOT, capture_output=True, check=True)
    assert b"pip install" in ran.stdout
    assert b'--editable ".[qag]"' in ran.stdout


@pytest.mark.parametrize("command", few(["test", "lint", "mutate"], "test", "lint"))
def test_the_lesson_of_the_manual_passes_its_own_proof(
    here: Here, tmp_path: Path, command: str
) -> None:
    manual = (ROOT / "docs" / "writing-a-lesson.md").read_text(encoding="utf-8")
    (page,) = re.findall(r"```yaml\n(lesson: B1\.1\n.*?)```", manual, re.DOTALL)
    file = tmp_path / "B1.1.yaml"
    file.write_text(page, encoding="utf-8")
    ended = here("rules", command, str(file))
    assert ended.status == 0, ended.text


def on_the_map() -> dict[str, set[str]]:
    """The modules that the map names, by their rooms: a table below a heading `room/`."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    _, *rooms = re.split(r"^### `([\w/]+)/`$", text.split("\n## The map\n")[1], flags=re.MULTILINE)
    return {
        room: {
            name
            for line in table.splitlines()
            if line.startswith("| `")
            for name in re.findall(r"`(\w+\.py)`", line.split("|")[1])
        }
        for room, table in zip(rooms[::2], rooms[1::2], strict=True)
    }


def test_every_module_is_on_the_map() -> None:
    """Each room's table names every file of the room, and none that is gone."""
    package = ROOT / "casecheck"
    files: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        if path.parent != package and path.name != "__init__.py":
            room = path.parent.relative_to(package).as_posix()
            files.setdefault(room, set()).add(path.name)
    assert on_the_map() == files


def test_the_drawing_has_the_rooms_in_their_order() -> None:
    """CONTRIBUTING.md draws those rooms, in the order, to which tools/layout.py holds imports."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawing = text.split("<!-- the rooms, in order -->\n```text\n")[1].split("```")[0]
    drawn = re.findall(r"^[ |]+([a-z][a-z.]*)  ", drawing, re.MULTILINE)
    layout = (ROOT / "tools" / "layout.py").read_text(encoding="utf-8")
    order = re.findall(r'^    "([a-z.]+)",$', layout, re.MULTILINE)
    there = [
        room
        for room in order
        if any(
            (ROOT / "casecheck" / name).exists()
            for name in (room.replace(".", "/"), f"{room.replace('.', '/')}.py")
        )
    ]
    assert drawn == there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_of_the_code_is_there(page: Path) -> None:
    """Files of ours, and `file::name`: a function, class, test or constant of the file."""
    if page.name in OF_A_TIME:
        return
    gone = []
    for file, name in NAMED.findall(page.read_text(encoding="utf-8")):
        path = ROOT / file
        text = path.read_text(encoding="utf-8") if name and path.is_file() else ""
        there = re.search(rf"^ *(?:def|class) {name}\b|^{name}\b.*=|^{name}:", text, re.MULTILINE)
        if not path.exists() or (name and not there):
            gone.append(f"{file}::{name}" if name else file)
    assert gone == []
