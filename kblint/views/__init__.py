"""What the commands beside `check` show: plain records, made of what is wired."""
