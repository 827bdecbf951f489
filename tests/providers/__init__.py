"""Tests of the directory of providers."""
