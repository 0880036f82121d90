"""Words, tables, cells and whole files: what every report is made of."""
