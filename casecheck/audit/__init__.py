"""Records by lessons: findings."""
