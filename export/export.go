// Package export writes what was collected in the formats that other programs
// read. It reads iterators, and knows neither the database nor the network.
package export

import (
	"encoding/json"
	"io"
	"iter"
)

// JSONL writes one JSON value a line.
func JSONL[T any](w io.Writer, items iter.Seq2[T, error]) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := enc.Encode(item); err != nil {
			return err
		}
	}
	return nil
}
