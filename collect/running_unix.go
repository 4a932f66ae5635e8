//go:build unix

package collect

import (
	"errors"
	"syscall"
)

// running reports whether a process runs on this machine.
func running(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
