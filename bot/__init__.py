"""osai: cited answers about open-source AI, in Discord and on the command line."""
