"""Where the rules of a report come from: the folders, the settings file, and whether as shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casecheck.text.printable import encodable


@dataclass(frozen=True, slots=True)
class Origin:
    """The folders of rules and the settings file that decided what was asked, and their digest.

    `shipped`: the digest in force is one of those of the rules that casecheck ships.
    `pages_shipped`: the pages are those, whatever a board has set. `options` is what to type to ask
    by the same rules again.
    """

    digest: str
    folders: Sequence[str]
    settings_file: str | None
    shipped: bool
    pages_shipped: bool
    options: Sequence[str] = ()

    def rules_words(self) -> str:
        """Say where the rules come from, to follow `Rules sha256:...`."""
        folders = ", ".join(self.folders)
        if self.shipped:
            return f"from {folders}, as casecheck ships them"
        if self.pages_shipped:
            return f"from {folders}, the pages as casecheck ships them, with settings of the board"
        return f"from {folders}: NOT the rules that casecheck ships"

    def settings_words(self) -> str:
        """Say which settings file was used, "" where none was."""
        return f"Settings file {self.settings_file}" if self.settings_file else ""

    def sentences(self) -> list[str]:
        """Say both, each as a sentence of its own."""
        told = [f"Rules {self.digest}, {self.rules_words()}", self.settings_words()]
        return [one for one in told if one]

    def as_json(self) -> dict[str, object]:
        """Return the member `rules_from` of a JSON report."""
        return {
            "digest": self.digest,
            "folders": [encodable(one) for one in self.folders],
            "shipped": self.shipped,
            "pages_shipped": self.pages_shipped,
            "settings_file": encodable(self.settings_file) if self.settings_file else None,
        }
