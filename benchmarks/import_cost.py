"""What it costs to import a return of the Children in Need census, against reading its XML alone.

    python benchmarks/import_cost.py                          # 10,000 invented children, 5 rounds
    python benchmarks/import_cost.py --children 100000 --rounds 1 --command

In each round the same file is parsed in three ways and then imported, so that all of them meet the
same machine; the time is that of the processor. `bare` is expat without any handler: nobody gets to
know anything of the file. `handlers` is expat with handlers in Python that gather the text of each
element, as any reader in Python must; `iterparse` is `xml.etree.ElementTree.iterparse`, which
builds the elements in C, each child let go of as it ends. The import is held to the last two.

The import is what the command does between its options and its report: the file is read, its
children become records, and these are written. `--command` runs the whole command, in a process of
its own, and tells its largest memory too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from xml.etree import ElementTree
from xml.parsers import expat

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from make_returns import Inventor, return_of  # noqa: E402 - found on the path set above

from casecheck.audit.running import collected_seldom  # noqa: E402
from casecheck.intake.sources.cin_census import CinCensus  # noqa: E402
from casecheck.intake.sources.dirt import Faults  # noqa: E402
from casecheck.intake.sources.importing import RecordsFile, imported  # noqa: E402
from casecheck.intake.sources.key_file import KEY_BYTES, Key, new_key  # noqa: E402
from casecheck.intake.sources.pseudonyms import Pseudonyms  # noqa: E402

REFERENCE = date(2026, 3, 31)
CHUNK = 2**20


def write_return(file: Path, children: int) -> None:
    """Write a return of so many invented children."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(return_of(Inventor(1, REFERENCE).children(children), REFERENCE))


def parse_bare(file: Path) -> int:
    """Parse without a handler."""
    parser = expat.ParserCreate("utf-8")
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return 0


def parse_with_handlers(file: Path) -> int:
    """Parse with handlers that gather each element's text; return how many children there are."""
    children, texts = 0, list[str]()
    items: list[tuple[str, str]] = []

    def start(_: str, __: dict[str, str]) -> None:
        texts.clear()

    def end(name: str) -> None:
        nonlocal children
        items.append((name, "".join(texts)))
        texts.clear()
        if name == "Child":
            children += 1
            items.clear()

    def characters(text: str) -> None:
        texts.append(text)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return children


def parse_into_elements(file: Path) -> int:
    """Parse with `iterparse`; return how many children there are."""
    children = 0
    for _, element in ElementTree.iterparse(file, ("end",)):  # noqa: S314 - our own file
        if element.tag == "Child":
            children += 1
            element.clear()
    return children


def import_return(file: Path) -> int:
    """Import it; return how many records were made."""
    pseudonyms, number = Pseudonyms(Key(bytes(KEY_BYTES))), 0
    records = RecordsFile(file.parent)
    with collected_seldom():
        for one in imported(CinCensus([file], None, Faults()), pseudonyms):
            records.add(one)
            number += 1
    records.write(file.with_suffix(".jsonl"))
    records.close()
    return number


WAYS: dict[str, Callable[[Path], int]] = {
    "bare": parse_bare,
    "handlers": parse_with_handlers,
    "iterparse": parse_into_elements,
    "import": import_return,
}


def seconds(way: Callable[[Path], int], file: Path, children: int) -> float:
    """Return how many seconds of the processor a way takes; it must find all children."""
    began = time.process_time()
    found = way(file)
    taken = time.process_time() - began
    if found not in (0, children):
        raise AssertionError(f"{way.__name__} found {found} of {children} children")
    return taken


def run_command(file: Path) -> tuple[float, float, int]:
    """Return the seconds of the processor, those that passed, and the largest memory in KiB."""
    key, output = file.with_name("board.key"), file.with_suffix(".jsonl")
    if not key.exists():
        new_key(key)
    command = [sys.executable, "-m", "casecheck", "import", "cin-census", file]
    command += ["--key", key, "--output", output]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    passed = time.monotonic() - began
    if status:
        raise AssertionError(f"the command ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1024 if sys.platform == "darwin" else 1
    return used.ru_utime + used.ru_stime, passed, used.ru_maxrss // unit


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--children", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--command", action="store_true", help="run the whole command too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "census.xml"
        write_return(file, options.children)
        size = file.stat().st_size / 2**20
        print(f"{options.children:,} invented children, {size:.1f} MiB, {options.rounds} rounds")
        rounds = [
            {name: seconds(way, file, options.children) for name, way in WAYS.items()}
            for _ in range(options.rounds)
        ]
        for name in WAYS:
            every = [one[name] for one in rounds]
            print(f"{name:<10}least {min(every):7.2f} s   median {median(every):7.2f} s")
        for name in ("handlers", "iterparse"):
            ratios = sorted(one["import"] / one[name] for one in rounds)
            least = min(one["import"] for one in rounds) / min(one[name] for one in rounds)
            print(
                f"import / {name}: median of the rounds {median(ratios):.1f} "
                f"({ratios[0]:.1f} to {ratios[-1]:.1f}), of the least times {least:.1f}"
            )
        if options.command:
            used, passed, memory = run_command(file)
            print(f"the command: {used:.1f} s of the processor, {passed:.1f} s passed, ", end="")
            print(f"at most {memory / 1024:.0f} MiB of memory")


if __name__ == "__main__":
    main()
