"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:7c9b902458a83e957c8ceec3fed39981ec167c2c9e4bd3e245535fa7a15f7c49",
        # statutory
        "sha256:72d192fe3b85f67bcaf744410234e74d1715423923ef2eacf115ebbd34e2db53",
        # children_p, statutory
        "sha256:905efe8c268b938b0e129d31a8e46bc77a6ff9ed13233ae78f3333ac4c340d26",
    }
)
