"""Tests of services asked of providers."""
