"""The board paper as PDF, by WeasyPrint, which reads nothing but the page."""

from __future__ import annotations

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
    return bytes(document.write_pdf(pdf_tags=True, pdf_identifier=b"casecheck"))
