"""What coverage is reckoned by. Pure: values in, values out."""
