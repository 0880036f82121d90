"""What authors of lessons need: scaffolding, proof by example, lint and mutation."""
