package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stakeout/export"
	"stakeout/store"
	"stakeout/story"
)

// Formats are the formats of exports, and Whats what can be exported.
var (
	Formats = []string{"jsonl", "csv", "md", "html", "parquet", "xlsx", "atom", "stix", "misp", "warc"}
	Whats   = []string{"stories", "versions", "changes"}
)

// storiesOnly are the formats that have no form for changes.
var storiesOnly = []string{"md", "html", "misp", "warc"}

// Export is what is to be written out, and how.
type Export struct {
	Format, What string // of Formats and Whats
	Query        Query
	TLP          export.TLP // of stix and misp; "" for clear
	Raw          bool       // of csv: cells as they are, formulas too
	Zones        export.Zones
	Software     string // of warc: what wrote it
	Self         string // of atom: the feed's own address; "" for a file
	// Tell is called behind each row with how many there were; nil tells nobody.
	Tell func(rows int)
}

// Check says what is wrong with an export, before anything is opened.
func (e Export) Check() error {
	if !slices.Contains(Formats, e.Format) {
		return fmt.Errorf("format: found %q, expected one of %s", e.Format, strings.Join(Formats, ", "))
	}
	if !slices.Contains(Whats, e.What) {
		return fmt.Errorf("what: found %q, expected stories, versions or changes", e.What)
	}
	if e.What == "changes" && slices.Contains(storiesOnly, e.Format) || e.What == "versions" && (e.Format == "md" || e.Format == "html") {
		return fmt.Errorf("what: found %s, which format %s doesn't write; expected stories, or another format", e.What, e.Format)
	}
	return nil
}

// InFolder reports whether an export to a path is a file a story in a folder.
func (e Export) InFolder(path string) bool {
	return e.Format == "md" && !strings.HasSuffix(path, ".md") || e.Format == "html" && !strings.HasSuffix(path, ".html")
}

// Write writes an export as one stream.
func (e Export) Write(ctx context.Context, w io.Writer, db *store.Store) error {
	return e.write(ctx, w, db, false)
}

func (e Export) write(ctx context.Context, w io.Writer, db *store.Store, gzip bool) error {
	if e.Format == "warc" {
		return export.WARC(w, gzip, e.Software, counted(Captures(ctx, db, e.Query), e.Tell))
	}
	if e.What == "changes" {
		return e.writeChanges(ctx, w, db)
	}
	stories := Stories(ctx, db, e.Query)
	if e.What == "versions" {
		stories = Versions(ctx, db, e.Query)
	}
	stories = counted(stories, e.Tell)
	switch e.Format {
	case "csv":
		return export.StoriesCSV(w, e.Raw, stories)
	case "md":
		return export.Markdown(w, stories, e.Zones)
	case "html":
		return e.writePages(ctx, w, db)
	case "parquet":
		return export.StoriesParquet(w, stories)
	case "xlsx":
		return export.StoriesXLSX(w, stories)
	case "atom":
		return export.StoriesAtom(w, e.feed("Stories"), stories)
	case "stix":
		return export.StoriesSTIX(w, e.mark(), stories)
	case "misp":
		return export.StoriesMISP(w, e.mark(), stories)
	}
	return export.JSONL(w, stories)
}

// counted is what it is given, and tells how much of it went by.
func counted[T any](items iter.Seq2[T, error], tell func(rows int)) iter.Seq2[T, error] {
	if tell == nil {
		return items
	}
	return func(yield func(T, error) bool) {
		rows := 0
		for item, err := range items {
			if !yield(item, err) {
				return
			}
			rows++
			tell(rows)
		}
	}
}

func (e Export) writeChanges(ctx context.Context, w io.Writer, db *store.Store) error {
	changes := counted(Changes(ctx, db, e.Query), e.Tell)
	switch e.Format {
	case "csv":
		return export.ChangesCSV(w, e.Raw, changes)
	case "parquet":
		return export.ChangesParquet(w, changes)
	case "xlsx":
		return export.ChangesXLSX(w, changes)
	case "atom":
		return export.ChangesAtom(w, e.feed("Changes"), changes)
	case "stix":
		return export.ChangesSTIX(w, e.mark(), changes)
	}
	return export.JSONL(w, changes)
}

func (e Export) mark() export.TLP {
	if e.TLP == "" {
		return export.Clear
	}
	return e.TLP
}

// feed is what an Atom feed of the export says of itself.
func (e Export) feed(what string) export.Feed {
	title, question := what, e.Query.Filter.String()
	if question != "" {
		title += ": " + question
	}
	id := e.Self
	if id == "" {
		id = "urn:stakeout:" + strings.ToLower(what)
	}
	return export.Feed{ID: id, Title: title, Self: e.Self, Updated: time.Now()}
}

// writePages writes one page where one story is meant; several need a folder.
func (e Export) writePages(ctx context.Context, w io.Writer, db *store.Store) error {
	n := 0
	for s, err := range Stories(ctx, db, e.Query) {
		if err != nil {
			return err
		}
		if n++; n > 1 {
			return errors.New("html: found several stories, expected a folder to write a page a story into: -o FOLDER")
		}
		text, err := pageOf(ctx, db, s)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// pageOf is a story with its changes as one page.
func pageOf(ctx context.Context, db *store.Store, s story.Story) (string, error) {
	p := export.Page{Story: s}
	for c, err := range db.Changes(ctx, store.ChangeFilter{Key: s.Key()}) {
		if err != nil {
			return "", err
		}
		p.Changes = append(p.Changes, c)
	}
	var b strings.Builder
	err := export.WritePage(&b, p)
	return b.String(), err
}

// File writes an export to a path, whole or not at all; a folder gets a file a
// story, each whole, and then n is how many stories have theirs.
func (e Export) File(ctx context.Context, db *store.Store, path string) (n int, err error) {
	return e.file(ctx, db, path, nil)
}

func (e Export) file(ctx context.Context, db *store.Store, path string, ready func(sum string) error) (n int, err error) {
	if !e.InFolder(path) {
		zipped := strings.HasSuffix(path, ".gz")
		return 0, export.WriteFileAfter(path, func(w io.Writer) error { return e.write(ctx, w, db, zipped) }, ready)
	}
	text := func(s story.Story) (string, error) { return export.MarkdownStory(s, e.Zones(s.Source)), nil }
	ext := ".md"
	if e.Format == "html" {
		ext, text = ".html", func(s story.Story) (string, error) { return pageOf(ctx, db, s) }
	}
	return export.Folder(path, ext, counted(Stories(ctx, db, e.Query), e.Tell), text)
}

// Next writes what a cursor didn't export yet, to a path or, where that is "", to
// w; and moves the cursor. A file and its cursor move together: killed at any
// point, what is in a finished file is not exported again, and nothing is left
// out. A stream is exported again where its end wasn't reached.
func (e Export) Next(ctx context.Context, db *store.Store, name, path string, w io.Writer) (n int, err error) {
	c, err := settled(ctx, db, name)
	if err != nil {
		return 0, err
	}
	upto, err := db.LastChange(ctx)
	if err != nil {
		return 0, err
	}
	e.Query.After, e.Query.Upto = c.At, upto
	if path == "" {
		err = e.Write(ctx, w, db)
	} else {
		if path, err = filepath.Abs(path); err != nil {
			return 0, err
		}
		n, err = e.file(ctx, db, path, func(sum string) error {
			if sum == "" {
				return nil // no file: what went through it went
			}
			return db.PrepareCursor(ctx, c, store.PendingExport{To: upto, Path: path, SHA256: sum})
		})
	}
	if err != nil {
		return n, err
	}
	err = db.MoveCursor(ctx, c, upto)
	if errors.Is(err, store.ErrCursorMoved) {
		// Who came for the same cursor meanwhile may have seen that the file arrived.
		if now, readErr := db.Cursor(ctx, name); readErr == nil && now.At >= upto && path != "" {
			return n, nil
		}
	}
	return n, err
}

// settled is where a cursor stands, once it is told whether the file that was on
// its way arrived: it did where nothing waits beside its place any more, though
// somebody may have taken it from there since.
func settled(ctx context.Context, db *store.Store, name string) (store.Cursor, error) {
	c, err := db.Cursor(ctx, name)
	if err != nil || c.Pending == nil {
		return c, err
	}
	err = export.Withdraw(c.Pending.Path, c.Pending.SHA256, func(arrived bool) error {
		to := c.At
		if arrived {
			to = c.Pending.To
		}
		return db.MoveCursor(ctx, c, to)
	})
	if err != nil {
		return c, fmt.Errorf("cursor %s: whether its last export arrived: %w", name, err)
	}
	return db.Cursor(ctx, name)
}
