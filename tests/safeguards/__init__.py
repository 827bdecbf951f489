"""Tests of the safeguards over single cases."""
