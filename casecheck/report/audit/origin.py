"""Where the rules of a report come from: the folders, the settings file, and whether as shipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from casecheck.lessons.lesson import RulePack, Rules
from casecheck.lessons.page_files import real_path
from casecheck.lessons.shipped import is_shipped, shipped_folder
from casecheck.text.printable import encodable

OWN = "casecheck itself"
"""In place of the folder of the rules that are shipped, wherever that is on this machine."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The folders of rules and the settings file that decided what was asked, and their digest.

    `shipped`: the digest in force is one of those of the rules that casecheck ships.
    `pages_shipped`: the pages are those, whatever a board has set. `options` is what to type to ask
    by the same rules again. `packs` are the folders of pages with version and digest: the lock.
    """

    digest: str
    folders: Sequence[str]
    settings_file: str | None
    shipped: bool
    pages_shipped: bool
    options: Sequence[str] = ()
    packs: Sequence[RulePack] = ()

    def rules_words(self) -> str:
        """Say where the rules come from, to follow `Rules sha256:...`."""
        folders = _named(self.folders)
        if self.shipped:
            return f"from {folders}, as casecheck ships them"
        if self.pages_shipped:
            with_settings = " and ".join(self._set_by()) or "settings"
            return f"from {folders}, the pages as casecheck ships them, with {with_settings}"
        return f"from {folders}: NOT the rules that casecheck ships"

    def _set_by(self) -> list[str]:
        """Say what sets something otherwise than the pages have it."""
        by_file = ["settings of the board"] if self.settings_file else []
        return by_file + ["settings typed with --set"] * ("--set" in self.options)

    def settings_words(self) -> str:
        """Say which settings file was used, "" where none was."""
        return f"Settings file {self.settings_file}" if self.settings_file else ""

    def sentences(self) -> list[str]:
        """Say both, and name each pack, each as a sentence of its own."""
        rules = f"Rules {self.digest}, {self.rules_words()}"
        every = (rules, *map(str, self.packs), self.settings_words())
        return [sentence for sentence in every if sentence]

    def as_json(self) -> dict[str, object]:
        """Return the member `rules_from` of a JSON report."""
        return {
            "digest": self.digest,
            "folders": [encodable(one) for one in self.folders],
            "shipped": self.shipped,
            "pages_shipped": self.pages_shipped,
            "settings_file": encodable(self.settings_file) if self.settings_file else None,
            "packs": packs_object(self.packs),
        }


def packs_object(packs: Iterable[RulePack]) -> list[dict[str, object]]:
    """Return the lock of a JSON report: each pack with its version and its pages' digest."""
    return [
        {
            "pack": one.review or None,
            "version": one.version or None,
            "folder": encodable(_folder_words(Path(one.folder))),
            "digest": one.digest,
        }
        for one in packs
    ]


def origin_of(
    rules: Rules, folders: Sequence[Path], settings_file: Path | None, options: Sequence[str] = ()
) -> Origin:
    """Return where rules come from that were loaded from these folders by these settings."""
    return Origin(
        digest=rules.digest,
        folders=[_folder_words(folder) for folder in folders],
        settings_file=str(settings_file) if settings_file else None,
        shipped=is_shipped(rules.digest),
        pages_shipped=is_shipped(rules.as_written),
        options=options,
        packs=rules.packs,
    )


def _named(folders: Sequence[str]) -> str:
    """Name folders of rules; the sets that are shipped stand together, as one place."""
    sets = [one.removeprefix(f"{OWN}, ") for one in folders if one.startswith(f"{OWN}, ")]
    others = [one for one in folders if one != OWN and not one.startswith(f"{OWN}, ")]
    if not sets:
        own = [OWN] if OWN in folders else []
    else:
        between = ", with its " if OWN in folders else ", "
        own = [f"{OWN}{between}{' and '.join(sets)}"]
    return ", ".join([*own, *others])


def _folder_words(folder: Path) -> str:
    """Return a folder's name; of what is shipped no path of this machine, unless it is below."""
    if not folder.is_absolute() or Path.cwd() in real_path(folder).parents:
        return str(folder)
    home = real_path(shipped_folder())
    if home in (real_path(folder), *real_path(folder).parents):
        below = real_path(folder).relative_to(home).as_posix()
        return OWN if below == "." else f"{OWN}, {below}"
    return str(folder)
