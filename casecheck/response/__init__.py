"""What a board has promised after a review, as data: its response."""
