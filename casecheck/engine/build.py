"""Say how durable-rules was compiled on this machine, and how it should be."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

CURE = (
    "durable-rules must be compiled for this Python, with optimisation. Run:\n"
    '  CPPFLAGS="-O2 -DPyEval_CallObject=PyObject_CallObject" \\\n'
    "    pip install --force-reinstall --no-deps --no-cache-dir --no-binary durable_rules"
    " durable_rules==2.0.28\n"
    "It needs a C compiler and Python's headers (Debian: gcc python3-dev; macOS: xcode-select"
    " --install)."
)
SLOW = f"The rules engine was compiled without optimisation: audits take longer. {CURE}"

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
        found = find_spec("durable_rules_engine")
        if found is None or found.origin is None:
            return False
        file = Path(found.origin)
    code = file.read_bytes()
    return (code[:4], code[18:20]) == _ELF_X86_64 and code.count(_PROLOGUE) > _MANY
