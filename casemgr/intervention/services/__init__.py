"""Services asked of a provider: sent, taken on or refused, done (NĐ 56/2017, Điều 29)."""
