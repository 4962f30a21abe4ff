"""What this feature refuses."""
