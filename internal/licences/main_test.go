package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// THIRD_PARTY_LICENSES is what is linked in.
func TestFileIsCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("it lists every package for three systems")
	}
	var want bytes.Buffer
	if err := write(&want, "../.."); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../THIRD_PARTY_LICENSES")
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("THIRD_PARTY_LICENSES is stale (%v): go run ./internal/licences > THIRD_PARTY_LICENSES", err)
	}
}

func TestModuleWithoutLicenceIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "license.go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := licencesOf(dir); err == nil {
		t.Errorf("found %q", found)
	}
	if err := os.WriteFile(filepath.Join(dir, "LICENSE-MIT"), []byte("Do as you like.\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := licencesOf(dir); err != nil || len(found) != 1 || found[0] != "Do as you like." {
		t.Errorf("found %q, %v", found, err)
	}
}
