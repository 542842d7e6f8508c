"""The road of a question, one room a step: question, evidence, ruling, compose, verify, answer; pipeline strings them.

Knows no Discord, no Chroma and no llama_cpp.
"""
