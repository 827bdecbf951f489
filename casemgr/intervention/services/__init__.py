"""Services asked of a provider: sent, taken on or refused, done (NĐ 56/2017, Điều 29).

The provider sees what was passed to it and nothing else; it cannot open the case. Its answers wait until somebody of the
case has seen them: a line of the timeline is written by those who may read the timeline. Extra file: `showing.py`,
requests and answers in words.
"""
