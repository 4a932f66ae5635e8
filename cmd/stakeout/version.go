package main

import (
	"runtime"
	"runtime/debug"

	"stakeout/web"
)

// buildOf is what the program was built from and with. The version is a release's
// tag, or the revision's place since one; what was built outside of a repository
// has neither.
func buildOf() web.Build {
	b := web.Build{Version: "development", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.RevisionAt = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// version is the program's version alone.
func version() string { return buildOf().Version }
