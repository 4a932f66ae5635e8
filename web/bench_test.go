package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"stakeout/store"
	"stakeout/web"
)

// What a person waits for until a view begins, over the history that
// STAKEOUT_HISTORY names, and what is sent: docs/benchmarks.md has the command.
func BenchmarkFirstByte(b *testing.B) {
	path := os.Getenv("STAKEOUT_HISTORY")
	if path == "" {
		b.Skip("STAKEOUT_HISTORY names no history")
	}
	db, err := store.Open(b.Context(), path, store.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	handler := web.New(web.Options{Store: db})
	st := ""
	source := ""
	for s, err := range db.Stories(b.Context(), store.Filter{Limit: 1}) {
		if err != nil {
			b.Fatal(err)
		}
		st, source = "/stories/"+s.Source+"/"+s.ID, s.Source
	}
	for _, view := range []string{"/", "/?view=all&q=fact:amount+disclosed:no", "/stories", st, "/sources", "/sources/" + source, "/search?q=council", "/feeds/changes.atom", "/api/changes", "/api/stories"} {
		b.Run(view, func(b *testing.B) {
			size := 0
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, view, nil)
				r.Host = "localhost"
				r.Header.Set("Accept", "text/html")
				r.Header.Set("Accept-Encoding", "gzip")
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/view")
			b.ReportMetric(float64(size)/1000, "KB")
		})
	}
}
