// Package evidence puts everything that proves what a story said, and when, into one
// file that a stranger can check with standard tools: the pages as they came, the
// versions read from them, the chain of hashes over both, and a page to read it
// with.
package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"stakeout/export"
	"stakeout/store"
	"stakeout/story"
)

//go:embed README.txt
var readme string

//go:embed check.py
var checker string

// manifest is what check.py goes by.
type manifest struct {
	Source   string             `json:"source"`               // as the hashes cover it
	Now      string             `json:"source_now,omitempty"` // where it has another name by now
	ID       string             `json:"id"`
	Versions []store.Proof      `json:"versions"`
	Events   []store.ProofEvent `json:"events"`
	Written  time.Time          `json:"written"`
}

// response is what the server said with a version's page.
type response struct {
	URL      string      `json:"url"`
	FinalURL string      `json:"final_url"`
	At       time.Time   `json:"at"`
	Status   int         `json:"status"`
	Header   http.Header `json:"header"`
}

// Write writes the evidence of a story as a zip file; keyFile signs its head, "" leaves
// it unsigned.
func Write(ctx context.Context, w io.Writer, db *store.Store, key story.Key, keyFile string, now time.Time) error {
	proofs, err := db.Proofs(ctx, key)
	if err != nil {
		return err
	}
	m := manifest{ID: key.ID, Versions: proofs, Written: now.UTC().Truncate(time.Second)}
	if m.Source, err = db.RecordedSource(ctx, key); err != nil {
		return err
	}
	if m.Source != key.Source {
		m.Now = key.Source
	}
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	if m.Events, err = db.ProofEvents(ctx, key); err != nil {
		return err
	}
	signed := SignedHead{Head: head}
	if keyFile != "" {
		if signed, err = Sign(head, keyFile); err != nil {
			return err
		}
	}
	b := &builder{ctx: ctx, db: db, zip: zip.NewWriter(w), at: m.Written, have: map[string]bool{}}
	for _, step := range []func() error{
		func() error { return b.put("README.txt", []byte(readme)) },
		func() error { return b.put("check.py", []byte(checker)) },
		func() error { return b.head(signed) },
		func() error {
			return b.put("manifest.json", mustJSON(m))
		},
		func() error { return b.log(m.Events, head) },
		func() error { return b.versions(key, proofs) },
		func() error { return b.page(key) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("evidence of %s: %w", key, err)
		}
	}
	return b.zip.Close()
}

// builder writes the file's parts, each once.
type builder struct {
	ctx  context.Context
	db   *store.Store
	zip  *zip.Writer
	at   time.Time
	have map[string]bool
}

func (b *builder) put(name string, content []byte) error {
	if b.have[name] {
		return nil
	}
	b.have[name] = true
	f, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at})
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}

// head writes the head of the whole history, and where it is signed what openssl
// takes to check that.
func (b *builder) head(h SignedHead) error {
	if err := b.put("head.json", mustJSON(h)); err != nil || h.Signature == "" {
		return err
	}
	signature, err := base64.StdEncoding.DecodeString(h.Signature)
	if err != nil {
		return err
	}
	return errors.Join(b.put("head.txt", h.signed()), b.put("head.sig", signature))
}

// log writes the links from the story's first event to the head.
func (b *builder) log(events []store.ProofEvent, head store.Head) error {
	f, err := b.zip.CreateHeader(&zip.FileHeader{Name: "log.txt", Method: zip.Deflate, Modified: b.at})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	first := true
	for link, err := range b.db.LogLinks(b.ctx, events[0].Cursor, head.Cursor) {
		if err != nil {
			return err
		}
		if first {
			fmt.Fprintf(out, "%d %s\n", events[0].Cursor, strings.ToLower(link.Prev))
			first = false
		}
		fmt.Fprintln(out, strings.ToLower(link.Content))
	}
	return out.Flush()
}

// versions writes each version's reading, pages and response.
func (b *builder) versions(key story.Key, proofs []store.Proof) error {
	visits, err := b.db.Visits(b.ctx, key, -1)
	if err != nil {
		return err
	}
	for _, p := range proofs {
		folder := fmt.Sprintf("versions/%04d/", p.Number)
		if err := b.put(folder+"reading.json", p.Reading); err != nil {
			return err
		}
		for _, page := range p.Pages {
			if page.Pruned {
				continue
			}
			body, err := b.db.PageBody(b.ctx, page.SHA256)
			if err != nil {
				return err
			}
			if err := b.put("pages/"+page.SHA256, body); err != nil {
				return err
			}
		}
		for _, v := range visits {
			if v.At.UnixMilli() == p.AtMillis {
				if err := b.put(folder+"response.json", mustJSON(response{v.URL, v.FinalURL, v.At, v.Status, v.Header})); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// page writes the changes, for programs and for people.
func (b *builder) page(key story.Key) error {
	st, err := b.db.Story(b.ctx, key)
	if err != nil {
		return err
	}
	p := export.Page{Story: st}
	var lines bytes.Buffer
	for c, err := range b.db.Changes(b.ctx, store.ChangeFilter{Key: key}) {
		if err != nil {
			return err
		}
		p.Changes = append(p.Changes, c)
		line, err := json.Marshal(c)
		if err != nil {
			return err
		}
		lines.Write(append(line, 10))
	}
	if err := b.put("changes.jsonl", lines.Bytes()); err != nil {
		return err
	}
	var html strings.Builder
	if err := export.WritePage(&html, p); err != nil {
		return err
	}
	return b.put("index.html", []byte(html.String()))
}

// mustJSON marshals what is made of texts, numbers and times.
func mustJSON(v any) []byte {
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err)
	}
	return out
}
