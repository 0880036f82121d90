"""What a command prints depends on its input and the rules alone, byte for byte."""

from __future__ import annotations

import random
import subprocess
from functools import cache
from pathlib import Path

import pytest
from amounts import few
from command_line import ROOT, SAMPLES, Here, environment, many_commands
from run_many import apart

from casecheck.report.audit.formats import ON_A_STREAM as FORMATS

HERE_AND_THERE = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "LANG": "C"},
    {
        "PYTHONHASHSEED": "1",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.ISO8859-9",
        "LANG": "tr_TR.ISO8859-9",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONUTF8": "0",
        "COLUMNS": "40",
        "FORCE_COLOR": "1",
    },
)


QUICK = ("json",)
"""The formats that every run tries; all others are slow, and so is what takes all records."""
SLOW = [
    *(("audit", "sample_cases", "--format", name) for name in FORMATS),
    ("check", "sample_cases"),
    ("check", "sample_cases", "--format", "json"),
    ("explain", "P7.1"),
    ("rules", "list"),
    ("rules", "list", "--format", "json"),
    ("schema",),
]
ARGUMENTS: list[tuple[str, ...]] = [
    *(("audit", "sample_cases/c-0104.json", "--format", name) for name in QUICK),
    ("explain", "P7.1", "--case", "sample_cases/c-0101.json"),
]


@cache
def printed(
    commands: tuple[tuple[str, ...], ...],
) -> list[dict[tuple[str, ...], tuple[int, bytes]]]:
    """What each command ends with and prints, here and there, in a process each."""
    return [
        dict(
            zip(
                commands,
                apart(
                    subprocess.run(
                        many_commands(commands),
                        capture_output=True,
                        check=True,
                        env=environment(changed),
                        cwd=ROOT,
                    ).stdout
                ),
                strict=True,
            )
        )
        for changed in HERE_AND_THERE
    ]


@pytest.mark.parametrize("arguments", few([*ARGUMENTS, *SLOW], *ARGUMENTS), ids=" ".join)
def test_neither_hashes_nor_locale_nor_time_zone_nor_terminal_matter(
    arguments: tuple[str, ...],
) -> None:
    together = tuple(SLOW if arguments in SLOW else ARGUMENTS)
    (one, out), (other, other_out) = (each[arguments] for each in printed(together))
    assert one == other == 0
    assert out == other_out
    assert out


@pytest.mark.parametrize("report_format", few(FORMATS, "json"))
def test_the_order_of_the_paths_does_not_matter(
    here: Here, tmp_path: Path, report_format: str
) -> None:
    folder = tmp_path / "some of them"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.json*"))[::3]:
        folder.joinpath(path.name).write_bytes(path.read_bytes())
    files = sorted(map(str, folder.iterdir()))
    expected = here("audit", *files, "--format", report_format)
    shuffled = files * 2  # nor that a file is named twice
    random.Random(1).shuffle(shuffled)
    assert here("audit", *shuffled, "--format", report_format) == expected
    assert here("audit", folder, "--format", report_format) == expected
    assert here("check", *shuffled) == here("check", *files)


@pytest.mark.parametrize("report_format", few(FORMATS, *QUICK))
def test_the_number_of_processes_does_not_matter(
    here: Here, tmp_path: Path, one_lesson: Path, report_format: str
) -> None:
    """With more texts than one process is handed at a time, some of them unreadable."""
    lines = SAMPLES.joinpath("small-families.jsonl").read_bytes().splitlines()
    many = tmp_path / "many.jsonl"
    many.write_bytes(
        b"\n".join(
            line.replace(b"C-020", f"C-{number:04}-0".encode())[: 90 if number % 17 == 0 else None]
            for number, line in enumerate(lines * 40)
        )
    )
    words = ("audit", many, "--rules", one_lesson, "--format", report_format, "--jobs")
    one, two = here(*words, "1"), here(*words, "2")
    assert one.status == two.status == 3
    assert two.out == one.out
