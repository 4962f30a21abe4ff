"""The audit report: what it says, in the reader's words, before it becomes a PDF, a workbook, a list or JSON."""
