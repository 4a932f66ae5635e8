package prose

import (
	"testing"

	"golang.org/x/net/html"
)

func BenchmarkFind(b *testing.B) {
	var docs []*html.Node
	for _, r := range corpus[row](b, "extraction/fundus/truth.jsonl") {
		docs = append(docs, parsePage(b, "extraction/fundus/"+r.File))
	}
	i := 0
	for b.Loop() {
		readPage(docs[i%len(docs)])
		i++
	}
}
