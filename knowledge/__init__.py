"""What osai knows: licenses, models, articles, and how a passage of them is found again.

Knows no Discord, no prompt and no language model.
"""
