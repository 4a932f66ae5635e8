package crawler

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const acceptEncoding = "gzip, br, zstd, deflate"

// errTooLarge ends the reading of a body; it is never temporary.
var errTooLarge = fmt.Errorf("the body is larger than %d MB", maxBody>>20)

// maxCodings bounds how many content encodings are undone, one over the other.
const maxCodings = 3

// readBody reads a response's body to its end and undoes its content encoding.
// It holds at most maxBody bytes, and fails rather than cut. wire is how many
// bytes were sent.
func readBody(resp *http.Response) (body []byte, wire int64, err error) {
	if resp.ContentLength > maxWire {
		return nil, 0, errTooLarge
	}
	counted := &countingReader{r: resp.Body}
	var r io.Reader = counted
	codings := encodings(resp.Header)
	if len(codings) > maxCodings {
		return nil, 0, fmt.Errorf("%d content encodings, one over the other", len(codings))
	}
	if resp.StatusCode != http.StatusNotModified && resp.ContentLength != 0 {
		for i := len(codings) - 1; i >= 0; i-- {
			decoded, err := decoder(codings[i], r)
			if err != nil {
				return nil, counted.n, err
			}
			defer decoded.Close()
			r = decoded
		}
	}
	body, err = io.ReadAll(io.LimitReader(r, maxBody+1))
	switch {
	case len(body) > maxBody:
		return nil, counted.n, errTooLarge
	case err != nil:
		return nil, counted.n, err
	}
	// A decoder stops at the end of its stream: the end of the body itself must
	// have come too, or it was cut behind it.
	if _, err := io.Copy(io.Discard, counted); err != nil {
		return nil, counted.n, err
	}
	return body, counted.n, nil
}

// encodings lists the content encodings, in the order they were applied.
func encodings(h http.Header) []string {
	var list []string
	for _, line := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			if name != "" && name != "identity" {
				list = append(list, name)
			}
		}
	}
	return list
}

// decoder undoes one encoding. A body that plainly is not in the encoding that
// its header claims is taken as it is: servers lie more often than they break.
func decoder(name string, r io.Reader) (io.ReadCloser, error) {
	b := bufio.NewReader(r)
	switch name {
	case "gzip", "x-gzip":
		if !begins(b, "\x1f\x8b") {
			return io.NopCloser(b), nil
		}
		return gzip.NewReader(b)
	case "zstd":
		if !begins(b, "\x28\xb5\x2f\xfd") {
			return io.NopCloser(b), nil
		}
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	case "br":
		if begins(b, "<") {
			return io.NopCloser(b), nil
		}
		return io.NopCloser(brotli.NewReader(b)), nil
	case "deflate":
		// The name means zlib (RFC 9110), but some send the bare stream.
		if head, _ := b.Peek(2); len(head) == 2 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			return zlib.NewReader(b)
		}
		if begins(b, "<") {
			return io.NopCloser(b), nil
		}
		return flate.NewReader(b), nil
	}
	return nil, fmt.Errorf("unknown content encoding %q", name)
}

func begins(b *bufio.Reader, magic string) bool {
	head, _ := b.Peek(len(magic))
	return string(head) == magic
}

// bodyError grades what went wrong while a body was read.
func bodyError(u *url.URL, err error) *FetchError {
	fe := &FetchError{URL: u.String(), Kind: KindTruncated, Err: fmt.Errorf("reading the body: %w", err)}
	switch {
	case errors.Is(err, errTooLarge):
		fe.Kind, fe.Err = KindSize, errTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF):
		fe.Err = fmt.Errorf("the body ended early: %w", err)
	}
	return fe
}

// countingReader counts what was sent, and ends what is sent without end.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.n > maxWire+1 {
		return n, errTooLarge
	}
	return n, err
}
