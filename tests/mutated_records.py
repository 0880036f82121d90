"""Case records changed at random in every way that a file can be, and their audit in a process of
its own, which may take so much memory and processor time and no more.

`python tests/mutated_records.py FOLDER SEED NUMBER` audits NUMBER of them, one after another.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import resource
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
MOST_BYTES = 256 << 20
"""What the audit of one record may take in memory of its own: of the heap, and all that is mapped
to be written to."""
LONGEST = 8 << 20
"""Bytes of a mutated text, eight times what one record's may be: else making it took the memory."""
MOST_SECONDS = 10
"""What it may take of the processor's time."""
FORMATS = ("text", "json", "jsonl", "csv", "sarif", "html")
NAMES = ("r.json", "r.jsonl", "r.json.gz", "r.ndjson.gz", "r.JSON")
_STRANGE = (
    None, True, False, 0, -1, 1.5, 10**400, 1e308, "", " ", "\u0000", "\ud7ff", "\U0001f600",
    "e\u0301", "\u202e", "=1+1", "none", "a" * 5_000, "2024-02-30", "1900-01-01", "2100-12-31",
    "2024-2-3",
    "2024-02-03T00:00:00", "20240203", "2024-13", "9999-12-31", [], {}, [[]], [{}], [None],
    {"id": None},
)  # fmt: skip
_BYTES = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r\n", b"\n", b'"', b"\\", b"\\u", b"\\ud800", b"{", b"}",
    b"[", b"]", b",", b":", b"NaN", b"Infinity", b"-", b"1e999", b"\xed\xa0\x80", b"\xc3", b"/*",
    b"'", b"\x1b[2J",
)  # fmt: skip


@cache
def records() -> list[dict[str, Any]]:
    """Return the records to change: those of the sample cases."""
    files = sorted((ROOT / "sample_cases").glob("*.json"))
    return [json.loads(file.read_bytes()) for file in files]


def mutated(rng: Random) -> tuple[str, bytes]:
    """Return the name and the bytes of a file that was a record's."""
    record = copy.deepcopy(rng.choice(records()))
    for _ in range(rng.choice((0, 1, 1, 2, 5))):
        rng.choice(_OF_VALUES)(record, rng)
    text = json.dumps(record, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
    data = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        data = _deep(data, rng)
    for _ in range(rng.choice((0, 0, 1, 3))):
        data = rng.choice(_OF_BYTES)(data, rng)[:LONGEST]
    name = rng.choice(NAMES)
    if rng.random() < 0.05:
        data = data.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-32", "utf-8-sig")))
    if "l" in name or "nd" in name:
        lines = [data.replace(b"\n", b" "), b"", b"{}", data[: rng.randrange(1 + len(data))]]
        data = b"\n".join(rng.choices(lines, k=rng.randrange(1, 5)))
    if name.endswith(".gz"):
        data = gzip.compress(data, 1, mtime=0)
        if rng.random() < 0.2:
            data = rng.choice(_OF_BYTES)(data, rng)
    return name, data


def _rows(record: dict[str, Any], rng: Random) -> list[Any]:
    sections = [one for one in record.values() if isinstance(one, list) and one]
    return rng.choice(sections) if sections else []


def _another_value(record: dict[str, Any], rng: Random) -> None:
    at = rng.choice([record, *_rows(record, rng)])
    if isinstance(at, dict) and at:
        at[rng.choice(sorted(at))] = copy.deepcopy(rng.choice(_STRANGE))


def _no_value(record: dict[str, Any], rng: Random) -> None:
    at = rng.choice([record, *_rows(record, rng)])
    if isinstance(at, dict) and at:
        del at[rng.choice(sorted(at))]


def _value_of_another(record: dict[str, Any], rng: Random) -> None:
    rows = [one for one in _rows(record, rng) if isinstance(one, dict)]
    if len(rows) > 1:
        one, other = rng.sample(rows, 2)
        for name in rng.sample(sorted(one), min(2, len(one))):
            one[name] = other.get(name)


def _many_rows(record: dict[str, Any], rng: Random) -> None:
    """Copy rows, each with an id of its own, up to some that no family has."""
    rows = _rows(record, rng)
    plain = [one for one in rows if isinstance(one, dict)]
    for number in range(rng.choice((2, 20, 200, 1_000))):
        if not plain:
            return
        rows.append({**rng.choice(plain), "id": f"more-{len(rows)}-{number}"})


def _strange_name(record: dict[str, Any], rng: Random) -> None:
    at = rng.choice([record, *_rows(record, rng)])
    if isinstance(at, dict):
        at[rng.choice(("Zaphod", "", "a" * 3_000, "caseid", "\u202e", "plan"))] = 1


def _other_section(record: dict[str, Any], rng: Random) -> None:
    names = [one for one in record if isinstance(record[one], list)]
    if len(names) > 1:
        one, other = rng.sample(names, 2)
        record[one] = copy.deepcopy(record[other])


def _days_moved(record: dict[str, Any], rng: Random) -> None:
    for row in _rows(record, rng):
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, str) and len(value) == 10 and value[4] == "-":
                row[name] = f"{rng.randrange(1900, 2101)}{value[4:]}"


def _deep(data: bytes, rng: Random) -> bytes:
    depth = rng.choice((50, 200, 5_000, 100_000))
    opened = rng.choice((b"[", b'{"a":'))
    at = data.find(b":") + 1
    return data[:at] + opened * depth + data[at:]


def _byte(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_BYTES) + data[at + rng.randrange(2) :]


def _flipped(data: bytes, rng: Random) -> bytes:
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _piece_again(data: bytes, rng: Random) -> bytes:
    start, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    times = min(rng.choice((1, 2, 50)), LONGEST // max(end - start, 1))
    return data[:end] + data[start:end] * times + data[end:]


def _padded(data: bytes, rng: Random) -> bytes:
    return data + rng.choice((b" ", b"\n", b"\x00", b"{", b"[")) * rng.choice(
        (1, 10_000, 1_100_000)
    )


_OF_VALUES = (
    _another_value, _another_value, _no_value, _value_of_another, _many_rows, _strange_name,
    _other_section, _days_moved,
)  # fmt: skip
_OF_BYTES = (_byte, _byte, _flipped, _flipped, _cut, _piece_again, _padded)


def main(folder: Path, seed: str, number: int) -> int:
    """Audit records one by one by the command line, within bounds; return how many went wrong."""
    from casecheck.audit import running  # noqa: PLC0415 - the parent needs none of it
    from casecheck.audit.auditor import Auditor  # noqa: PLC0415
    from casecheck.cli import run  # noqa: PLC0415
    from casecheck.lessons import in_force  # noqa: PLC0415

    rules = in_force.load_rules(ROOT / "rules")
    auditor = Auditor(rules)
    wrong = 0
    for one in range(number):
        rng = Random(f"{seed} {one}")
        name, data = mutated(rng)
        file = folder / name
        file.write_bytes(data)
        how = rng.choice(FORMATS)
        written = io.BytesIO(), io.BytesIO()
        out, err = (io.TextIOWrapper(one, encoding="utf-8") for one in written)
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)  # which ends this process
        with (
            patch.object(in_force, "load_rules", lambda *_, **__: rules),
            patch.object(running, "Auditor", lambda _: auditor),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = run(["audit", str(file), "--format", how])
            sys.stdout.flush(), sys.stderr.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)
        said = b"".join(one.getvalue() for one in written)
        if status not in (0, 3) or b"Traceback" in said or b"Internal error" in said:
            wrong += 1
            print(f"seed {seed!r}, record {one} ({name}, {how}): exit {status}: {said[-300:]!r}")
        file.unlink()
    return wrong


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])) > 0)
