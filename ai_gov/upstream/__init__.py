"""送信先: the services that answer, behind the port Upstream."""
