"""The comparison with other engines: each comes to what casecheck does, and the command runs."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT

PEERS = ROOT / "benchmarks" / "peers"
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("module", "package", "options"),
    [
        ("plain", "", {}),
        ("duck", "duckdb", {}),
        ("by_polars", "polars", {}),
        ("by_rego", "regopy", {"interpreter": "regopy"}),
        ("by_rego", "regorus", {"interpreter": "regorus"}),
        ("by_rule_engine", "rule_engine", {}),
        ("by_cel", "celpy", {}),
    ],
)
def test_a_peer_finds_what_casecheck_does(
    module: str,
    package: str,
    options: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if package:
        reason = f"{package} is not installed: see benchmarks/peers/requirements.txt"
        pytest.importorskip(package, reason=reason)
    monkeypatch.syspath_prepend(str(PEERS))
    file = tmp_path / "records.jsonl"
    for kind in ([], ["--cut-down"]):
        command = [sys.executable, str(PEERS / "records.py"), "--records", "40", *kind]
        file.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
        found = importlib.import_module(module).find(file, **options)
        assert found == importlib.import_module("product").find(file)
        kinds = {outcome for of in found.values() for outcome, _ in of.values()}
        assert len(kinds) == 4


def test_the_page_of_results(tmp_path: Path) -> None:
    command = [sys.executable, str(PEERS / "compare.py")]
    numbers = ["--proof", "5", "--records", "5", "--rounds", "1"]
    ended = subprocess.run([*command, *numbers], capture_output=True, check=True, cwd=tmp_path)
    page = ended.stdout.decode()
    assert f"compare.py {' '.join(numbers)}\n" in page
    assert page.count("\nCheaper than casecheck here: ") == page.count("\n## ") == 4
    of_polars = "| Polars | " if importlib.util.find_spec("polars") else "**Left out: Polars**"
    assert of_polars in page
    assert str(ROOT) not in page
    assert "/tmp" not in page  # noqa: S108 - no path of the machine
