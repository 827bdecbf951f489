"""Register of children: who the child is. Every name, date and place is sealed. Basis: Luật Trẻ em 2016 Điều 1, 21."""
