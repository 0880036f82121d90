"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:88f9cfeb5df218b6e88e06016c3d230c1729e881df37f65b8cb0d317267111d9",
        # statutory
        "sha256:74659f0b552dd3ade0822a3cc0f03d39ad414bb86babd59fcb6c7bd8ba73d7d0",
        # children_p, statutory
        "sha256:abc20d82086e268b7c72740a14f3aece13e098d10eee68ea3c4d8970da9b8fab",
    }
)
