"""`hotline demo`: one real call with its evidence; `hotline up --demo`: a made-up centre."""
