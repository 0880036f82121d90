"""Measure the layout of the code, and hold its imports to one way.

    python tools/layout.py                 # the figures
    python tools/layout.py --check         # exit 1 where an import goes back up, or for click
    python tools/layout.py --root OTHER    # of another checkout

A room is a folder of modules. Rooms stand in an order, `ROOMS`, from the ground up; a module may
import what stands lower or in its own room, and nothing in its own room may go round in a circle.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = "casecheck"
ROOMS = (
    "text",
    "record",
    "results",
    "intake",
    "lessons",
    "response",
    "truth",
    "engine",
    "audit",
    "qag.extras",
    "qag.inference",
    "qag.store",
    "qag.sampling",
    "qag.packs",
    "qag.judgments",
    "qag.register",
    "qag.estimates",
    "measures",
    "report.html",
    "report.audit",
    "report.lessons",
    "report.qag",
    "report.measures",
    "report.board",
    "authoring",
    "api",
    "cli",
)
"""The rooms, and modules that are rooms of their own, from the ground up."""
COMMAND_LINE = "click"
"""What only `cli` knows: what decides stands below it, so that another face can call it."""
LONG_FILE = 400

Imports = Mapping[str, set[str]]
"""The modules of the package that each module imports, all by their dotted names."""


def modules_of(root: Path) -> dict[str, Path]:
    """Return the package's modules by dotted name, without the package's own."""
    package = root / PACKAGE
    found = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name and name != "__main__":
            found[name] = file
    return found


def imports_of(modules: Mapping[str, Path]) -> Imports:
    """Return what each module imports from the package, wherever in its text."""
    return {name: set(_imported(file, modules)) - {name} for name, file in modules.items()}


@cache
def _import_statements(file: Path) -> list[ast.AST]:
    """Return a module's imports, wherever in its text: read once, since several questions ask."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _imported(file: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in _import_statements(file):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        own = [name.removeprefix(f"{PACKAGE}.") for name in names if name.startswith(PACKAGE)]
        # `from package import module` is an import of the module, not of its folder's text.
        found = [name for name in own if name in modules]
        yield from found[1:] if len(found) > 1 and isinstance(node, ast.ImportFrom) else found


def room_of(module: str) -> str:
    """Return the room in which a module stands."""
    for room in sorted(ROOMS, key=len, reverse=True):
        if module == room or module.startswith(f"{room}."):
            return room
    return module.partition(".")[0]


def arrows_up(imports: Imports) -> list[str]:
    """Return each import of a room that stands higher, or of a room that has no place."""
    order = {room: place for place, room in enumerate(ROOMS)}
    return [
        f"{module} imports {other}"
        for module, others in imports.items()
        for other in sorted(others)
        if order.get(room_of(module), -1) < order.get(room_of(other), len(ROOMS))
    ]


def reaching_for_click(modules: Mapping[str, Path]) -> list[str]:
    """Return each module below `cli` that imports what the command line is made of."""
    return [
        f"{name} imports {COMMAND_LINE}, which only cli may"
        for name, file in modules.items()
        if room_of(name) != "cli" and COMMAND_LINE in _top_names(file)
    ]


def _top_names(file: Path) -> set[str]:
    """Return the packages that a module imports, wherever in its text."""
    names: list[str] = []
    for node in _import_statements(file):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return {name.partition(".")[0] for name in names}


def problems(root: Path) -> list[str]:
    """Return what breaks the order of the rooms, in sentences; nothing where all is well."""
    modules = modules_of(root)
    imports = imports_of(modules)
    wrong = arrows_up(imports) + reaching_for_click(modules)
    if round_about := circle(imports):
        wrong.append(f"a circle of imports: {' > '.join(round_about)}")
    return wrong


def circle(imports: Imports) -> list[str]:
    """Return the modules of a circle of imports, or nothing."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def longest_chain(imports: Imports) -> list[str]:
    """Return the longest chain of modules, each imported by the one before."""

    @cache
    def chain(module: str) -> tuple[str, ...]:
        below = max((chain(other) for other in sorted(imports[module])), key=len, default=())
        return (module, *below)

    return list(max((chain(module) for module in imports), key=len))


def figures(root: Path) -> str:
    """Return the layout's figures as text."""
    modules = modules_of(root)
    imports = imports_of(modules)
    folders = Counter(
        file.parent.relative_to(root).as_posix()
        for file in modules.values()
        if file.name != "__init__.py"
    )
    round_about = circle(imports)
    chain = [] if round_about else longest_chain(imports)
    lengths = {
        file.relative_to(root).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in modules.values()
    }
    long = sorted((file for file, lines in lengths.items() if lines > LONG_FILE))
    rooms = {(room_of(a), room_of(b)) for a, others in imports.items() for b in others}
    lines = [
        f"{sum(folders.values())} modules in {len(folders)} folders:",
        *(f"  {count:3} {folder}" for folder, count in sorted(folders.items())),
        f"{sum(a != b for a, b in rooms)} arrows between rooms",
        f"longest import chain: {len(chain)} modules: {' > '.join(chain)}",
        f"arrows back up: {len(arrows_up(imports))}",
        f"circle: {' > '.join(round_about) or 'none'}",
        f"{len(long)} files over {LONG_FILE} lines:",
        *(f"  {lengths[file]:3} {file}" for file in long),
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the figures, or what breaks the order."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    options = parser.parse_args()
    if not options.check:
        print(figures(options.root))
        return 0
    wrong = problems(options.root)
    print("\n".join(wrong) or "imports go one way")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
