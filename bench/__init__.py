"""What a command costs: a capacity meter, the scenarios that it measures, and the table of `make bench`."""
