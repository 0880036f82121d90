"""Keep what is written from the code the same as what the commands print.

That is the outputs shown in README.md and docs/, the JSON Schemas beside the rules, the pages
of docs/lessons, the digests by which casecheck knows the rules that it ships, and the table of the
fields of a case record.

A block to keep looks like this, the fence following its comment at once; `first N` shows that many
lines and says how many more there are, and of what `varies`, such as a key, the command is run and
what is shown stays:

    <!-- output of: casecheck audit sample_cases/ | first 40 -->

Run `python tools/outputs.py` to write all of it anew; with `--check` it writes nothing, and ends
with status 1 if something has drifted.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import asdict
from importlib import import_module, reload
from io import BytesIO, TextIOWrapper
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from casecheck.cli import run  # noqa: E402 - of this tree, installed or not
from casecheck.record.record_model import specs  # noqa: E402

BLOCK = re.compile(
    r"(?P<mark><!-- output of: (?P<command>[^|>]+?)"
    r"(?: \| (?:first (?P<first>\d+)|(?P<varies>varies)))? -->\n)"
    r"```(?P<kind>[a-z]*)\n(?P<shown>.*?)```\n",
    re.DOTALL,
)
SCRATCH = "<!-- run in a folder of its own, in order -->"
"""A page that says so has its commands run one after another in a folder with rules/, sample_cases/
and tools/."""
SCHEMAS = {
    ROOT / "rules" / f"{what}.schema.json": f"casecheck schema {what}"
    for what in ("lesson", "concepts", "review", "response", "measure")
}
"""The files that are the output of a command."""
DIGESTS = ROOT / "casecheck" / "lessons" / "shipped_digests.py"
FIELDS = ROOT / "casecheck" / "record" / "fields.json"


def files() -> list[Path]:
    """Return the pages that may show outputs, the schemas and the digests."""
    # The digests first: reports say whether the rules are those that are shipped.
    return [DIGESTS, FIELDS, ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *SCHEMAS]


def renewed(file: Path, text: str) -> str:
    """Return a schema, or a page with each block, as the commands print it now."""
    if file == DIGESTS:
        return shipped_digests()
    if file == FIELDS:
        return record_fields()
    if file in SCHEMAS:
        return _printed(SCHEMAS[file])
    if SCRATCH not in text:
        return BLOCK.sub(_block, text)
    with TemporaryDirectory(prefix="casecheck-docs-") as folder:
        for name in ("rules", "sample_cases", "tools"):
            Path(folder, name).symlink_to(ROOT / name)
        return BLOCK.sub(lambda found: _block(found, Path(folder)), text)


def lesson_pages(*, check: bool) -> list[str]:
    """Return which pages of docs/lessons have drifted, as the command says it; renew them."""
    drifted = _printed("casecheck rules docs --no-settings --check").splitlines()
    if drifted and not check:
        _printed("casecheck rules docs --no-settings")
    return drifted


def shipped_digests() -> str:
    """Return the module that holds the digest of each choice among the sets that are shipped."""
    sys.path.insert(0, str(ROOT))
    from casecheck.lessons.loading import load_rules  # noqa: PLC0415 - of this tree

    sets = sorted(page.parent for page in (ROOT / "rules").glob("*/review.yaml"))
    lines = [DIGESTS.read_text(encoding="utf-8").partition("\n")[0], "", "DIGESTS = frozenset("]
    lines.append("    {")
    for number in range(1, len(sets) + 1):
        for chosen in combinations(sets, number):
            names = ", ".join(one.name for one in chosen)
            digest = load_rules(chosen[0], more=chosen[1:]).digest
            lines += [f"        # {names}", f'        "{digest}",']
    return "\n".join([*lines, "    }", ")\n"])


def record_fields() -> str:
    """Return the table of a record's fields by section, as the models have them, one a line."""
    sections = []
    for section, fields in specs().items():
        lines = []
        for spec in fields:
            told = {name: value for name, value in asdict(spec).items() if value and name != "name"}
            lines.append(f'    "{spec.name}": {json.dumps(told)}')
        sections.append(f'  "{section}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _block(found: re.Match[str], folder: Path = ROOT) -> str:
    lines = _printed(found["command"], folder).splitlines()
    if found["varies"]:
        return found[0]
    if found["first"] and len(lines) > int(found["first"]):
        more = len(lines) - int(found["first"])
        lines = [*lines[: int(found["first"])], f"... and {more:,} lines more"]
    shown = "".join(f"{line.rstrip()}\n" for line in lines)
    return f"{found['mark']}```{found['kind']}\n{shown}```\n"


def _printed(command: str, folder: Path = ROOT) -> str:
    name, *arguments = shlex.split(command)
    if name == "python" and arguments[0].startswith("tools/"):
        status, out, err = _script(ROOT / arguments[0], arguments[1:], folder)
    elif name == "casecheck":
        status, out, err = _casecheck(arguments, folder)
    else:
        raise SystemExit(f"only casecheck's own outputs are kept, not those of {name}")
    if status not in (0, 1, 3):
        raise SystemExit(f"{command}: exit status {status}\n{err}")
    return out


def _casecheck(arguments: list[str], folder: Path) -> tuple[int, str, str]:
    """Run a command in this process, which has everything loaded, as in a pipe."""
    out, err = BytesIO(), BytesIO()
    with (
        chdir(folder),
        redirect_stdout(TextIOWrapper(out, encoding="utf-8")) as told,
        redirect_stderr(TextIOWrapper(err, encoding="utf-8")) as faults,
    ):
        status = run(arguments)
        told.flush()
        faults.flush()
        return status, out.getvalue().decode(), err.getvalue().decode()


def _script(file: Path, arguments: list[str], folder: Path) -> tuple[int, str, str]:
    ran = subprocess.run(  # noqa: S603 - our own script, as the page shows it
        [sys.executable, str(file), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


def renew(*, check: bool) -> list[str]:
    """Renew everything, or only check it; return what has drifted."""
    told = lesson_pages(check=check)
    for file in files():
        before = file.read_text(encoding="utf-8")
        after = renewed(file, before)
        if after != before:
            told.append(f"drifted: {file.relative_to(ROOT)}")
            if not check:
                file.write_text(after, encoding="utf-8")
                if file == DIGESTS:
                    _read_digests_again()
    return told


def _read_digests_again() -> None:
    """Let this process know the new digests: it has the old ones since its first command."""
    for name in ("shipped_digests", "shipped"):
        reload(import_module(f"casecheck.lessons.{name}"))


def main() -> int:
    """Renew or check everything; return the exit status."""
    check = sys.argv[1:] == ["--check"]
    told = renew(check=check)
    for line in told:
        print(line if check else f"renewed, since {line}")
    return 1 if check and told else 0


if __name__ == "__main__":
    sys.exit(main())
