package store

import (
	"errors"
	"testing"
)

func TestCursorMovesWithItsFile(t *testing.T) {
	s := MustOpen(t)
	fill(t, s)
	ctx := t.Context()
	begin, err := s.Cursor(ctx, "daily")
	if err != nil || begin.At != 0 || begin.Pending != nil {
		t.Fatalf("a cursor that never ran: %+v, %v", begin, err)
	}
	last, err := s.LastChange(ctx)
	if err != nil || last == 0 {
		t.Fatalf("last change %d, %v", last, err)
	}
	want := PendingExport{To: last, Path: "/out/a.csv", SHA256: "00ff"}
	if err := s.PrepareCursor(ctx, begin, want); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Cursor(ctx, "daily"); err != nil || c.At != 0 || c.Pending == nil || *c.Pending != want {
		t.Errorf("prepared: %+v, %v", c, err)
	}
	if err := s.MoveCursor(ctx, begin, last); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Cursor(ctx, "daily"); err != nil || c.At != last || c.Pending != nil {
		t.Errorf("moved: %+v, %v", c, err)
	}
	if err := s.MoveCursor(ctx, begin, last); !errors.Is(err, ErrCursorMoved) {
		t.Errorf("moved a second time from the same place: %v", err)
	}
	if err := s.PrepareCursor(ctx, begin, want); !errors.Is(err, ErrCursorMoved) {
		t.Errorf("prepared from where it is no more: %v", err)
	}
	if err := s.MoveCursor(ctx, Cursor{Name: "other"}, 1); err != nil {
		t.Error(err)
	}
}
