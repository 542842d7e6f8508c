"""The local language model: llama.cpp in this process, one question at a time, behind a queue."""
