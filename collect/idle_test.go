package collect

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/story"
)

// What the service costs while nothing is due, at 10,000 stories of 100 sources:
// it makes one tick a second.
func BenchmarkServiceTick(b *testing.B) {
	db, err := store.Open(context.Background(), filepath.Join(b.TempDir(), "s.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	now := time.Now()
	var yaml string
	for i := range 100 {
		name := fmt.Sprintf("s%d", i)
		yaml += fmt.Sprintf("  %s: {start: https://%s.example/, schedule: '@yearly'}\n", name, name)
		for n := range 100 {
			id := fmt.Sprint(n)
			reading := story.Reading{Fields: story.Fields{Headline: "Harbour reopens", Body: []string{id}}}
			if _, err := db.Record(context.Background(), store.Result{
				Visit:   store.Visit{Source: name, URL: "https://" + name + ".example/" + id, Key: story.Key{Source: name, ID: id}, Kind: "story", At: now, Outcome: story.New},
				Reading: &reading, Print: id, Pages: []store.Page{{URL: "https://x.example/", Body: []byte(name + id)}},
				NextAt: now.Add(time.Hour), Recheck: []byte("{}"),
			}); err != nil {
				b.Fatal(err)
			}
		}
		if err := db.Ran(context.Background(), name, now, ""); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "c.yaml")
	writeFile(b, path, "sources:\n"+yaml)
	cfg, err := configs.Load(path, configs.LoadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	service := Service{Collector: &Collector{Store: db}, Sources: cfg.Sources, Engine: nobody{}, Log: slog.New(slog.DiscardHandler)}
	service.Reload(service.Sources)
	if err := service.plan(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		if err := service.plan(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
