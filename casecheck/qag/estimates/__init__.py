"""What judged samples say of practice and of the engine."""
