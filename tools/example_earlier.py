"""Make the audit of the year before for docs/audit-cycle.md, so that a change can be asked for.

`python tools/example_earlier.py` writes the sample cases, all of a year earlier and under other
names (B-0101 for C-0101), into the folder `last-year`, and audits them into casecheck.db as the
page does those of this year: a sample by risk, two auditors, their judgments. It prints the
commands. What it makes depends on the sample cases and the rules alone.
"""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

from example_judgments import fill_in

from casecheck.cli import run

COMMANDS = """\
casecheck audit last-year/ --lesson P1.1 --lesson P4.1 --lesson P7.1 --store casecheck.db --label 2025-06
casecheck sample --size 14 --design risk --seed "dice 6 2 2 5 1 4" --outcome breach --outcome insufficient_evidence --outcome compliant
casecheck pack --auditor anna --auditor ben --double 33 --format csv --output packs-2025
casecheck judge packs-2025/sample-1-anna.csv packs-2025/sample-1-ben.csv
"""  # noqa: E501 - as they are typed
YEAR = re.compile(r'(?<=["/])(\d{4})(-\d\d)(-29|)')


def main() -> None:
    """Write the families and run the commands; the packs are filled in before they are judged."""
    Path("last-year").mkdir()
    for file in sorted(Path("sample_cases").glob("*.json")):
        text = file.read_text(encoding="utf-8").replace('"C-', '"B-')
        Path("last-year", file.name).write_text(YEAR.sub(_a_year_before, text), encoding="utf-8")
    for command in COMMANDS.splitlines():
        if command.startswith("casecheck judge"):
            fill_in(Path("packs-2025"))
        print(command)
        with redirect_stdout(TextIOWrapper(BytesIO(), encoding="utf-8")):
            status = run(shlex.split(command)[1:])
        if status not in (0, 3):
            sys.exit(f"{command}: exit status {status}")


def _a_year_before(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    leap = "-28" if (month, day) == ("-02", "-29") else day
    return f"{int(year) - 1}{month}{leap}"


if __name__ == "__main__":
    main()
