"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:5783002f9648a0fa663328bc8829b5621b33bf3b864ce17faefa122c17e834bb",
        # statutory
        "sha256:72d192fe3b85f67bcaf744410234e74d1715423923ef2eacf115ebbd34e2db53",
        # children_p, statutory
        "sha256:1b37bd36cefed0ea4a34dcb8c081b7d9061411c25383539b283c2a6e762e044f",
    }
)
