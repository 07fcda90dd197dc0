"""What the Kubernetes API accepts: schemas, and how findings say what does not fit."""
