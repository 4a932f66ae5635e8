package store

import (
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// dialect is which of the two databases a history is in. Queries are written so
// that both understand them, in SQLite's words where they differ: text puts those
// into Postgres'. What differs by more than a word has a switch where it is.
type dialect int

const (
	onSQLite dialect = iota
	onPostgres
)

// Rows that are read to be built upon are locked in Postgres, where others write
// at the same time; SQLite has one writer and knows no such words.
const (
	forShare  = " FOR SHARE"
	forUpdate = " FOR UPDATE"
)

var (
	sqliteWords   = strings.NewReplacer(forShare, "", forUpdate, "")
	postgresWords = strings.NewReplacer("instr(", "strpos(", " INDEXED BY changes_at", "", "x''", "''::bytea")
)

// text is a query as the database understands it.
func (d dialect) text(query string) string {
	if d == onSQLite {
		return sqliteWords.Replace(query)
	}
	return numbered(postgresWords.Replace(query))
}

// numbered writes the places of arguments, ? and ?2, as Postgres does: $1 and $2.
func numbered(query string) string {
	var b strings.Builder
	next, quoted := 1, false
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c == '\'' {
			quoted = !quoted
		}
		if c != '?' || quoted {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('$')
		if i+1 < len(query) && '0' <= query[i+1] && query[i+1] <= '9' {
			continue // the number follows
		}
		b.WriteString(strconv.Itoa(next))
		next++
	}
	return b.String()
}

// ordered joins tables in the order in which they are named, where the database
// would otherwise begin with another. Postgres knows how many rows match.
func (d dialect) ordered() string {
	if d == onPostgres {
		return "JOIN"
	}
	return "CROSS JOIN"
}

// args are a query's arguments as the database takes them.
func (d dialect) args(args []any) []any {
	if d == onSQLite {
		return args
	}
	for i, a := range args {
		if s, ok := a.(string); ok && s != d.clean(s) {
			args = append([]any(nil), args...)
			args[i] = d.clean(s)
		}
	}
	return args
}

// clean is text as it is kept. Postgres takes no NUL character and no invalid
// UTF-8: each is kept as U+FFFD, there and wherever it is looked for. JSON has
// neither: it writes NUL as \u0000.
func (d dialect) clean(text string) string {
	if d == onSQLite || utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// maxKey is how long what is looked up by an index may be in Postgres, in bytes: a
// third of its page. Few addresses are longer than a tenth of it.
const maxKey = 2600

// findable leaves out the links whose addresses can't be looked up.
func (d dialect) findable(links []Link, log *slog.Logger) []Link {
	if d == onSQLite {
		return links
	}
	return slices.DeleteFunc(slices.Clone(links), func(l Link) bool {
		if len(l.URL) <= maxKey {
			return false
		}
		log.Warn("an address is left out: it is longer than Postgres can look up", "url", l.URL)
		return true
	})
}

// cleaned is a result whose texts are as they are kept, before hashes are taken of
// them.
func (d dialect) cleaned(r Result) Result {
	if d == onSQLite {
		return r
	}
	r.Source, r.URL, r.FinalURL, r.Reason, r.Key.ID = d.clean(r.Source), d.clean(r.URL), d.clean(r.FinalURL), d.clean(r.Reason), d.clean(r.Key.ID)
	r.Key.Source = d.clean(r.Key.Source)
	if r.Reading != nil {
		reading := *r.Reading
		reading.URL = d.clean(reading.URL)
		r.Reading = &reading
	}
	pages := make([]Page, len(r.Pages))
	for i, p := range r.Pages {
		pages[i] = Page{URL: d.clean(p.URL), ContentType: d.clean(p.ContentType), Body: p.Body}
	}
	r.Pages = pages
	return r
}
