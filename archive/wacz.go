package archive

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoWACZ is a package that holds no archive; it is not temporary.
var ErrNoWACZ = errors.New("not a WACZ package: a zip file with WARC files in its folder archive/")

// ReadWACZ is ReadWARC of all archives of a WACZ package of size bytes.
func ReadWACZ(ctx context.Context, r io.ReaderAt, size int64, want func(url string) bool, yield func(Response) error) (Skipped, error) {
	skipped := Skipped{}
	pack, err := zip.NewReader(r, size)
	if err != nil {
		return skipped, fmt.Errorf("%w (%w)", ErrNoWACZ, err)
	}
	found := false
	for _, f := range pack.File {
		if !isArchive(f.Name) {
			continue
		}
		found = true
		part, err := readPart(ctx, f, want, yield)
		for why, n := range part {
			skipped[why] += n
		}
		if err != nil {
			return skipped, err
		}
	}
	if !found {
		return skipped, ErrNoWACZ
	}
	return skipped, nil
}

// isArchive reports whether a package's file is one of its archives.
func isArchive(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "archive/") && (strings.HasSuffix(name, ".warc") || strings.HasSuffix(name, ".warc.gz"))
}

func readPart(ctx context.Context, f *zip.File, want func(string) bool, yield func(Response) error) (Skipped, error) {
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	defer in.Close()
	var stop error
	skipped, err := ReadWARC(ctx, in, want, func(r Response) error {
		stop = yield(r)
		return stop
	})
	if err != nil && stop == nil && ctx.Err() == nil {
		err = fmt.Errorf("%s: %w", f.Name, err)
	}
	return skipped, err
}
