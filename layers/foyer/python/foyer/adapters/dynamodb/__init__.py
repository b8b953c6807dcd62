"""The three tables: the only place that knows pynamodb and keys."""
