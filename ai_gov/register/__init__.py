"""利用台帳と研修: applications for uses of AI and their approval, and who has passed the training."""
