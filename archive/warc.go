// Package archive reads the answers that web archives hold: WARC files (ISO
// 28500, versions 1.0 and 1.1 and those before), plain or gzip-compressed, and
// WACZ packages of them. It judges nothing and fetches nothing.
//
// What it refuses: records in segments, bodies over 20 MB, and compression other
// than gzip around the records.
package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limits of one record.
const (
	maxBlock  = 20 << 20 // bytes that are read of it; longer ones are passed over
	maxHeader = 1 << 20  // bytes
)

// ErrNoWARC is a file that is no WARC; it is not temporary.
var ErrNoWARC = errors.New("not a WARC file")

// Response is an answer as an archive holds it.
type Response struct {
	URL    string // as requested
	At     time.Time
	Status int
	Header http.Header
	Body   []byte // transfer coding undone, content encoding as sent
	// Revisit is true where the answer was that of an earlier record, which has
	// the body: the one of RefersURL and RefersAt, else of the same Digest.
	Revisit   bool
	RefersURL string
	RefersAt  time.Time
	Digest    string // of the payload, as stated; "" where it isn't
}

// Skipped counts what an archive holds and what is not taken, by the reason.
type Skipped map[string]int

// Why answers are passed over.
const (
	SkipLarge     = "larger than 20 MB"
	SkipTruncated = "cut off when it was archived"
	SkipSegment   = "in several segments"
	SkipBroken    = "not a readable HTTP answer"
)

// ReadWARC yields the answers of a WARC file whose address is wanted, in the
// order of the file. An error of yield ends it and is returned as it is. A file
// that breaks off is an error, after what came before it was yielded.
func ReadWARC(ctx context.Context, r io.Reader, want func(url string) bool, yield func(Response) error) (Skipped, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in) // of however many members
		if err != nil {
			return nil, fmt.Errorf("reading the archive: %w", err)
		}
		in = bufio.NewReaderSize(z, 64<<10)
	}
	w := &reader{in: in, skipped: Skipped{}}
	for {
		if err := ctx.Err(); err != nil {
			return w.skipped, err
		}
		rec, err := w.next()
		if errors.Is(err, io.EOF) {
			return w.skipped, nil
		}
		if err != nil {
			return w.skipped, err
		}
		if err := w.take(rec, want, yield); err != nil {
			return w.skipped, err
		}
	}
}

// reader walks over records.
type reader struct {
	in      *bufio.Reader
	count   int // records begun
	skipped Skipped
}

// record is one record whose block is still to be read.
type record struct {
	fields http.Header
	length int64
}

// next reads a record's header. io.EOF is the end of a whole file.
func (w *reader) next() (*record, error) {
	line, err := w.line()
	for err == nil && line == "" { // between records
		line, err = w.line()
	}
	switch {
	case errors.Is(err, io.EOF) && line == "" && w.count > 0:
		return nil, io.EOF
	case err != nil && !errors.Is(err, io.EOF):
		return nil, w.broken(err)
	case !strings.HasPrefix(line, "WARC/"):
		if w.count == 0 {
			return nil, ErrNoWARC
		}
		return nil, w.broken(fmt.Errorf("found %.40q, expected a record", line))
	}
	w.count++
	rec := &record{}
	if rec.fields, err = w.header(); err != nil {
		return nil, w.broken(err)
	}
	rec.length, err = strconv.ParseInt(rec.fields.Get("Content-Length"), 10, 64)
	if err != nil || rec.length < 0 {
		return nil, w.broken(fmt.Errorf("found Content-Length %.40q, expected a number of bytes", rec.fields.Get("Content-Length")))
	}
	return rec, nil
}

// broken says where a file can't be read on.
func (w *reader) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the archive ends in the middle of it")
	}
	return fmt.Errorf("record %d: %w", w.count, err)
}

// line reads a line without its end.
func (w *reader) line() (string, error) { return lineOf(w.in) }

func lineOf(in *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		part, err := in.ReadSlice('\n')
		if b.Write(part); b.Len() > maxHeader {
			return "", fmt.Errorf("a line of a header is longer than %d bytes", maxHeader)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return strings.TrimRight(b.String(), "\r\n"), err
		}
	}
}

func (w *reader) header() (http.Header, error) { return headerOf(w.in) }

// headerOf reads named fields up to an empty line. Lines that are none are left
// out, for archives hold what servers sent.
func headerOf(in *bufio.Reader) (http.Header, error) {
	h := http.Header{}
	last, size := "", 0
	for {
		line, err := lineOf(in)
		if size += len(line); size > maxHeader {
			return nil, fmt.Errorf("a header is longer than %d bytes", maxHeader)
		}
		if err != nil || line == "" {
			return h, err
		}
		if (line[0] == ' ' || line[0] == '\t') && last != "" { // folded
			values := h[last]
			values[len(values)-1] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !found || name == "" {
			continue
		}
		last = http.CanonicalHeaderKey(name)
		h[last] = append(h[last], strings.TrimSpace(value))
	}
}

// take reads a record's block, and yields it where it is a wanted answer.
func (w *reader) take(rec *record, want func(string) bool, yield func(Response) error) error {
	block := io.LimitReader(w.in, rec.length)
	resp, skip, err := rec.response(block, want)
	if err == nil {
		_, err = io.Copy(io.Discard, block)
	}
	if err == nil && block.(*io.LimitedReader).N > 0 {
		err = io.ErrUnexpectedEOF
	}
	switch {
	case err != nil:
		return w.broken(err)
	case skip != "":
		w.skipped[skip]++
	case resp != nil:
		return yield(*resp)
	}
	return nil
}

// response reads a record as an answer; nil for what is none, or not wanted.
func (rec *record) response(block io.Reader, want func(string) bool) (resp *Response, skip string, err error) {
	kind := strings.ToLower(rec.fields.Get("WARC-Type"))
	url := strings.Trim(rec.fields.Get("WARC-Target-Uri"), "<> ")
	if kind != "response" && kind != "resource" && kind != "revisit" || !want(url) {
		return nil, "", nil
	}
	switch {
	case rec.fields.Get("WARC-Truncated") != "":
		return nil, SkipTruncated, nil
	case rec.fields.Get("WARC-Segment-Number") != "":
		return nil, SkipSegment, nil
	case rec.length > maxBlock:
		return nil, SkipLarge, nil
	}
	resp = &Response{URL: url, Status: http.StatusOK, Header: http.Header{}, Digest: rec.fields.Get("WARC-Payload-Digest")}
	var ok bool
	if resp.At, ok = timeOf(rec.fields.Get("WARC-Date")); !ok {
		return nil, SkipBroken, nil
	}
	if kind == "revisit" {
		resp.Revisit = true
		resp.RefersURL = strings.Trim(rec.fields.Get("WARC-Refers-To-Target-Uri"), "<> ")
		resp.RefersAt, _ = timeOf(rec.fields.Get("WARC-Refers-To-Date"))
	}
	data, err := io.ReadAll(block)
	if err != nil {
		return nil, "", err
	}
	if int64(len(data)) < rec.length {
		return nil, "", io.ErrUnexpectedEOF
	}
	if !strings.Contains(strings.ToLower(rec.fields.Get("Content-Type")), "application/http") {
		if kind == "resource" {
			resp.Header.Set("Content-Type", rec.fields.Get("Content-Type"))
			resp.Body = data
		}
		if kind == "response" {
			return nil, SkipBroken, nil // of another protocol
		}
		return resp, "", nil
	}
	if err := resp.message(data); err != nil {
		return nil, SkipBroken, nil
	}
	return resp, "", nil
}

// timeOf reads a WARC's date: RFC 3339, or 14 digits in old files.
func timeOf(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "20060102150405", "2006-01-02T15:04:05", "2006-01-02T15:04Z", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// message reads an HTTP answer as it was sent.
func (resp *Response) message(data []byte) error {
	in := bufio.NewReader(bytes.NewReader(data))
	line, err := lineOf(in)
	proto, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	status, codeErr := strconv.Atoi(code)
	if err != nil && !errors.Is(err, io.EOF) || !strings.HasPrefix(proto, "HTTP/") || codeErr != nil || status < 100 || status > 599 {
		return fmt.Errorf("found %.40q, expected an HTTP status", line)
	}
	resp.Status = status
	if resp.Header, err = headerOf(in); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	body, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	resp.Body = unchunk(resp.Header, body)
	return nil
}
