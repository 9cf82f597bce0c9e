"""Small generated assets of the course and the programs that generate them."""
