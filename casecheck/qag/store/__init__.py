"""The store of saved audits: one file, its rows and what is written to it."""
