"""How will we know: measures over time, asked of all records for each period."""
