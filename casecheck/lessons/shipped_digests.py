"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:88f9cfeb5df218b6e88e06016c3d230c1729e881df37f65b8cb0d317267111d9",
        # statutory
        "sha256:72d192fe3b85f67bcaf744410234e74d1715423923ef2eacf115ebbd34e2db53",
        # children_p, statutory
        "sha256:27030f39b22187feb1a2d2c7837cf8678cb10a0a1991829fc7e098cdaba5cb1a",
    }
)
