package export

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"iter"
	"net/textproto"
	"sort"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Capture is a page as it was fetched, for an archive.
type Capture struct {
	URL         string
	At          time.Time
	Status      int
	Header      textproto.MIMEHeader // of the response; nil where it wasn't kept
	ContentType string
	Body        []byte // content-encoding removed
	UserAgent   string // that asked for it; "" where it wasn't kept
	// Unchanged says that the server sent what Body holds again, or said so.
	Unchanged bool
	// Metadata is what was read from the page, as JSON; nil for nothing.
	Metadata []byte
}

// warc writes records of WARC 1.1 (ISO 28500:2017).
type warc struct {
	w        io.Writer
	compress bool
	written  map[string]warcRef // by payload digest, the latest of them
}

// warcKnown is how many payloads are remembered, so that one that comes again is a
// revisit; further ones are written in full.
const warcKnown = 50_000

type warcRef struct {
	id, url, date string
}

// WARC writes captures as an archive that replay tools and archives read: a
// request, a response and what was read from it each; a page that came again as
// it was is a revisit. Compressed, each record is a gzip member of its own, as
// readers expect of a .warc.gz.
func WARC(w io.Writer, compress bool, software string, captures iter.Seq2[Capture, error]) error {
	out := &warc{w: w, compress: compress, written: map[string]warcRef{}}
	info := "software: " + oneLine(software) + "\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
	begun := false
	for c, err := range captures {
		if err != nil {
			return err
		}
		if !begun {
			begun = true
			if err := out.info(c.At, info); err != nil {
				return err
			}
		}
		if err := out.capture(c); err != nil {
			return err
		}
	}
	if !begun {
		return out.info(time.Now(), info)
	}
	return nil
}

func (o *warc) info(at time.Time, text string) error {
	_, err := o.record("warcinfo", at, nil, "application/warc-fields", []byte(text))
	return err
}

func (o *warc) capture(c Capture) error {
	digest := "sha256:" + base32.StdEncoding.EncodeToString(sum256(c.Body))
	header := []string{"WARC-Target-URI: " + oneLine(c.URL), "WARC-Payload-Digest: " + digest}
	first, known := o.written[digest]
	var id string
	var err error
	if known && first.url == c.URL || c.Unchanged && known {
		header = append(header, "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
			"WARC-Refers-To: "+first.id, "WARC-Refers-To-Target-URI: "+first.url, "WARC-Refers-To-Date: "+first.date)
		id, err = o.record("revisit", c.At, header, "application/http; msgtype=response", responseHead(c, len(c.Body)))
	} else {
		id, err = o.record("response", c.At, header, "application/http; msgtype=response", append(responseHead(c, len(c.Body)), c.Body...))
		if !known {
			if len(o.written) == warcKnown {
				clear(o.written)
			}
			o.written[digest] = warcRef{id, oneLine(c.URL), warcDate(c.At)}
		}
	}
	if err != nil {
		return err
	}
	about := []string{"WARC-Target-URI: " + oneLine(c.URL), "WARC-Concurrent-To: " + id}
	if _, err := o.record("request", c.At, about, "application/http; msgtype=request", requestHead(c)); err != nil {
		return err
	}
	if c.Metadata == nil {
		return nil
	}
	_, err = o.record("metadata", c.At, about, "application/json", c.Metadata)
	return err
}

// record writes one record, and returns its ID.
func (o *warc) record(kind string, at time.Time, header []string, contentType string, block []byte) (id string, err error) {
	id = "<urn:uuid:" + uuid.NewString() + ">"
	var b bytes.Buffer
	fmt.Fprintf(&b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: %s\r\nWARC-Date: %s\r\n", kind, id, warcDate(at))
	for _, line := range header {
		b.WriteString(line + "\r\n")
	}
	fmt.Fprintf(&b, "WARC-Block-Digest: sha256:%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		base32.StdEncoding.EncodeToString(sum256(block)), contentType, len(block))
	b.Write(block)
	b.WriteString("\r\n\r\n")
	if !o.compress {
		_, err = o.w.Write(b.Bytes())
		return id, err
	}
	z := gzip.NewWriter(o.w)
	if _, err := z.Write(b.Bytes()); err != nil {
		return id, err
	}
	return id, z.Close()
}

// responseHead is the head of a response whose body is size bytes as it is kept:
// whole, with no coding left.
func responseHead(c Capture, size int) []byte {
	var b bytes.Buffer
	status := c.Status
	if status == 0 || c.Unchanged && status == 304 {
		status = 200
	}
	phrase := ""
	if status == 200 {
		phrase = "OK"
	}
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", status, phrase)
	header := textproto.MIMEHeader{}
	for name, values := range c.Header {
		switch textproto.CanonicalMIMEHeaderKey(name) {
		case "Content-Encoding", "Transfer-Encoding", "Content-Length":
		default:
			header[name] = values
		}
	}
	if header.Get("Content-Type") == "" && c.ContentType != "" {
		header.Set("Content-Type", c.ContentType)
	}
	header.Set("Content-Length", fmt.Sprint(size))
	writeHeader(&b, header)
	return b.Bytes()
}

func requestHead(c Capture) []byte {
	var b bytes.Buffer
	target, host := "/", ""
	if _, rest, ok := strings.Cut(oneLine(c.URL), "://"); ok {
		host, target, _ = strings.Cut(rest, "/")
		target = "/" + target
	}
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", target, host)
	if c.UserAgent != "" {
		fmt.Fprintf(&b, "User-Agent: %s\r\n", oneLine(c.UserAgent))
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

func writeHeader(b *bytes.Buffer, header textproto.MIMEHeader) {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range header[name] {
			fmt.Fprintf(b, "%s: %s\r\n", oneLine(name), oneLine(value))
		}
	}
	b.WriteString("\r\n")
}

func warcDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// oneLine keeps a value from breaking out of its header.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, s)
}

func sum256(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}
