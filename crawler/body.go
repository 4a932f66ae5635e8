package crawler

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const acceptEncoding = "gzip, br, zstd, deflate"

// The limits of a body; none of these is temporary.
var (
	errTooLarge = fmt.Errorf("the body is larger than %d MB", maxBody>>20)
	errWire     = fmt.Errorf("the body as sent is larger than %d MB", maxWire>>20)
	errRatio    = fmt.Errorf("the body is more than %d times as large as what was sent", maxRatio)
	errSlow     = fmt.Errorf("the body comes with fewer than %d bytes a second", leastRate)
)

// trustedLength is up to which Content-Length memory is set aside before the body
// comes.
const trustedLength = 1 << 20

// maxCodings bounds how many content encodings are undone, one over the other.
const maxCodings = 3

// readBody reads a response's body to its end and undoes its content encoding.
// It holds at most maxBody bytes, and fails rather than cut. wire is how many
// bytes were sent. Where they come too slowly, cancel is called.
func readBody(resp *http.Response, pace slow, cancel context.CancelCauseFunc) (body []byte, wire int64, err error) {
	if resp.ContentLength > maxWire {
		return nil, 0, errWire
	}
	counted := &countingReader{r: resp.Body}
	defer pace.watch(counted, cancel)()
	body, err = counted.decode(resp)
	if cause := context.Cause(resp.Request.Context()); err != nil && errors.Is(cause, errSlow) {
		err = errSlow
	}
	return body, counted.n.Load(), err
}

// decode reads a body and undoes its content encoding.
func (c *countingReader) decode(resp *http.Response) (body []byte, err error) {
	var r io.Reader = c
	codings := encodings(resp.Header)
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%d content encodings, one over the other", len(codings))
	}
	if resp.StatusCode != http.StatusNotModified && resp.ContentLength != 0 {
		for i := len(codings) - 1; i >= 0; i-- {
			decoded, err := decoder(codings[i], r)
			if err != nil {
				return nil, err
			}
			defer decoded.Close()
			r = decoded
		}
	}
	var whole bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= trustedLength {
		whole.Grow(int(n) + bytes.MinRead) // what is encoded takes more
	}
	_, err = whole.ReadFrom(&ratioReader{r: io.LimitReader(r, maxBody+1), wire: c})
	body = whole.Bytes()
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxBody:
		return nil, errTooLarge
	}
	// A decoder stops at the end of its stream: the end of the body itself must
	// have come too, or it was cut behind it.
	if _, err := io.Copy(io.Discard, c); err != nil {
		return nil, err
	}
	return body, nil
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
	for _, limit := range []struct {
		err  error
		kind Kind
	}{{errTooLarge, KindSize}, {errWire, KindWire}, {errRatio, KindRatio}, {errSlow, KindRate}} {
		if errors.Is(err, limit.err) {
			return &FetchError{URL: u.String(), Kind: limit.kind, Err: limit.err}
		}
	}
	fe := &FetchError{URL: u.String(), Kind: KindTruncated}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		fe.Err = fmt.Errorf("the body ended early: %w", err)
		return fe
	}
	fe.Err = &worded{"reading the body: " + short(ports.ReplaceAllString(err.Error(), "")), err}
	return fe
}

// countingReader counts what was sent, and ends what is sent without end.
type countingReader struct {
	r io.Reader
	n atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n.Add(int64(n)) > maxWire+1 {
		return n, errWire
	}
	return n, err
}

// ratioReader ends what was packed smaller than any text is.
type ratioReader struct {
	r    io.Reader
	wire *countingReader
	n    int64
}

func (d *ratioReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if d.n += int64(n); d.n > freeOfRatio && d.n > maxRatio*d.wire.n.Load() {
		return n, errRatio
	}
	return n, err
}

// slow is what is too slow: fewer than least bytes a second over a window.
type slow struct {
	window time.Duration
	least  int64
}

// watch calls cancel with errSlow once a body comes too slowly. The caller calls
// stop when the body was read.
func (s slow) watch(c *countingReader, cancel context.CancelCauseFunc) (stop func()) {
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(s.window)
		defer tick.Stop()
		for before := int64(0); ; {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			now := c.n.Load()
			if float64(now-before) < float64(s.least)*s.window.Seconds() {
				cancel(errSlow)
				return
			}
			before = now
		}
	}()
	return func() { close(done) }
}
