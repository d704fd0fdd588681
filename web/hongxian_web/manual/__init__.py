"""The manual of leaders and clerks: its Markdown, in both languages, and the pages that show it as help."""
