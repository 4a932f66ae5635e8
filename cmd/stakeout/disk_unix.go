//go:build unix

package main

import "golang.org/x/sys/unix"

// freeBytes is how much of the disk under a path is free to this user; ok is false
// where that can't be told.
func freeBytes(path string) (n uint64, ok bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return 0, false
	}
	return uint64(st.Bavail) * uint64(st.Bsize), true
}
