"""Official papers: the sixteen forms of NĐ 56/2017 as Word and PDF, made for somebody named, in a numbered register (Điều 24)."""
