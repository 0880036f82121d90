"""The register: what became of a response's actions, and what was entered for its measures."""
