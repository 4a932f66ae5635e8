package main

import (
	"bytes"
	"context"
	"encoding/json"
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
			return a.withHistory(cmd.Context(), func(db *store.Store) error { return a.query(cmd.Context(), db, args[0]) })
		},
	}
}

func (a *app) query(ctx context.Context, db *store.Store, query string) error {
	out := a.out()
	rows := &answer{app: a, table: out.Live() && !a.json}
	if err := db.SQL(ctx, query, rows.add); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	return rows.end(out)
}

// mostRows is how many rows a table on a terminal is measured by.
const mostRows = 1000

// answer is what a query gives, as it is printed.
type answer struct {
	app     *app
	table   bool
	columns []string
	rows    [][]string // of a table, until it is printed
	begun   bool
}

func (r *answer) add(columns []string, values []any) error {
	switch {
	case r.app.json:
		return r.object(columns, values)
	case r.table:
		r.columns = columns
		if r.rows = append(r.rows, texts(values)); len(r.rows) > mostRows {
			return fmt.Errorf("more than %d rows for a terminal; send them into a file, or add LIMIT", mostRows)
		}
		return nil
	}
	if !r.begun {
		r.begun = true
		if err := export.Row(r.app.stdout, columns); err != nil {
			return err
		}
	}
	return export.Row(r.app.stdout, texts(values))
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
	_, err := r.app.stdout.Write(b.Bytes())
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
func (r *answer) end(out *terminal.Screen) error {
	if !r.table || len(r.rows) == 0 {
		return nil
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
	return nil
}
