package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"stakeout/export"
	"stakeout/store"
	"stakeout/terminal"
)

func (a *app) queryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "query SQL",
		Short: "Ask the history in SQL",
		Long: `Runs a query on the history, which it can only read. Beside the tables there are
views whose columns stay: stories_v, versions_v, changes_v, fields_v (a row for each
field that differs) and visits_v; docs/recipes.md lists them, with ten questions and
their answers. Lists and labels are JSON.

A table on a terminal, CSV in a pipe, JSON lines with --json.
` + exitHelp,
		Example: `  stakeout query "SELECT source, count(*) FROM stories_v GROUP BY 1"
  stakeout query "SELECT at, id, old, new FROM fields_v WHERE class = 'fact' ORDER BY at DESC LIMIT 10"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			question, err := oneQuestion(args[0])
			if err != nil {
				return err
			}
			return a.withHistory(cmd.Context(), func(db *store.Store) error { return a.query(cmd.Context(), db, question) })
		},
	}
}

func (a *app) query(ctx context.Context, db *store.Store, query string) error {
	out := a.out()
	ctx, stop := withinMemory(ctx, mostMemory)
	defer stop()
	rows := &answer{app: a, table: out.Live() && !a.json, out: bufio.NewWriter(a.stdout)}
	err := db.SQL(ctx, query, rows.add)
	if flushErr := rows.out.Flush(); err == nil {
		err = flushErr
	}
	switch why := context.Cause(ctx); {
	case errors.Is(why, context.Canceled):
		return errors.New("query: stopped before its end")
	case why != nil:
		return fmt.Errorf("query: %w", why)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return withHint(fmt.Errorf("query: %w", err), "the views to ask are stories_v, versions_v, changes_v, fields_v and visits_v; docs/recipes.md has their columns")
	}
	rows.end(out)
	if err != nil {
		fmt.Fprintf(a.stderr, "the first %d rows; send them into a file to have all, or add LIMIT\n", mostRows)
	}
	return nil
}

// mostRows is how many rows a table on a terminal shows.
const mostRows = 1000

// errEnough ends a query of which a terminal shows no more.
var errEnough = errors.New("enough rows")

// answer is what a query gives, as it is printed.
type answer struct {
	app     *app
	table   bool
	out     *bufio.Writer
	columns []string
	rows    [][]string // of a table, until it is printed
}

// add takes a row; before the first, the columns alone.
func (r *answer) add(columns []string, values []any) error {
	switch {
	case r.app.json && values == nil:
		return nil
	case r.app.json:
		return r.object(columns, values)
	case values == nil && r.table:
		r.columns = columns
		return nil
	case values == nil:
		return export.Row(r.out, columns)
	case r.table && len(r.rows) == mostRows:
		return errEnough
	case r.table:
		r.rows = append(r.rows, texts(values))
		return nil
	}
	return export.Row(r.out, texts(values))
}

// object prints a row as JSON, its columns in their order.
func (r *answer) object(columns []string, values []any) error {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(c)
		if err != nil {
			return err
		}
		v := values[i]
		if raw, ok := v.([]byte); ok {
			v = fmt.Sprintf("%x", raw)
		}
		value, err := json.Marshal(v)
		if err != nil {
			return err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteString("}\n")
	_, err := r.out.Write(b.Bytes())
	return err
}

func texts(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
		case []byte:
			out[i] = fmt.Sprintf("%x", v)
		default:
			out[i] = fmt.Sprint(v)
		}
	}
	return out
}

// widest is the most columns of a terminal that one column of a table takes.
const widest = 60

// end prints the table.
func (r *answer) end(out *terminal.Screen) {
	if !r.table {
		return
	}
	width := make([]int, len(r.columns))
	for _, row := range append([][]string{r.columns}, r.rows...) {
		for i, cell := range row {
			width[i] = min(widest, max(width[i], len([]rune(cell))))
		}
	}
	line := func(row []string) string {
		var parts []string
		for i, cell := range row {
			parts = append(parts, terminal.Pad(terminal.Cut(terminal.Safe(cell), width[i]), width[i]))
		}
		return strings.TrimRight(strings.Join(parts, "  "), " ")
	}
	fmt.Fprintln(out, out.Set(terminal.Quiet, line(r.columns)))
	for _, row := range r.rows {
		fmt.Fprintln(out, line(row))
	}
}
