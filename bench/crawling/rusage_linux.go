package main

import (
	"os"
	"syscall"
)

// peakOf is how many bytes a process that ended had resident at most. Linux counts
// what its parent had when it began as well: this program is small.
func peakOf(p *os.ProcessState) int64 {
	return p.SysUsage().(*syscall.Rusage).Maxrss << 10
}
