INSERT INTO crawl_passes (source, started, ended, reason, pages, posts, fresh, errors)
