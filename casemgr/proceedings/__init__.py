"""Administrative sanctions and criminal proceedings against whoever harmed the child (NĐ 130/2021; Bộ luật Tố tụng hình sự, Điều 146)."""
