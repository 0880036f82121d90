"""Read a board's settings: `casecheck.toml`, or `[tool.casecheck]` in `pyproject.toml`.

`docs/settings.md` describes the file. Everything in it is checked; what is unknown is an error with
the likely meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casecheck.lessons.errors import PageError, RulesError, did_you_mean
from casecheck.lessons.lesson import Off
from casecheck.lessons.nodes import Place
from casecheck.lessons.periods import NUMBER, Period, Standard, is_number, overlapping, read_day
from casecheck.lessons.setting import Setting
from casecheck.lessons.settings import Settings
from casecheck.lessons.shipped import shipped_set

SETTINGS_FILE = "casecheck.toml"
_PROJECT_FILE = "pyproject.toml"
_KEYS = ("rules", "add_rules", "parameters", "checks_off", "waivers", "weights")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_MAX_BYTES = 100_000
_MAX_DOTS = 100
"""In one line: what reads TOML takes time and memory by the square of a key's dots."""
_MAX_TEXT = 500
_WORD = re.compile(r"[\w/-]+(?:\.[\w/-]+)*")
MOST_WEIGHT = 100
"""No weight may be more: with one so great, nothing else would count."""
_VALUE = {"value", "from", "until", "reason"}


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """What a settings file says; paths are those of the file, taken from its folder.

    `rules` is the folder of lessons, None for the default; `add_rules` are more of them. `weights`
    are by what reports put cases in order, as `docs/settings.md` names them.
    """

    file: Path | None = None
    rules: Path | None = None
    add_rules: tuple[Path, ...] = ()
    waivers: Path | None = None
    weights: Mapping[str, int] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)


def find_settings(start: Path) -> Path | None:
    """Return the nearest settings file: in this folder, or the nearest above it that has one."""
    for folder in (start, *start.parents):
        own, project = _near(folder / SETTINGS_FILE), _near(folder / _PROJECT_FILE)
        if own.is_file():
            return own
        if project.is_file() and _of_project(project) is not None:
            return project
    return None


def _of_project(file: Path) -> Any:
    """Return what a project's file says under [tool.casecheck]; None where it has no such table."""
    with suppress(RulesError):  # a file that cannot be read says nothing of casecheck
        if "casecheck" not in _text(file):
            return None
    tools = _load(file).get("tool")
    return tools.get("casecheck") if isinstance(tools, dict) else None


def read_settings(file: Path) -> BoardSettings:
    """Return what a settings file says.

    Raises:
        RulesError: with every fault, its line and the likely cure.
    """
    loaded = _of_project(file) if file.name == _PROJECT_FILE else _load(file)
    if not isinstance(loaded, dict):
        message = "no table [tool.casecheck] here"
        raise RulesError([PageError(str(file), 1, 1, message)])
    return _Reader(file, _text(file)).settings(loaded)


def _load(file: Path) -> dict[str, Any]:
    text = _text(file)
    if any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        raise RulesError([PageError(str(file), 1, 1, "a line with too many dots in it")])
    import tomllib  # noqa: PLC0415 - most who start have no settings

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        said = f": {str(error)[: place.start()].strip()}" if place else ""
        message = f"this is not TOML{said}; texts go in quotation marks, and no key stands twice"
        raise RulesError([PageError(str(file), line, column, message)]) from None


def _text(file: Path) -> str:
    try:
        if not file.is_file():
            raise RulesError([PageError(str(file), 1, 1, "the settings are no file")])
        with file.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        message = f"the settings cannot be read: {error.strerror}"
        raise RulesError([PageError(str(file), 1, 1, message)]) from None
    if len(data) > _MAX_BYTES:
        raise RulesError([PageError(str(file), 1, 1, "too large for a file of settings")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        message = "the file is not UTF-8 text: save it as UTF-8"
        raise RulesError([PageError(str(file), line, column, message)]) from None


def _near(path: Path) -> Path:
    """Return a path as seen from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


class _Reader:
    """Reads one file, and gathers its faults."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.words: dict[str, tuple[int, int]] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            told = "" if line.lstrip().startswith("#") else line
            for found in _WORD.finditer(told):
                for word in {found[0], *found[0].split(".")}:
                    self.words.setdefault(word, (number, told.index(word, found.start()) + 1))
        self.errors: list[PageError] = []

    def settings(self, loaded: Mapping[str, Any]) -> BoardSettings:
        for key in loaded:
            if key not in _KEYS:
                self.fault(key, f"no setting `{key[:64]}`: {did_you_mean(key, _KEYS)}")
        found = BoardSettings(
            file=self.file,
            rules=self._rules("rules", loaded.get("rules")),
            add_rules=tuple(self._paths("add_rules", loaded.get("add_rules", []))),
            waivers=self._path("waivers", loaded.get("waivers")),
            weights=dict(self._weights(self._table("weights", loaded))),
            settings=Settings(
                self._parameters(self._table("parameters", loaded)),
                tuple(self._off(self._table("checks_off", loaded))),
            ),
        )
        if self.errors:
            raise RulesError(self.errors)
        return found

    def fault(self, key: str, message: str) -> None:
        """Keep a fault, at the first line that names the key."""
        self.errors.append(self._place(key).error(message))

    def _place(self, key: str) -> Place:
        """Return where a key first stands: the reader of TOML does not tell."""
        line, column = self.words.get(key, (1, 1))
        return Place(str(self.file), line, column)

    def _table(self, key: str, loaded: Mapping[str, Any]) -> dict[str, Any]:
        value = loaded.get(key, {})
        if isinstance(value, dict):
            return value
        self.fault(key, f"`{key}` is a table: [{key}]")
        return {}

    def _path(self, key: str, value: object) -> Path | None:
        if value is None:
            return None
        if isinstance(value, str) and value and "\0" not in value:
            return _near(self.file.parent / value)
        self.fault(key, f"`{key}` is a path, such as {key} = 'our-{key}'")
        return None

    def _rules(self, key: str, value: object) -> Path | None:
        """Return a folder of lessons, by its path, or of a set that casecheck ships by its name."""
        path = self._path(key, value)
        if path is None or path.exists() or "/" in str(value):
            return path
        return shipped_set(str(value)) or path

    def _paths(self, key: str, value: object) -> Iterator[Path]:
        if not isinstance(value, list):
            self.fault(key, f"`{key}` is a list of folders, such as {key} = ['our-lessons']")
            return
        for item in value:
            path = self._rules(key, item)
            if path is not None and not path.is_dir():
                self.fault(key, f"no folder {path}")
            elif path is not None:
                yield path

    # --- checks that are switched off ---

    def _off(self, table: Mapping[str, Any]) -> Iterator[Off]:
        for name, reason in table.items():
            lesson, slash, check = name.partition("/")
            text = self._reason(name, reason)
            if slash and not check:
                self.fault(name, f"`{name[:64]}` names no check: write LESSON/check, or LESSON")
                continue
            if text:
                yield Off(lesson, check, text, self.file.name, self._place(name))

    def _reason(self, key: str, value: object) -> str:
        if isinstance(value, str) and value.strip():
            # Its many patterns take long to make, and most settings give no reason.
            from casecheck.intake.sources.guard import looks_like  # noqa: PLC0415

            text = " ".join(value.split())
            if looks := looks_like(text):
                self.fault(
                    key, f"the reason of `{key[:64]}` holds what looks like {looks}: say it without"
                )
                return ""
            if text.isprintable() and len(text) <= _MAX_TEXT:
                return text
        self.fault(key, f"`{key[:64]}` needs its reason in words, at most {_MAX_TEXT} characters")
        return ""

    # --- weights ---

    def _weights(self, table: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
        for name, value in table.items():
            if isinstance(value, dict):
                self.fault(name, f'an id with a dot goes in quotation marks: "{name[:64]}..." = 2')
            elif isinstance(value, bool) or not isinstance(value, int):
                self.fault(name, f"`{name[:64]}`: a weight is a whole number, 0 to {MOST_WEIGHT}")
            elif not 0 <= value <= MOST_WEIGHT:
                self.fault(name, f"`{name[:64]}`: a weight is from 0 to {MOST_WEIGHT}")
            else:
                yield name, value

    # --- parameters ---

    def _parameters(self, table: Mapping[str, Any]) -> dict[str, dict[str, Setting]]:
        found: dict[str, dict[str, Setting]] = {}
        for lesson, named in table.items():
            if not isinstance(named, dict):
                message = f'the parameters of a lesson are a table: [parameters."{lesson}"]'
                self.fault(lesson, message)
                continue
            if any(isinstance(one, dict) and not _VALUE & one.keys() for one in named.values()):
                message = f'an id with a dot goes in quotation marks: [parameters."{lesson}..."]'
                self.fault(lesson, message)
                continue
            for name, value in named.items():
                setting = self._setting(name, value)
                if setting is not None:
                    found.setdefault(lesson, {})[name] = setting
        return found

    def _setting(self, name: str, value: object) -> Setting | None:
        """Read a number, `{value = 21, reason = ...}`, or a list of values with from and until."""
        reason = ""
        if isinstance(value, dict) and "reason" in value:
            reason = self._reason("reason", value["reason"])
            value = {key: item for key, item in value.items() if key != "reason"}
        items = value if isinstance(value, list) else [value]
        standards = [self._standard(name, item) for item in items]
        known = tuple(one for one in standards if one is not None)
        if not known or len(known) < len(standards):
            if not standards:
                self.fault(name, f"`{name}` has no value: {NUMBER}")
            return None
        if overlapping(known):
            self.fault(name, f"two values of `{name}` hold on one day: end the earlier")
        return Setting(known, self.file.name, reason, self._place(name))

    def _standard(self, name: str, item: object) -> Standard | None:
        parts = item if isinstance(item, dict) else {"value": item}
        for key in parts:
            if key not in ("value", "from", "until"):
                hint = did_you_mean(key, ("value", "from", "until"))
                self.fault(key, f"a value of `{name}` has no `{key[:64]}`: {hint}")
                return None
        value = parts.get("value")
        if not isinstance(value, int) or not is_number(value):
            self.fault(name, f"`{name}`: {NUMBER}")
            return None
        days = {key: parts[key] for key in ("from", "until") if key in parts}
        read = {key: read_day(str(day)) for key, day in days.items()}
        for key, day in read.items():
            if day is None:
                self.fault(key, f"`{key}` of `{name}` is a day, YYYY-MM-DD")
        start, end = read.get("from"), read.get("until")
        if start and end and end < start:
            self.fault("until", f"`until` of `{name}` comes before `from`")
        return Standard(value, Period(start, end))
