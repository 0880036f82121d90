"""What several test files share."""

from __future__ import annotations

from pathlib import Path

import amounts
import pytest
from command_line import RULES, Here

amounts.load_profile()


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
