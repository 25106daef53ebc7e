SELECT *, if(oldest_at = toDateTime64(0, 3, 'UTC'), 0, greatest(dateDiff('second', oldest_at, at), 0)) / 60 AS lag
    FROM pipeline FINAL
    WHERE $__timeFilter(at) AND {{template "_process.sql"}}
