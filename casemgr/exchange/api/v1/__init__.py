"""The first version of the interface: referrals of a hotline, and numbers."""
