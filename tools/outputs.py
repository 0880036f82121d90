"""Keep the command outputs shown in README.md and docs/ the same as what the commands print.

A block to keep looks like this, the fence following its comment at once; `first N` shows that many
lines and says how many more there are:

    <!-- output of: casecheck audit sample_cases/ | first 40 -->

Run `python tools/outputs.py` to write the blocks anew; with `--check` it writes nothing, and ends
with status 1 if a block has drifted.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(
    r"(?P<mark><!-- output of: (?P<command>[^|>]+?)(?: \| first (?P<first>\d+))? -->\n)"
    r"```(?P<kind>[a-z]*)\n(?P<shown>.*?)```\n",
    re.DOTALL,
)


def pages() -> list[Path]:
    """Return the pages that may show outputs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def renewed(text: str) -> str:
    """Return a page with each block as its command prints it now."""
    return BLOCK.sub(_block, text)


def _block(found: re.Match[str]) -> str:
    lines = _printed(found["command"]).splitlines()
    if found["first"] and len(lines) > int(found["first"]):
        more = len(lines) - int(found["first"])
        lines = [*lines[: int(found["first"])], f"... and {more:,} lines more"]
    shown = "".join(f"{line.rstrip()}\n" for line in lines)
    return f"{found['mark']}```{found['kind']}\n{shown}```\n"


def _printed(command: str) -> str:
    name, *arguments = shlex.split(command)
    if name != "casecheck":
        raise SystemExit(f"only casecheck's own outputs are kept, not those of {name}")
    ran = subprocess.run(  # noqa: S603 - our own command, as the page shows it
        [sys.executable, "-m", "casecheck", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode not in (0, 1, 3):
        raise SystemExit(f"{command}: exit status {ran.returncode}\n{ran.stderr}")
    return ran.stdout


def main() -> int:
    """Renew or check all pages; return the exit status."""
    check = sys.argv[1:] == ["--check"]
    drifted = []
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = renewed(before)
        if after != before:
            drifted.append(page.relative_to(ROOT))
            if not check:
                page.write_text(after, encoding="utf-8")
    for page in drifted:
        print(f"{'drifted' if check else 'renewed'}: {page}")
    return 1 if check and drifted else 0


if __name__ == "__main__":
    sys.exit(main())
