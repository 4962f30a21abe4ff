"""What is printed of recalls and disposals: a dataclass in, the bytes of a PDF out."""
