package web

import "fmt"

// Build is what the program was built from and with.
type Build struct {
	Version    string `json:"version"`               // a release's tag, or the revision's place since one
	Revision   string `json:"revision,omitempty"`    // "" where it was built outside of a repository
	RevisionAt string `json:"revision_at,omitempty"` // RFC 3339
	Modified   bool   `json:"modified"`              // with changes that no revision has
	Go         string `json:"go"`
	Platform   string `json:"platform"` // such as linux/arm64
}

// String is what --version prints.
func (b Build) String() string {
	revision := "unknown revision"
	if b.Revision != "" {
		revision = fmt.Sprintf("revision %s of %s", b.Revision, b.RevisionAt)
	}
	if b.Modified {
		revision += ", modified"
	}
	return fmt.Sprintf("stakeout %s\n%s\n%s %s\n", b.Version, revision, b.Go, b.Platform)
}
