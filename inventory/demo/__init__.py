"""A made-up history of the network's municipalities, entered through the same commands that people use."""
