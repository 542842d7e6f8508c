"""The prompts, as files with declared variables, and the one loader that reads them."""
