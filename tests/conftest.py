"""What several test files share."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import amounts
import pytest
from command_line import RULES, Here

from casecheck.text import kept

amounts.load_profile()
kept.folder = lambda: None
"""Commands in processes of their own keep what they compile, for all of the run; in this process
tests change what loading and compiling do, so that nothing may be taken from elsewhere."""
if kept.VARIABLE not in os.environ:
    os.environ[kept.VARIABLE] = tempfile.mkdtemp(prefix="casecheck-tests-kept-")
    atexit.register(shutil.rmtree, os.environ[kept.VARIABLE], ignore_errors=True)


def pytest_collection_finish() -> None:
    """Let the collector pass over what all tests share: thousands of tests, the shipped rules.

    And let it come seldom: what tests keep for each other grows, and is looked through each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def here(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Here:
    """Run commands in this process: `here("audit", "sample_cases")`."""
    return Here(capsysbinary, monkeypatch)


@pytest.fixture(scope="session")
def one_lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one lesson: where a process is tried and not the rules, it loads no more."""
    folder = tmp_path_factory.mktemp("one lesson")
    folder.joinpath("P1.1.yaml").symlink_to(RULES / "children_p" / "P1.1.yaml")
    return folder
