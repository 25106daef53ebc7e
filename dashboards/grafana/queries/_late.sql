(late OR at < now() - INTERVAL 10 MINUTE)
