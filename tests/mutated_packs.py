"""Packs that somebody, or some program, has changed: workbooks and CSV files, at random."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

Parts = dict[str, bytes]
_ESCAPES = (b"_x000D_", b"_x005F_x000A_", b"_xD83D__xDE00_", b"_xD800_", b"_x0000_", b"_xFFFE_")
_BITS = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"<c/>", b"<row/>", b"</row>",
    b"<row r='0'>",
    b"<c r='XFD9999999' t='s'><v>0</v></c>", b"<c t='inlineStr'><is><r><t>x</t></r></is></c>",
    b"<v>99999999999</v>", b"<v>-1</v>", b"<v>1e999</v>", b"]]>", b"<![CDATA[<]]>", b"<!-- x -->",
    b"<?x y?>", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"=1+1", b"\t", b'"', b"'", b",", b";",
    b"\r\n",
    b"\n", "é😀\u202e\u2028".encode(), b"<f>1</f>", b't="d"', b't="e"', b't="b"', b" " * 99,
    b"9" * 99, *_ESCAPES,
)  # fmt: skip


def mutant(seed: int, book: bytes, csv: bytes) -> tuple[str, bytes]:
    """Return the ending and the content of a changed pack; the same seed gives the same."""
    chance = random.Random(seed)
    if chance.random() < 0.35:
        content = csv
        for _ in range(chance.randint(1, 4)):
            content = chance.choice(_OF_BYTES)(content, chance)
        return chance.choice((".csv", ".csv", ".CSV", ".xlsx")), content
    if chance.random() < 0.25:
        for _ in range(chance.randint(1, 9)):
            book = chance.choice(_OF_BYTES)(book, chance)
        return chance.choice((".xlsx", ".xlsx", ".csv")), book
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.randint(1, 4)):
        chance.choice(_OF_PARTS)(parts, chance)
    return ".xlsx", _zipped(parts, chance)


def _zipped(parts: Parts, chance: random.Random) -> bytes:
    file = io.BytesIO()
    method = chance.choice((zipfile.ZIP_DEFLATED,) * 6 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    names = list(parts)
    if chance.random() < 0.2:
        chance.shuffle(names)
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, parts[name])
    return file.getvalue()


# --- of bytes -----------------------------------------------------------------------------------


def _flipped(content: bytes, chance: random.Random) -> bytes:
    torn = bytearray(content)
    if torn:
        torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
    return bytes(torn)


def _cut(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:start] + content[end:] if chance.random() < 0.7 else content[:end]


def _put_in(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(_BITS) * chance.choice((1, 1, 2, 500)) + content[at:]


def _twice(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[start:end] + content[end:]


def _exchanged(content: bytes, chance: random.Random) -> bytes:
    old, new = chance.choice(
        (
            (b",", b";"),
            (b"\r\n", b"\n"),
            (b"\n", b""),
            (b'"', b""),
            (b" ", b"\xc2\xa0"),
            (b"1", b"2"),
        )
    )
    return content.replace(old, new, chance.choice((-1, 1, 9)))


_OF_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped, _cut, _put_in, _twice, _exchanged,
)  # fmt: skip


# --- of the parts of a workbook -----------------------------------------------------------------


def _bytes_of_a_part(parts: Parts, chance: random.Random) -> None:
    if parts:
        name = chance.choice(list(parts))
        parts[name] = chance.choice(_OF_BYTES)(parts[name], chance)


def _between_tags(parts: Parts, chance: random.Random) -> None:
    """Put something where an element may stand, so that the XML is mostly still one."""
    name = _sheet(parts, chance)
    at = chance.choice([found.end() for found in re.finditer(rb">", parts[name])] or [0])
    parts[name] = parts[name][:at] + chance.choice(_BITS) + parts[name][at:]


def _attribute(parts: Parts, chance: random.Random) -> None:
    name = _sheet(parts, chance)
    found = list(re.finditer(rb'="([^"]*)"', parts[name]))
    if found:
        one = chance.choice(found)
        value = chance.choice((b"", b"0", b"-1", b"99999999", b"ZZZ1", b"s", b"inlineStr", b"rId9"))
        parts[name] = parts[name][: one.start(1)] + value + parts[name][one.end(1) :]


def _text(parts: Parts, chance: random.Random) -> None:
    name = _sheet(parts, chance)
    found = list(re.finditer(rb">([^<]+)<", parts[name]))
    if found:
        one = chance.choice(found)
        value = chance.choice((*_ESCAPES, b"", b" ", b"TRUE", b"1.0", b"46203", b"x" * 40_000))
        parts[name] = parts[name][: one.start(1)] + value + parts[name][one.end(1) :]


def _no_part(parts: Parts, chance: random.Random) -> None:
    if parts:
        del parts[chance.choice(list(parts))]


def _other_name(parts: Parts, chance: random.Random) -> None:
    if parts:
        name = chance.choice(list(parts))
        other = chance.choice((name.upper(), f"../{name}", f"/{name}", f"{name}.bin", "x/", "\\a"))
        parts[other] = parts.pop(name)


def _other_part(parts: Parts, chance: random.Random) -> None:
    name = chance.choice(
        (
            "xl/vbaProject.bin",
            "xl/comments1.xml",
            "xl/embeddings/a",
            "a/../b",
            "xl/x.xml",
            "mimetype",
        )
    )
    parts[name] = chance.choice((b"", b"<a/>", bytes(1 << 20)))


def _flood(parts: Parts, chance: random.Random) -> None:
    """Repeat an element, so that a small file is a large one."""
    name = _sheet(parts, chance)
    found = list(re.finditer(rb"<(row|c|si|t|v|sheet|xf|definedName)[ >/][^<]*", parts[name]))
    if found:
        one = chance.choice(found)
        many = one[0] * chance.choice((2, 1000, 300_000))
        parts[name] = parts[name][: one.start()] + many[: 20 << 20] + parts[name][one.start() :]


def _sheet(parts: Parts, chance: random.Random) -> str:
    likely = [name for name in parts if re.search(r"sheet|shared|workbook|rels|Types", name)]
    if not likely:
        parts["xl/worksheets/sheet1.xml"] = b"<worksheet/>"
        return "xl/worksheets/sheet1.xml"
    return chance.choice(likely)


_OF_PARTS: tuple[Callable[[Parts, random.Random], None], ...] = (
    _bytes_of_a_part, _between_tags, _attribute, _text, _no_part, _other_name, _other_part, _flood,
    _between_tags, _attribute, _text,
)  # fmt: skip
