"""What councils hold becomes case records: the sources, and who they are about, kept at home."""
