"""What pages are made of that people open in a browser: elements, the frame, tables and bars."""
