package archive

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// entry writes one record of a WARC file.
func entry(version, kind, url, date, contentType, block string, more ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "WARC/%s\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nWARC-Record-ID: <urn:uuid:%x>\r\n", version, kind, url, date, url+date)
	for _, line := range more {
		b.WriteString(line + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", contentType, len(block), block)
	return b.String()
}

const httpType = "application/http; msgtype=response"

func answer(body string, header ...string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + strings.Join(append(header, ""), "\r\n") + "\r\n" + body
}

func gzipped(parts ...string) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(p))
		_ = z.Close()
	}
	return b.Bytes()
}

func everything(string) bool { return true }

// read returns what a WARC holds, a line an answer.
func read(t *testing.T, file []byte) (lines []string, skipped Skipped, err error) {
	t.Helper()
	skipped, err = ReadWARC(context.Background(), bytes.NewReader(file), everything, func(r Response) error {
		lines = append(lines, fmt.Sprintf("%s %s %d %s %s", r.URL, r.At.Format(time.RFC3339Nano), r.Status, r.Header.Get("Content-Type"), r.Body))
		return nil
	})
	return lines, skipped, err
}

func TestReadWARC(t *testing.T) {
	const date = "2026-04-04T10:00:00Z"
	info := entry("1.1", "warcinfo", "", date, "application/warc-fields", "software: x\r\n")
	one := entry("1.1", "response", "http://h.example/1", "2026-04-04T10:00:00.123456789Z", httpType, answer("<p>one"))
	two := entry("1.0", "response", "<http://h.example/2>", date, httpType, answer("<p>two"))
	ask := entry("1.0", "request", "http://h.example/2", date, "application/http; msgtype=request", "GET /2 HTTP/1.1\r\n\r\n")
	for name, test := range map[string]struct {
		file []byte
		want []string
	}{
		"plain, both versions": {[]byte(info + one + ask + two), []string{"http://h.example/1 2026-04-04T10:00:00.123456789Z 200 text/html <p>one", "http://h.example/2 2026-04-04T10:00:00Z 200 text/html <p>two"}},
		"a gzip member each":   {gzipped(info, one, ask, two), []string{"http://h.example/1 2026-04-04T10:00:00.123456789Z 200 text/html <p>one", "http://h.example/2 2026-04-04T10:00:00Z 200 text/html <p>two"}},
		"one gzip member":      {gzipped(info + two), []string{"http://h.example/2 2026-04-04T10:00:00Z 200 text/html <p>two"}},
		"fields in lower case, folded": {[]byte("WARC/1.0\r\nwarc-type: response\r\nwarc-target-uri:\r\n http://h.example/3\r\nwarc-date: 20260404100000\r\ncontent-type: application/http\r\ncontent-length: 23\r\n\r\nHTTP/1.0 404 No\r\n\r\ngone\r\n\r\n"),
			[]string{"http://h.example/3 2026-04-04T10:00:00Z 404  gone"}},
		"a resource": {[]byte(entry("1.0", "resource", "http://h.example/r", date, "text/html", "<p>r")), []string{"http://h.example/r 2026-04-04T10:00:00Z 200 text/html <p>r"}},
		"HTTP/2, an odd header": {[]byte(entry("1.0", "response", "http://h.example/4", date, httpType, "HTTP/2 200\r\ncontent-type: text/html\r\nno field at all\r\nX-A: b\r\n\r\n<p>four")),
			[]string{"http://h.example/4 2026-04-04T10:00:00Z 200 text/html <p>four"}},
		"chunked": {[]byte(entry("1.0", "response", "http://h.example/5", date, httpType, answer("3\r\n<p>\r\n4\r\nfive\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))),
			[]string{"http://h.example/5 2026-04-04T10:00:00Z 200 text/html <p>five"}},
		"chunked by its header alone": {[]byte(entry("1.0", "response", "http://h.example/6", date, httpType, answer("<p>six", "Transfer-Encoding: chunked"))),
			[]string{"http://h.example/6 2026-04-04T10:00:00Z 200 text/html <p>six"}},
		"nothing but its info": {[]byte(info), nil},
	} {
		lines, _, err := read(t, test.file)
		if diff := cmp.Diff(test.want, lines); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestReadWARCSkips(t *testing.T) {
	const date = "2026-04-04T10:00:00Z"
	file := entry("1.1", "response", "http://h.example/1", date, httpType, answer("cut"), "WARC-Truncated: length") +
		entry("1.1", "response", "http://h.example/2", date, httpType, answer("part"), "WARC-Segment-Number: 1") +
		entry("1.1", "response", "http://h.example/3", "yesterday", httpType, answer("x")) +
		entry("1.1", "response", "http://h.example/4", date, httpType, "220 smtp ready") +
		entry("1.1", "response", "dns:h.example", date, "text/dns", "h.example. 1 IN A 192.0.2.1") +
		entry("1.1", "response", "http://h.example/5", date, httpType, answer(strings.Repeat("x", maxBlock))) +
		entry("1.1", "response", "http://h.example/6", date, httpType, answer("last"))
	lines, skipped, err := read(t, []byte(file))
	want := Skipped{SkipTruncated: 1, SkipSegment: 1, SkipBroken: 3, SkipLarge: 1}
	if diff := cmp.Diff(want, skipped); err != nil || diff != "" || len(lines) != 1 {
		t.Errorf("%v %q %s", err, lines, diff)
	}
}

func TestReadWARCBroken(t *testing.T) {
	whole := entry("1.0", "response", "http://h.example/1", "2026-04-04T10:00:00Z", httpType, answer("<p>one"))
	for name, test := range map[string]struct {
		file []byte
		kept int
		want string
	}{
		"not one":                {[]byte("<html>"), 0, "not a WARC"},
		"empty":                  {nil, 0, "not a WARC"},
		"cut in a block":         {[]byte(whole + whole[:len(whole)-8]), 1, "record 2: the archive ends in the middle"},
		"cut in a header":        {[]byte(whole + whole[:60]), 1, "record 2: the archive ends in the middle"},
		"cut in a gzip member":   {append(gzipped(whole), gzipped(whole)[:80]...), 1, "the archive ends in the middle"},
		"no length":              {[]byte(whole + "WARC/1.0\r\nWARC-Type: response\r\n\r\n"), 1, "record 2: found Content-Length \"\""},
		"a length below nothing": {[]byte("WARC/1.0\r\nContent-Length: -5\r\n\r\n"), 0, "expected a number of bytes"},
		"rubbish in between":     {[]byte(whole + "rubbish\r\n" + whole), 1, "record 1: found \"rubbish\", expected a record"},
		"a header without end":   {[]byte("WARC/1.0\r\n" + strings.Repeat("X: y\r\n", 1<<19)), 0, "longer than"},
		"a line without end":     {[]byte("WARC/1.0\r\n" + strings.Repeat("x", 2<<20)), 0, "longer than"},
	} {
		lines, _, err := read(t, test.file)
		if err == nil || !strings.Contains(err.Error(), test.want) || len(lines) != test.kept {
			t.Errorf("%s: %d answers, %v", name, len(lines), err)
		}
	}
}

func TestReadWARCStopsWhereYieldSays(t *testing.T) {
	whole := entry("1.0", "response", "http://h.example/1", "2026-04-04T10:00:00Z", httpType, answer("<p>one"))
	stop := errors.New("enough")
	if _, err := ReadWARC(context.Background(), strings.NewReader(whole+whole), everything, func(Response) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadWARC(ctx, strings.NewReader(whole), everything, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	none := func(string) bool { return false }
	if _, err := ReadWARC(context.Background(), strings.NewReader(whole), none, nil); err != nil {
		t.Error(err)
	}
}

func TestReadWACZ(t *testing.T) {
	one := entry("1.0", "response", "http://h.example/1", "2026-04-04T10:00:00Z", httpType, answer("<p>one"))
	two := entry("1.0", "response", "http://h.example/2", "2026-04-04T10:00:00Z", httpType, answer("<p>two"), "WARC-Truncated: time")
	build := func(files map[string][]byte) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, content := range files {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(content)
		}
		_ = z.Close()
		return b.Bytes()
	}
	file := build(map[string][]byte{"archive/a.warc.gz": gzipped(one, two), "archive/b.warc": []byte(two + one), "datapackage.json": []byte("{}"), "indexes/index.cdx.gz": gzipped("x"), "pages/pages.jsonl": nil})
	n := 0
	skipped, err := ReadWACZ(context.Background(), bytes.NewReader(file), int64(len(file)), everything, func(Response) error { n++; return nil })
	if err != nil || n != 2 || skipped[SkipTruncated] != 2 {
		t.Errorf("%d answers, %v, %v", n, skipped, err)
	}
	for name, file := range map[string][]byte{"another zip": build(map[string][]byte{"word/document.xml": nil}), "a cut zip": file[:len(file)-30]} {
		if _, err := ReadWACZ(context.Background(), bytes.NewReader(file), int64(len(file)), everything, nil); !errors.Is(err, ErrNoWACZ) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCopies(t *testing.T) {
	c, err := NewCopies()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	at := func(hour int) time.Time { return time.Date(2026, 4, 4, hour, 0, 0, 0, time.UTC) }
	for _, r := range []Response{
		{URL: "u2", At: at(12), Status: 200, Body: []byte("two"), Digest: "sha1:B"},
		{URL: "u1", At: at(11), Revisit: true, RefersURL: "u1", RefersAt: at(10)},
		{URL: "u1", At: at(13), Revisit: true, Digest: "sha1:B"},
		{URL: "u1", At: at(14), Revisit: true, Digest: "sha1:elsewhere"},
		{URL: "u1", At: at(10), Status: 200, Body: []byte("one"), Digest: "sha1:A"},
		{URL: "u1", At: at(10), Status: 200, Body: []byte("one"), Digest: "sha1:A"},
		{URL: "u3", At: at(15), Status: 204},
	} {
		if err := c.Add(r.URL, r); err != nil {
			t.Fatal(err)
		}
	}
	c.Sort(func(s string) string { return s })
	var got []string
	for _, e := range c.All() {
		r, err := c.Read(e)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %d %s", r.URL, r.At.Hour(), r.Body))
	}
	if diff := cmp.Diff([]string{"u1 10 one", "u1 11 one", "u2 12 two", "u1 13 two", "u3 15 "}, got); diff != "" || c.Lost != 1 {
		t.Errorf("%d lost %s", c.Lost, diff)
	}
	if e, ok := c.Near("u1", at(16), 6*time.Hour); !ok || !e.At.Equal(at(13)) {
		t.Errorf("%v %v", e, ok)
	}
	if _, ok := c.Near("u1", at(23), time.Hour); ok {
		t.Error("found a copy that is too far off")
	}
}

// Whatever a file holds, reading it ends, and what is yielded is whole.
func FuzzReadWARC(f *testing.F) {
	whole := entry("1.0", "response", "http://h.example/1", "2026-04-04T10:00:00Z", httpType, answer("3\r\n<p>\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))
	f.Add([]byte(whole))
	f.Add(gzipped(whole, whole))
	f.Add([]byte(entry("1.1", "revisit", "u", "2026-04-04T10:00:00Z", httpType, "HTTP/1.1 304\r\n\r\n", "WARC-Refers-To-Date: 2026")))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, _ = ReadWARC(t.Context(), bytes.NewReader(file), everything, func(r Response) error {
			if r.At.IsZero() || r.Status < 100 || r.Status > 599 || r.Header == nil {
				t.Errorf("%+v", r)
			}
			return nil
		})
	})
}
