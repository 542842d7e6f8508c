"""The prompts, as files with declared variables, and the one loader that reads them."""

from prompts.template import PromptError, PromptTemplate, load_prompt, parse_prompt

__all__ = ["PromptError", "PromptTemplate", "load_prompt", "parse_prompt"]
