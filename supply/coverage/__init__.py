"""Whether what is handed out reaches those who inject: figures, denominators, what is shown of them and to whom."""
