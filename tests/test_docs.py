"""README and docs: shown outputs have not drifted, and links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Here

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def test_shown_outputs_have_not_drifted() -> None:
    ran = subprocess.run(
        [sys.executable, "tools/outputs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_to_be_installed_from_an_index_that_does_not_have_it(page: Path) -> None:
    assert "pip install casecheck" not in page.read_text(encoding="utf-8").replace('"', "")


def test_make_qag_installs_the_extra() -> None:
    make = shutil.which("make")
    assert make
    ran = subprocess.run([make, "--dry-run", "qag"], cwd=ROOT, capture_output=True, check=True)
    assert b"pip install" in ran.stdout
    assert b'--editable ".[qag]"' in ran.stdout


@pytest.mark.parametrize("command", ["test", "lint", "mutate"])
def test_the_lesson_of_the_manual_passes_its_own_proof(
    here: Here, tmp_path: Path, command: str
) -> None:
    manual = (ROOT / "docs" / "writing-a-lesson.md").read_text(encoding="utf-8")
    (page,) = re.findall(r"```yaml\n(lesson: B1\.1\n.*?)```", manual, re.DOTALL)
    file = tmp_path / "B1.1.yaml"
    file.write_text(page, encoding="utf-8")
    ended = here("rules", command, str(file))
    assert ended.status == 0, ended.text


def test_every_module_is_on_the_map() -> None:
    """The table of modules names every file of the package, and none that is gone."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = {
        name
        for line in text.splitlines()
        if line[:3] == "| `"
        for name in re.findall(r"`([\w/.]+)`", line.split("|")[1])
    }
    package = ROOT / "casecheck"
    files = {path.name for path in package.glob("*.py")} - {
        "__init__.py",
        "__main__.py",
        "results.py",
    }
    folders = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    assert table == (files | folders) - {"cli/"}
