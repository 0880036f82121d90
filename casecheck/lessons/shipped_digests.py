"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:f82b3d96c702da890a76bef4550f3604c16f49efeb3ca365c43f0c3c9c03e3e1",
        # statutory
        "sha256:72d192fe3b85f67bcaf744410234e74d1715423923ef2eacf115ebbd34e2db53",
        # children_p, statutory
        "sha256:f560c1755f364d2ebfa369972d2d93058ab225f459745dd6b09a08c17b71bf83",
    }
)
