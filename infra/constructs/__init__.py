"""One construct per capability; each takes the stage and the few resources it builds on, never the stack."""
