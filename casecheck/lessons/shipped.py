"""The sets of lessons that casecheck ships: where they are, and by what names they are asked."""

from __future__ import annotations

from pathlib import Path

from casecheck.lessons.loading import review_of
from casecheck.lessons.page_files import REVIEW_PAGE, real_path
from casecheck.lessons.shipped_digests import DIGESTS


def shipped_folder() -> Path:
    """Return the folder of the lessons that casecheck ships: in the package, or beside it."""
    package = Path(__file__).parent.parent
    shipped = package / "shipped_rules"
    return shipped if shipped.is_dir() else package.parent / "rules"


def shipped_names() -> list[str]:
    """Return the names of the sets that casecheck ships, those of their folders."""
    return sorted(page.parent.name for page in shipped_folder().glob(f"*/{REVIEW_PAGE}"))


def shipped_set(name: str) -> Path | None:
    """Return the folder of a set that casecheck ships, by the folder's name or its review's id."""
    for known in shipped_names():
        folder = shipped_folder() / known
        review = review_of(folder)
        if name == known or (review is not None and name == review.id):
            return folder
    return None


def is_shipped_folder(folder: Path) -> bool:
    """Say whether a folder is the one that casecheck ships, by whatever path."""
    return real_path(folder) == real_path(shipped_folder())


def is_shipped(digest: str) -> bool:
    """Say whether pages of this digest are those of sets that casecheck ships, as it ships them."""
    return digest in DIGESTS
