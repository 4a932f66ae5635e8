package export

import (
	"encoding/json"
	"io"
	"iter"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"stakeout/story"
)

// parquetGroup is how many rows are gathered in memory before they are written.
const parquetGroup = 2000

// storyRow is a story or version in Parquet. Times are UTC in microseconds, null
// where unknown; published and updated are given as the page states them too.
type storyRow struct {
	Source      string            `parquet:"source,dict"`
	ID          string            `parquet:"id"`
	Version     int32             `parquet:"version"`
	Status      string            `parquet:"status,dict"`
	URL         string            `parquet:"url"`
	Headline    string            `parquet:"headline"`
	Body        []string          `parquet:"body,list"`
	Authors     []string          `parquet:"authors,list"`
	Publisher   string            `parquet:"publisher,dict"`
	Sector      string            `parquet:"sector,dict"`
	Tags        []string          `parquet:"tags,list"`
	Credibility string            `parquet:"credibility,dict"`
	Published   string            `parquet:"published"`
	PublishedAt *time.Time        `parquet:"published_at,optional,timestamp(microsecond)"`
	Updated     string            `parquet:"updated"`
	UpdatedAt   *time.Time        `parquet:"updated_at,optional,timestamp(microsecond)"`
	Language    string            `parquet:"language,dict"`
	Metadata    map[string]string `parquet:"metadata"`
	FirstSeen   *time.Time        `parquet:"first_seen,optional,timestamp(microsecond)"`
	LastSeen    *time.Time        `parquet:"last_seen,optional,timestamp(microsecond)"`
	ChangedAt   *time.Time        `parquet:"changed_at,optional,timestamp(microsecond)"`
}

// changeRow is a change in Parquet, its fields nested.
type changeRow struct {
	Cursor     int64      `parquet:"cursor"`
	Source     string     `parquet:"source,dict"`
	ID         string     `parquet:"id"`
	Event      string     `parquet:"event,dict"`
	From       int32      `parquet:"from"`
	To         int32      `parquet:"to"`
	At         time.Time  `parquet:"at,timestamp(microsecond)"`
	SeenBefore *time.Time `parquet:"seen_before,optional,timestamp(microsecond)"`
	Disclosed  bool       `parquet:"disclosed"`
	Classes    []string   `parquet:"classes,list"`
	RevertedTo *int32     `parquet:"reverted_to,optional"`
	URL        string     `parquet:"url"`
	Headline   string     `parquet:"headline"`
	Fields     []fieldRow `parquet:"fields,list"`
}

type fieldRow struct {
	Field     string `parquet:"field,dict"`
	Class     string `parquet:"class,dict"`
	Paragraph *int32 `parquet:"paragraph,optional"`
	Was       *int32 `parquet:"was,optional"`
	Old       string `parquet:"old"`
	New       string `parquet:"new"`
	Words     string `parquet:"words"` // JSON; "" for lists
}

// StoriesParquet writes stories or versions as Parquet, zstd-compressed.
func StoriesParquet(w io.Writer, stories iter.Seq2[story.Story, error]) error {
	return writeParquet(w, stories, func(s story.Story) (storyRow, error) {
		return storyRow{
			Source: s.Source, ID: s.ID, Version: int32(s.Version), Status: string(s.Status), URL: s.URL, Headline: s.Headline, Body: s.Body,
			Authors: s.Authors, Publisher: s.Publisher, Sector: s.Sector, Tags: s.Tags, Credibility: s.Credibility,
			Published: string(s.Published), PublishedAt: instantOf(s.Published), Updated: string(s.Updated), UpdatedAt: instantOf(s.Updated),
			Language: s.Language, Metadata: s.Metadata, FirstSeen: inUTCOrNil(s.FirstSeen), LastSeen: inUTCOrNil(s.LastSeen), ChangedAt: inUTCOrNil(s.ChangedAt),
		}, nil
	})
}

// ChangesParquet writes changes as Parquet, a row each, their fields nested.
func ChangesParquet(w io.Writer, changes iter.Seq2[story.Change, error]) error {
	return writeParquet(w, changes, func(c story.Change) (changeRow, error) {
		row := changeRow{
			Cursor: c.Cursor, Source: c.Source, ID: c.ID, Event: string(c.Event), From: int32(c.From), To: int32(c.To), At: c.At.UTC(),
			SeenBefore: inUTCOrNil(c.SeenBefore), Disclosed: c.Disclosed, URL: c.URL, Headline: c.Headline,
		}
		for _, class := range c.Classes {
			row.Classes = append(row.Classes, string(class))
		}
		if c.RevertedTo > 0 {
			row.RevertedTo = narrow(&c.RevertedTo)
		}
		for _, f := range c.Fields {
			r, err := fieldToRow(f)
			if err != nil {
				return row, err
			}
			row.Fields = append(row.Fields, r)
		}
		return row, nil
	})
}

func fieldToRow(f story.FieldChange) (fieldRow, error) {
	before, after := sides(f)
	r := fieldRow{Field: f.Field, Class: string(f.Class), Paragraph: narrow(f.At), Was: narrow(f.Was), Old: before, New: after}
	if len(f.Words) > 0 {
		words, err := json.Marshal(f.Words)
		if err != nil {
			return r, err
		}
		r.Words = string(words)
	}
	return r, nil
}

func writeParquet[T, R any](w io.Writer, items iter.Seq2[T, error], row func(T) (R, error)) error {
	out := parquet.NewGenericWriter[R](w, parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(parquetGroup),
		parquet.CreatedBy("stakeout", "", ""))
	rows := make([]R, 0, 100)
	flush := func() error {
		_, err := out.Write(rows)
		rows = rows[:0]
		return err
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		r, err := row(item)
		if err != nil {
			return err
		}
		if rows = append(rows, r); len(rows) == cap(rows) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return out.Close()
}

// instantOf is the instant of a moment; nil where there is none.
func instantOf(m story.Moment) *time.Time {
	t, ok := m.Time()
	if !ok {
		return nil
	}
	return inUTCOrNil(&t)
}

func inUTCOrNil(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

func narrow(n *int) *int32 {
	if n == nil {
		return nil
	}
	v := int32(*n)
	return &v
}
