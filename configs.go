package vane

import (
	"embed"
	"io/fs"
)

//go:embed all:configs
var configs embed.FS

// Configs is the folder configs as it was when the program was built: vane.yaml,
// sources, taxonomy, alerts. A file in the user's own folder goes before it.
func Configs() fs.FS {
	sub, err := fs.Sub(configs, "configs")
	if err != nil {
		panic(err) // "configs" is a valid path
	}
	return sub
}
