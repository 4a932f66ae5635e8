package render

import (
	"bufio"
	_ "embed"
	"strings"
)

//go:embed trackers.txt
var trackerList string

// trackers are the domains of those who measure readers and sell advertisements.
var trackers = func() map[string]bool {
	all := map[string]bool{}
	for lines := bufio.NewScanner(strings.NewReader(trackerList)); lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
			all[line] = true
		}
	}
	return all
}()

// isTracker reports whether a host belongs to one of them.
func isTracker(host string) bool {
	for host = strings.TrimSuffix(strings.ToLower(host), "."); host != ""; {
		if trackers[host] {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}
