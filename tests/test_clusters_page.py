"""The page about clusters: its code runs, where what it is for is installed."""

from __future__ import annotations

import doctest
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, SAMPLES

from casecheck import audit_partition, load_rules

PAGE = ROOT / "docs" / "clusters.md"
FILE = SAMPLES / "small-families.jsonl"

pytestmark = pytest.mark.slow


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
    results, script, extract = (tmp_path / one for one in ("results", "script.py", "extract"))
    extract.mkdir()
    # A line that is not to be cut at U+2028, nor to end the audit at a byte that is no UTF-8.
    records = FILE.read_bytes() + b'{"team": "\xe2\x80\xa8\xff"}\n'
    (extract / "records.jsonl").write_bytes(records)
    names = f"records = {str(extract)!r}\nresults = {str(results)!r}\n"
    script.write_text(names + code, encoding="utf-8")
    # A process of its own, as a reader runs it: the python3 on its path may be another.
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    written = [
        json.loads(line)
        for file in results.iterdir()
        if not file.name.startswith(("_", "."))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    found = [json.loads(one["text"]) if "text" in one else one for one in written]
    meant = [json.loads(one) for one in audit_partition(records.splitlines(), load_rules())]
    for one in (*found, *meant):
        del one["line"]  # of its part
        if "case_id" not in one:
            assert one.pop("errors")  # Spark gives U+FFFD for such a byte
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, meant))
