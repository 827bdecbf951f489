"""Administrative sanctions and criminal proceedings against whoever is alleged to have harmed the child (NĐ 130/2021; Bộ luật Tố tụng hình sự, Điều 146).

Beside the usual furniture: showing lays them out for a page; tokens are the keyed marks by which a carer check finds a sanction of another commune.
"""
