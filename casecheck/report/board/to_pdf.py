"""The board paper as PDF, by WeasyPrint, which reads nothing but the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from casecheck.qag.extras import need


def pdf_of(page: str) -> bytes:
    """Return a page as PDF, with the tags by which it can be listened to.

    Raises:
        MissingExtra: where WeasyPrint is not installed.
    """
    weasyprint = need("weasyprint", "a PDF", "pdf")
    urls = need("weasyprint.urls", "a PDF", "pdf")
    # What the page shows stands in it. Whatever else it named would not be asked for.
    fetcher = urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    document = weasyprint.HTML(string=page, url_fetcher=fetcher)
    # By its mark alone one PDF of a page would differ from the next.
    with _no_clock():
        return bytes(document.write_pdf(pdf_tags=True, pdf_identifier=b"casecheck"))


@contextmanager
def _no_clock() -> Iterator[None]:
    """Have fontTools date the fonts that it cuts down for the page by 1970, not by now.

    It is asked where Pango's library to cut fonts is absent, and takes no other word of the day.
    """
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
