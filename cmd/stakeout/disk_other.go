//go:build !unix

package main

// freeBytes is how much of the disk under a path is free; here it can't be told.
func freeBytes(string) (n uint64, ok bool) { return 0, false }
