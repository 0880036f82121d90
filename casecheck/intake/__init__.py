"""Files of any kind become the texts of case records."""
