"""画面: pages for staff, reviewers, CAIO and IT, rendered on the server; nothing comes from another host."""
