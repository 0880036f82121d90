"""What people read: reports in words, tables and formats."""
