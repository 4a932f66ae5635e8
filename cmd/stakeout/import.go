package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"stakeout/archive"
	"stakeout/history"
	"stakeout/propose"
	"stakeout/store"
)

func (a *app) importCommand() *cobra.Command {
	var only string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in an export of versions, a web archive, or feeds of a list",
		Long: `Takes back the versions of a jsonl export with their whole history: times, order,
and what changed from one to the next. What is on record already is left as it is;
a story whose history on record is another one is refused, and named. The file may
be gzip-compressed; - is standard input.

Of a web archive (WARC or WACZ) each copy of a story of a configured source becomes
a visit at the time of the copy, read and judged as every other; its note says where
it came from. A history only grows at its end: copies no later than what is on record
of their story are refused, and the story is named. The same archive again brings
nothing twice.

Of an OPML file, which feed readers export, a configuration is written to standard
output: a source a feed.
` + exitHelp,
		Example: "  stakeout export --format jsonl --what versions -o all.jsonl\n  stakeout --db other.db import all.jsonl\n  stakeout import crawl.warc.gz --source whisperx\n  stakeout import feeds.opml > configs/feeds.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.importFile(cmd.Context(), args[0], only) },
	}
	cmd.Flags().StringVar(&only, "source", "", "of a web archive: take in the stories of this `SOURCE` alone")
	return cmd
}

// importFile takes in a file by what it holds.
func (a *app) importFile(ctx context.Context, path, only string) (err error) {
	in, end, err := a.openImport(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	head, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("import %s: %w", path, err)
	}
	switch head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"); {
	case len(head) == 0:
		return fmt.Errorf("import %s: found nothing, expected lines of JSON, a web archive or OPML", path)
	case bytes.HasPrefix(head, []byte("WARC/")):
		return a.importArchive(ctx, path, only, func(want func(string) bool, yield func(archive.Response) error) (archive.Skipped, error) {
			return archive.ReadWARC(ctx, in, want, yield)
		})
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return a.importPackage(ctx, path, only)
	case head[0] == '{':
		return a.importVersions(ctx, path, in)
	case head[0] == '<':
		return a.importOPML(path, in)
	}
	return fmt.Errorf("import %s: found %.20q, expected lines of JSON (export --format jsonl --what versions), a web archive (WARC, WACZ) or OPML", path, head)
}

// openImport opens a file, unpacked where it is compressed.
func (a *app) openImport(path string) (*bufio.Reader, func() error, error) {
	var raw io.Reader = a.stdin
	end := func() error { return nil }
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, err
		}
		raw, end = f, f.Close
	}
	in := bufio.NewReaderSize(raw, 64<<10)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("import %s: %w", path, err), end())
		}
		in = bufio.NewReaderSize(z, 64<<10)
	}
	return in, end, nil
}

func (a *app) importVersions(ctx context.Context, path string, in io.Reader) (err error) {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	file, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, file, store.Options{Log: a.log()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	done, err := history.Import(ctx, db, in)
	if a.json {
		err = errors.Join(err, a.printJSON(done))
	} else {
		fmt.Fprintf(a.stderr, "%d versions of %d stories taken in, %d were on record\n", done.Versions, done.Stories, done.Known)
	}
	for _, r := range done.Refused {
		fmt.Fprintf(a.stderr, "refused: %s\n", r)
	}
	var broken *history.LineError
	switch {
	case errors.As(err, &broken):
		return withHint(fmt.Errorf("import %s:%d: %w", path, broken.Line, broken.Err),
			"nothing of that story was taken in, those before it were; mend the line and import the file again")
	case err != nil:
		return fmt.Errorf("import %s: %w", path, err)
	case len(done.Refused) > 0:
		return withHint(fmt.Errorf("import %s: %d stories were refused", path, len(done.Refused)), "take them into a database of their own: stakeout --db other.db import %s", path)
	}
	return nil
}

// outline is an entry of an OPML file.
type outline struct {
	Title    string    `xml:"title,attr"`
	Text     string    `xml:"text,attr"`
	Feed     string    `xml:"xmlUrl,attr"`
	Outlines []outline `xml:"outline"`
}

// importOPML writes a configuration of the feeds of a list.
func (a *app) importOPML(path string, in io.Reader) error {
	var list struct {
		XMLName  xml.Name  `xml:"opml"`
		Outlines []outline `xml:"body>outline"`
	}
	d := xml.NewDecoder(in)
	d.Strict = false
	if err := d.Decode(&list); err != nil {
		return fmt.Errorf("import %s: expected OPML: %w", path, err)
	}
	var feeds []propose.Feed
	var gather func([]outline)
	gather = func(all []outline) {
		for _, o := range all {
			if o.Feed != "" {
				title := o.Title
				if title == "" {
					title = o.Text
				}
				feeds = append(feeds, propose.Feed{Title: title, URL: o.Feed})
			}
			gather(o.Outlines)
		}
	}
	gather(list.Outlines)
	if len(feeds) == 0 {
		return fmt.Errorf("import %s: found no feed (xmlUrl) in the list", path)
	}
	text, refused := propose.Feeds(feeds)
	for _, r := range refused {
		fmt.Fprintf(a.stderr, "left out: %s\n", r)
	}
	_, err := io.WriteString(a.stdout, text)
	return err
}
