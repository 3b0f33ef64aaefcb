"""The experiment that can prove Seep's scores wrong; see README.md beside this file."""
