"""The page about clusters: its code runs, where what it is for is installed."""

from __future__ import annotations

import doctest
import json
import re
import shutil
from pathlib import Path

import pytest
from command_line import ROOT, SAMPLES

from casecheck import audit_partition, load_rules

PAGE = ROOT / "docs" / "clusters.md"
FILE = SAMPLES / "small-families.jsonl"

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_the_examples_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried > 3) == (0, True)


@pytest.mark.parametrize("library", ["pyspark", "ray"])
def test_other_engines_audit_alike(library: str, tmp_path: Path) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed: pip install {library}")
    if library == "pyspark" and not shutil.which("java"):
        pytest.skip("Spark needs Java, which is not installed")
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (code,) = [one for one in blocks if f"import {library}" in one or f"from {library}" in one]
    results = tmp_path / "results"
    exec(compile(code, str(PAGE), "exec"), {"records": str(FILE), "results": str(results)})  # noqa: S102
    written = [
        json.loads(line)
        for file in results.iterdir()
        if not file.name.startswith(("_", "."))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    found = [json.loads(one["text"]) if "text" in one else one for one in written]
    meant = [
        json.loads(one) for one in audit_partition(FILE.read_bytes().splitlines(), load_rules())
    ]
    for one in (*found, *meant):
        del one["line"]  # of its part
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, meant))
