"""Committed pictures of what others rely on. A change shows in review as a changed picture."""
