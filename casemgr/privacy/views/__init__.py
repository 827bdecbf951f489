"""Pages of data protection: the register of processing, consents, requests of people, incidents."""

from casemgr.privacy.views import consents, incidents, processing, requests
from casemgr.privacy.views.door import room

__all__ = ["consents", "incidents", "processing", "requests", "room"]
