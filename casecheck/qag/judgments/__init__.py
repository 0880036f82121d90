"""The log of auditors' judgments."""
