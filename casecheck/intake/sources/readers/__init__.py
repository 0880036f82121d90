"""Readers: each makes of one kind of file rows with their places, and knows nothing of records."""
