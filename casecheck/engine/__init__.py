"""The quick reading, by durable-rules, held to the plain one in `truth`."""
