"""What one record says, in three values: the plain, reference reading."""
