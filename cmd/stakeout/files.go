package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
)

// maxFileBytes is the largest page that is read from a file, decompressed: the
// limit of a fetched page, so that both are read alike.
const maxFileBytes = 20 << 20

// readMaybeGzip reads a file, decompressed where it is gzip.
func readMaybeGzip(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAllMaybeGzip(path, f)
}

// readAllMaybeGzip reads a stream, decompressed where it is gzip; name is for
// the error's words.
func readAllMaybeGzip(name string, r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if b, err = io.ReadAll(io.LimitReader(z, maxFileBytes+1)); err != nil {
			return nil, fmt.Errorf("read %s: gzip: %w", name, err)
		}
	}
	if len(b) > maxFileBytes {
		return nil, fmt.Errorf("read %s: found more than %d bytes, expected at most that", name, maxFileBytes)
	}
	return b, nil
}

// exists reports whether anything stands at path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
