"""The commands of scripts, wherever they stand: shell files, cloud-init user data."""
