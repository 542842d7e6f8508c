"""Tests of the measure itself."""
