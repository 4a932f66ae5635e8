package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Template returns a source's latest template, as PutTemplate was given it; nil
// where there is none.
func (s *Store) Template(ctx context.Context, source string) ([]byte, error) {
	return s.lesson(ctx, "template of", "SELECT template FROM templates WHERE source = ? ORDER BY at DESC, rowid DESC LIMIT 1", source)
}

// PutTemplate keeps a template for good, by its ID: readings name it. One that is
// kept already is left as it is.
func (s *Store) PutTemplate(ctx context.Context, source, id string, template []byte, at time.Time) error {
	err := s.commit(ctx, source, func(t *tx) error {
		_, err := t.exec(`INSERT INTO templates (source, template_id, at, template) SELECT ?1, ?2, ?3, ?4
			WHERE NOT EXISTS (SELECT 1 FROM templates WHERE source = ?1 AND template_id = ?2)`, source, id, millis(at), string(template))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep template of %s: %w", source, err)
	}
	return nil
}

// Lessons returns what a source's visits taught, as PutLessons was given it; nil
// where there is nothing.
func (s *Store) Lessons(ctx context.Context, source string) ([]byte, error) {
	return s.lesson(ctx, "lessons of", "SELECT lesson FROM lessons WHERE source = ?", source)
}

// PutLessons keeps what a source's visits taught in place of what was kept.
func (s *Store) PutLessons(ctx context.Context, source string, lessons []byte, at time.Time) error {
	err := s.commit(ctx, source, func(t *tx) error {
		_, err := t.exec(`INSERT INTO lessons (source, at, lesson) VALUES (?1, ?2, ?3)
			ON CONFLICT (source) DO UPDATE SET at = ?2, lesson = ?3`, source, millis(at), string(lessons))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep lessons of %s: %w", source, err)
	}
	return nil
}

func (s *Store) lesson(ctx context.Context, what, query, source string) ([]byte, error) {
	var found string
	err := s.get(ctx, query, []any{source}, &found)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", what, source, err)
	}
	return []byte(found), nil
}
