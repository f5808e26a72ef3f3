"""保存: the databases behind the port Store."""
