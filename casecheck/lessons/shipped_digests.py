"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:7e16ac353f73110c5017198270554f6466f8a609c0479fdfbc951829eb0807ce",
        # statutory
        "sha256:d6d73b162697079322b1529a0ad024839e9f2de01e7fb8ad371386e19e67a81a",
        # children_p, statutory
        "sha256:263ab42ede8a1b45445919ff46d45288247695f57d3fc92754da9b93b7b2acaa",
    }
)
