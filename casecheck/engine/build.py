"""Say what durable-rules needs to be compiled here, how it was compiled, and how it should be.

From a wheel that is not installed yet, before pip tries to compile:

    PYTHONPATH=casecheck-0.1.0-py3-none-any.whl python3 -m casecheck.engine.build
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

CURE = (
    "durable-rules must be compiled for this Python, with optimisation. Run:\n"
    '  CPPFLAGS="-O2 -DPyEval_CallObject=PyObject_CallObject" \\\n'
    "    python -m pip install --force-reinstall --no-deps --no-cache-dir"
    " --no-binary durable_rules durable_rules==2.0.28\n"
    "It needs a C compiler and Python's headers (Debian: gcc python3-dev; macOS: xcode-select"
    " --install)."
)
SLOW = f"The rules engine was compiled without optimisation: audits take longer. {CURE}"

FIRST, LAST = (3, 11), (3, 13)
"""The versions of Python for which the engine compiles and is tested."""

_ELF_X86_64 = (b"\x7fELF", b"\x3e\x00")
# push %rbp; mov %rsp, %rbp: gcc begins every function so without optimisation (219 of them in this
# engine), and hardly any with it (3).
_PROLOGUE = b"\x55\x48\x89\xe5"
_MANY = 50


def is_unoptimised(file: Path | None = None) -> bool:
    """Say whether the engine's machine code was made without optimisation.

    Told from the code itself, on Linux on x86-64 only; elsewhere False. `file` is the compiled
    module, by default the one that this Python would import.
    """
    if file is None:
        spec = find_spec("durable_rules_engine")
        if spec is None or spec.origin is None:
            return False
        file = Path(spec.origin)
    code = file.read_bytes()
    return (code[:4], code[18:20]) == _ELF_X86_64 and code.count(_PROLOGUE) > _MANY


def missing(version: tuple[int, ...] = sys.version_info[:2]) -> list[str]:
    """Say what this Python lacks to compile the engine, each with how to get it."""
    lacks = []
    if not FIRST <= version[:2] <= LAST:
        said = ".".join(map(str, version[:2]))
        lacks.append(f"this is Python {said}, which is not supported: use 3.11, 3.12 or 3.13")
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        lacks.append(
            f"there is no C compiler ({compiler}). On Debian or Ubuntu: sudo apt-get install gcc;"
            " on macOS: xcode-select --install"
        )
    header = Path(sysconfig.get_paths()["include"], "Python.h")
    if not header.is_file():
        lacks.append(
            f"Python's headers are missing ({header}). On Debian or Ubuntu: sudo apt-get install"
            " python3-dev"
        )
    return lacks


def cannot_import() -> str:
    """Say that the engine cannot be imported, what is missing here, and what to run."""
    lacks = "".join(f"Missing here: {lack}.\n" for lack in missing())
    return f"The rules engine cannot be imported. {lacks}{CURE}"


def main() -> int:
    """Print whether casecheck's rules engine can be compiled here; return the exit status."""
    lacks = missing()
    for lack in lacks:
        print(f"casecheck cannot be set up: {lack}", file=sys.stderr)
    if not lacks:
        print("There is all that it takes to compile casecheck's rules engine.")
    return 1 if lacks else 0


if __name__ == "__main__":
    sys.exit(main())
