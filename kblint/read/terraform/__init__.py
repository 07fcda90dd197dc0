"""What folders of Terraform files declare."""
