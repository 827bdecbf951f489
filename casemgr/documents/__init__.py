"""Official papers: the sixteen forms of NĐ 56/2017 as Word and PDF, made for somebody named, in a numbered register (Điều 24).

Beside the furniture of a room: `catalogue` says for each form who may issue it, about what, and under which kind of
number; `facts` are the frozen values a form is filled from and `gather` reads them from the rooms of the way; `hiding`
takes out what a recipient must not learn; `fillers` turn facts into named fields; `package` opens Word files and
refuses dangerous ones; `docx` puts the fields into a Word template and checks templates; `sheet` reads a finished paper
for the screen and for `pdf`; `making` puts one paper together; `showing` lays out pages.
"""
