package store

import (
	"testing"
	"time"
)

func TestLessonsAndTemplates(t *testing.T) {
	s := MustOpen(t)
	ctx := t.Context()
	for _, get := range []func() ([]byte, error){
		func() ([]byte, error) { return s.Template(ctx, "a") },
		func() ([]byte, error) { return s.Lessons(ctx, "a") },
	} {
		if found, err := get(); found != nil || err != nil {
			t.Errorf("of a source that taught nothing: found %q, %v", found, err)
		}
	}
	fill(t, s)
	// The same template once more, with other words: the first one stands.
	if err := s.PutTemplate(ctx, "a", "t1", []byte("{}"), t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Template(ctx, "a"); string(found) != `{"lines":["t2"]}` || err != nil {
		t.Errorf("latest template: found %s, %v", found, err)
	}
	if found, err := s.Lessons(ctx, "a"); string(found) != `{"of":"t2"}` || err != nil {
		t.Errorf("lessons: found %s, %v", found, err)
	}
}
