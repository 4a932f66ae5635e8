package configs

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Secret is text that is sent and never shown: it prints, logs and marshals as
// three asterisks. The zero value is the empty text.
type Secret struct{ text string }

// NewSecret is a secret made of text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text itself, for what sends it.
func (s Secret) Reveal() string { return s.text }

// hidden stands for every secret where one would be shown.
const hidden = "***"

// String implements fmt.Stringer.
func (Secret) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return hidden }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// sensitive matches the names of headers, cookies and form fields whose values
// are secrets by themselves, and so must not stand in a configuration.
var sensitive = regexp.MustCompile(`(?i)pass|pwd|secret|token|api.?key|auth|sess|^sid$|cookie|credential|^pin$`)

// secretKeys are the keys of a value that is read from a file.
var secretKeys = []string{"file"}

// secret reads a value that may be a secret: text, or {file: path}. What came
// from the environment or a file is remembered, so that it can be hidden. must
// says that a secret written out is refused.
func (f *file) secret(n ast.Node, path string, src *Source, must bool) Secret {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return f.secretFile(n, path, src)
	}
	raw, _ := scalar(n)
	s := f.text(n, path)
	for _, name := range variableNames(raw) {
		if v, ok := f.env(name); ok {
			src.Session.hide(v)
		}
	}
	switch {
	case f.unset[n]:
	case len(variableNames(raw)) > 0:
		src.Session.hide(s)
	case must && s != "":
		f.at(n, path, "a secret written out", "${VAR}, read from the environment, or {file: PATH}")
	}
	f.checkHeaderText(n, path, s)
	return Secret{s}
}

// variableNames are the names of the ${VAR} in a text.
func variableNames(s string) (names []string) {
	for _, m := range variable.FindAllStringSubmatch(s, -1) {
		if !strings.HasPrefix(m[0], "$$") {
			names = append(names, m[1])
		}
	}
	return names
}

// maxSecret is the most bytes that a file of a secret may have.
const maxSecret = 64 << 10

// secretFile reads a secret from the file that a mapping names; a relative path
// begins at the configuration's folder. The line break at its end is not part
// of it.
func (f *file) secretFile(n ast.Node, path string, src *Source) (s Secret) {
	given := false
	f.mapping(n, path, secretKeys, func(p pair) {
		given = true
		name := f.text(p.v, join(path, p.key))
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(f.name), name)
		}
		content, err := os.ReadFile(name)
		switch {
		case err != nil:
			f.at(p.v, join(path, p.key), quote(name), "a file that can be read ("+err.Error()+")")
			return
		case len(content) > maxSecret:
			f.at(p.v, join(path, p.key), quote(name), "a file of at most 64 KB")
			return
		}
		s = Secret{strings.TrimRight(string(content), "\r\n")}
		src.Session.hide(s.text)
		f.checkHeaderText(p.v, join(path, p.key), s.text)
	})
	if !given {
		f.at(n, path, "an empty mapping", "{file: PATH}")
	}
	return s
}

// checkHeaderText refuses what can't stand in one line of a request, without
// saying what it is.
func (f *file) checkHeaderText(n ast.Node, path, s string) {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		f.at(n, path, "a line break or another control character", "text in one line")
	}
}
