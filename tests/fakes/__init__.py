"""In-memory twins of what the services ask of the world; the contract suite keeps the stores' twins honest."""
