"""What several test files share."""

from __future__ import annotations

import amounts
import pytest
from command_line import Here

amounts.load_profile()


@pytest.fixture
def here(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Here:
    """Run commands in this process: `here("audit", "sample_cases")`."""
    return Here(capsysbinary, monkeypatch)
