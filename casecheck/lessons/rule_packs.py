"""Rule packs: what a folder's `review.yaml` says of it, and the digest that locks its pages.

A rule pack is a folder with a `review.yaml`, and what stands in it. Its digest is that of its pages
as they stand, whatever a board has set: reports name pack, version and digest, so that whoever
reads one can tell by which text of which pack it was made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from casecheck.lessons.lesson import Review, RulePack
from casecheck.lessons.nodes import Node
from casecheck.lessons.shapes import Shapes

VERSION = r"^[0-9]+(\.[0-9]+){0,3}([-+][0-9A-Za-z.-]+)?$"
MAX_VERSION = 32
MAX_WORDS = 100
"""The most characters of a licence, and of the name of an author."""
MAX_AUTHORS = 50
_VERSION = re.compile(VERSION, re.ASCII)
_REQUIRED = ("review", "title", "about")
_OPTIONAL = ("default", "version", "licence", "authors")


def read_review(shapes: Shapes, text: str, file: str) -> Review:
    """Return what a `review.yaml` says of its folder; what is wrong in it is put into `shapes`."""
    # PyYAML is slow to import, and most who import this read no page.
    from casecheck.lessons.yaml_nodes import read_page  # noqa: PLC0415

    parts = shapes.members(read_page(text, file), "a review", _REQUIRED, _OPTIONAL)
    default = parts["default"].value if "default" in parts else True
    if not isinstance(default, bool):
        shapes.fault(parts["default"].place, "default is true or false")
    name, title, about = (shapes.text(parts[key], key) for key in _REQUIRED)
    return Review(
        name,
        title,
        about,
        default is True,
        str(Path(file).parent),
        version=_version(shapes, parts["version"]) if "version" in parts else "",
        licence=_short(shapes, parts["licence"], "licence") if "licence" in parts else "",
        authors=_authors(shapes, parts["authors"]) if "authors" in parts else (),
    )


def _version(shapes: Shapes, node: Node) -> str:
    # `version: 2` is a number to YAML, and no slip.
    version = str(node.value) if type(node.value) is int else shapes.text(node, "version")
    if version and not (_VERSION.fullmatch(version) and len(version) <= MAX_VERSION):
        message = (
            "a version is figures with dots between them, such as 2.1.0, perhaps followed by a"
            f" name (2.1.0-draft), {MAX_VERSION} characters at most"
        )
        shapes.fault(node.place, message)
        return ""
    return version


def _authors(shapes: Shapes, node: Node) -> tuple[str, ...]:
    names: list[str] = []
    for item in shapes.items(node, "authors", MAX_AUTHORS):
        name = _short(shapes, item, "an author")
        if name and name in names:
            shapes.fault(item.place, "this author is named already: remove one")
        elif name:
            names.append(name)
    return tuple(names)


def _short(shapes: Shapes, node: Node, what: str) -> str:
    words = shapes.text(node, what)
    if len(words) > MAX_WORDS:
        shapes.fault(node.place, f"{what} is longer than {MAX_WORDS} characters: say it shorter")
    return words


def packs_of(
    pages: Mapping[str, str], reviews: Mapping[Path, Review], folders: Sequence[Path]
) -> tuple[RulePack, ...]:
    """Return the packs that pages are of, by folder: each page is of the nearest that holds it.

    `pages` are texts by their files, `reviews` those in force by their folders. Pages that are in
    no folder of a review are a pack without a name: that of the folder of `folders` that they were
    found in.
    """
    of: dict[Path, list[str]] = {}
    for file, text in pages.items():
        of.setdefault(_home(Path(file), reviews, folders), []).append(text)
    return tuple(_pack(folder, reviews.get(folder), of[folder]) for folder in sorted(of))


def _home(file: Path, reviews: Mapping[Path, Review], folders: Sequence[Path]) -> Path:
    in_review = (one for one in file.parents if one in reviews)
    in_folder = (one for one in file.parents if one in folders)
    return next(in_review, next(in_folder, file.parent))


def _pack(folder: Path, review: Review | None, texts: Iterable[str]) -> RulePack:
    digest = digest_of(texts)
    if review is None:
        return RulePack("", "", str(folder), digest)
    return RulePack(review.id, review.version, str(folder), digest, review.licence, review.authors)


def digest_of(texts: Iterable[str]) -> str:
    """Return the digest of pages: of their texts, whatever their files are called."""
    content = hashlib.sha256()
    for text in sorted(texts):
        content.update(hashlib.sha256(text.encode()).digest())
    return f"sha256:{content.hexdigest()}"
