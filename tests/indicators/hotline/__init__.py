"""The report forms of hotline 111."""
