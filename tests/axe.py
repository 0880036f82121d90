"""Finds axe-core, which reads a page as people with a disability meet it.

It is the file `axe.min.js` of the package axe-playwright-python (of which nothing else is used), or
of the npm package axe-core, named by `CASECHECK_AXE`. What asks for it is skipped without.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from chromium import Browser


def _file() -> Path | None:
    if named := os.environ.get("CASECHECK_AXE"):
        return Path(named)
    package = find_spec("axe_playwright_python")
    places = (package and package.submodule_search_locations) or []
    return next((file for one in places if (file := Path(one, "axe.min.js")).is_file()), None)


FILE = _file()
needs_axe = pytest.mark.skipif(
    FILE is None,
    reason="axe-core is not here: `pip install --no-deps axe-playwright-python`, or CASECHECK_AXE",
)


def violations(page: Browser) -> list[str]:
    """What axe has against the page that is open: the rule, and the first element."""
    assert FILE is not None
    page.run(FILE.read_text(encoding="utf-8") + ";0")
    found = page.run(
        "axe.run().then(told => told.violations.map(one => one.id + ' ' + one.nodes[0].html))"
    )
    assert isinstance(found, list)
    return found
