"""The digests of the rules that casecheck ships; `python tools/outputs.py` writes this file."""

DIGESTS = frozenset(
    {
        # children_p
        "sha256:5d7627bfee2a80be50ad8b0c60ef6f291bad2b5cf10240ed832ca848f3e535c1",
        # statutory
        "sha256:8888bd0ba6e6d596a0bfea39beab55f66894831eafd5b7e2f473a51e53de62ff",
        # children_p, statutory
        "sha256:daa3222a97d7c8270680b2c00dfacb9030484647d9e3fd5059505bdb6f740e07",
    }
)
