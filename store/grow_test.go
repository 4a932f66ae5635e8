package store

import (
	"errors"
	"testing"
)

// A program that runs while a newer one brings the schema up to date goes on, and so
// does one that is started afterwards, until a schema says that it can't.
func TestOlderProgramGoesOnWithASchemaThatGrew(t *testing.T) {
	name := newHistory(t)
	running := mustOpenFile(t, name, Options{})
	one := firstVersion("a", "1", "12 dead")
	mustRecord(t, running, one)
	raw := rawConn(t, name)
	mustExec(t, raw, "ALTER TABLE stories ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'", "ALTER TABLE hosts ADD COLUMN mood TEXT",
		"CREATE TABLE moods (mood TEXT PRIMARY KEY)", "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
	mustRecord(t, running, nextVersion(one, 1, "14 dead"))
	again := mustOpenFile(t, name, Options{})
	mustRecord(t, again, firstVersion("a", "2", "a new one"))
	mustRecord(t, running, firstVersion("b", "1", "another"))
	if r := mustVerify(t, again); r.Versions != 4 {
		t.Errorf("found %+v", r)
	}
	mustExec(t, raw, "UPDATE compatible SET since = 9999")
	mustRecord(t, running, firstVersion("b", "2", "one that runs notices nothing"))
	for _, readOnly := range []bool{false, true} {
		if s, err := Open(t.Context(), name, Options{ReadOnly: readOnly}); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("read-only %v: found %v, %v, expected ErrNewerSchema", readOnly, s, err)
		}
	}
}
