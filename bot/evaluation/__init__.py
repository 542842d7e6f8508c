"""Measuring osai: how quick it is on this machine."""
