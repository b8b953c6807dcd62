"""What crosses the two doors: bodies, shapes, frames, problems and principals."""
