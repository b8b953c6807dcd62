"""What an operator does to a deployment beside deploying it."""
