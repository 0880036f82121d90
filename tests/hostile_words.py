"""Five hundred texts that would run, or ask for something, were they not escaped."""

from __future__ import annotations

from test_report_html import HOSTILE

BAD = [
    HOSTILE,
    "<script>bad()</script>",
    "</details></main><iframe src='http://127.0.0.1:9/'></iframe>",
    "\"><img src='http://127.0.0.1:9/x.png' onerror=bad()>",
    "' onmouseover=bad() x='",
    "javascript:bad()",
    "</svg><svg onload=bad()><animate onbegin=bad() attributeName=x>",
    "<link rel=stylesheet href=http://127.0.0.1:9/a.css>",
    "<style>@import 'http://127.0.0.1:9/b.css';</style>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "<base href=http://127.0.0.1:9/>",
    "</style><style>body{background:url(http://127.0.0.1:9/c.png)}</style>",
    "]]><script>bad()</script>",
    "<!--",
    "-->",
    "\x00\x1b]8;;http://127.0.0.1:9\x07",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=bad()></style>",
    "<form action=http://127.0.0.1:9/><button autofocus onfocus=bad()>",
    "&#60;script&#62;bad()&#60;/script&#62;",
    "\u2028bad()\u2029//",
]
BEFORE = [
    *("", '"', "'", '">', "'>", "`>", "<", ">", "--><!--", "?>", "&", "&#x3c;", "\\", "\u202e"),
    *("</title>", "</h3></summary></details>", "</td></tr></tbody></table>", "</svg>", "</text>"),
    *("</style>", "</script>", "</textarea>", "</select>", "</pattern></defs>", "</body></html>"),
]
"""What would end the place where a text stands, were it not escaped."""
TRIES = [f"{before}{words}" for before in BEFORE for words in BAD]
