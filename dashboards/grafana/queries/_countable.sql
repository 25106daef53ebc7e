{{if eq . "one line by time" "every line by time"}}$__interval_s % 3600 = 0 AND {{end}}
{{- if eq . "one line" "one line by time"}}{{template "_one.sql"}}{{else}}{{template "_none.sql"}}{{end}}
