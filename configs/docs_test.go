package configs

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// row is a key in docs/configuration.md: its path, example and default.
var row = regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| [^|]+ \\| `([^|]+)` \\| ([^|]*) ?\\|$")

// described is a key of the schema: its path in the documentation, and its
// default, "" for one that is no value.
func described(t *testing.T) map[string]string {
	t.Helper()
	content, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]any
		Defs       map[string]any `yaml:"$defs"`
	}
	if err := yaml.Unmarshal(content, &schema); err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{}
	keysAt(schema.Properties, "", keys)
	for _, def := range schema.Defs { // sources, rules and secrets: keys of their own
		keysWithin(def, "", keys)
	}
	return keys
}

// keysAt takes the keys of one mapping, and of those within.
func keysAt(properties map[string]any, prefix string, keys map[string]string) {
	for key, value := range properties {
		value := value.(map[string]any)
		keys[prefix+key] = ""
		if d, ok := value["default"]; ok {
			keys[prefix+key] = fmt.Sprint(d)
		}
		keysWithin(value, prefix+key+".", keys)
	}
}

// keysWithin finds the mappings in a part of the schema.
func keysWithin(part any, prefix string, keys map[string]string) {
	switch part := part.(type) {
	case map[string]any:
		for name, value := range part {
			if properties, ok := value.(map[string]any); ok && name == "properties" {
				keysAt(properties, prefix, keys)
				continue
			}
			keysWithin(value, prefix, keys)
		}
	case []any:
		for _, value := range part {
			keysWithin(value, prefix, keys)
		}
	}
}

// docs/configuration.md has every key that the schema has, no other, and its
// default.
func TestDocumentationHasEveryKey(t *testing.T) {
	doc, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(string(doc), -1) {
		written[m[1]] = strings.TrimSpace(m[3])
	}
	known := described(t)
	for _, key := range slices.Sorted(maps.Keys(known)) {
		found, ok := written[key]
		switch {
		case !ok:
			t.Errorf("docs/configuration.md has no row | `%s` | what | `%s: example` | default |", key, key[strings.LastIndex(key, ".")+1:])
		case known[key] != "" && !strings.HasPrefix(found, known[key]):
			t.Errorf("%s: the documentation says that its default is %q, the schema %q", key, found, known[key])
		}
	}
	for key := range written {
		if _, ok := known[key]; !ok {
			t.Errorf("docs/configuration.md has %s, which the schema has not", key)
		}
	}
}

// Each example of docs/configuration.md is one that the reader takes.
func TestDocumentationExamplesAreRead(t *testing.T) {
	doc, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	within := map[string]map[string]any{} // the examples of a mapping's keys, together
	for _, m := range row.FindAllStringSubmatch(string(doc), -1) {
		key, example := m[1], map[string]any{}
		if err := yaml.Unmarshal([]byte(m[2]), &example); err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		if parent, _, nested := strings.Cut(key, "."); nested {
			if within[parent] == nil {
				within[parent] = map[string]any{}
			}
			maps.Copy(within[parent], example)
			continue
		}
		if key != "file" { // no file of ours
			mustRead(t, key, example)
		}
	}
	for parent, keys := range within {
		if parent == "notify" || parent == "exports" {
			keys = map[string]any{"desk": keys}
		}
		mustRead(t, parent, map[string]any{parent: keys})
	}
}

// mustRead reads a configuration with an example in its place.
func mustRead(t *testing.T, key string, example map[string]any) {
	t.Helper()
	cfg := example
	if !slices.Contains(topKeys, key) {
		source := map[string]any{"start": "https://a.example/"}
		switch {
		case slices.Contains(ruleKeys, key):
			rule := map[string]any{}
			if !slices.Contains([]string{"css", "label", "meta", "jsonld"}, key) {
				rule["css"] = "p"
			}
			maps.Copy(rule, example)
			source["fields"] = map[string]any{"x": rule}
		default:
			maps.Copy(source, example)
		}
		cfg = map[string]any{"sources": map[string]any{"a": source}}
	}
	content, err := yaml.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"c.yaml": string(content), "example.key": "not-a-real-key"})
	if _, err := Load(filepath.Join(dir, "c.yaml"), LoadOptions{}); err != nil {
		t.Errorf("%s: %v\n%s", key, err, content)
	}
}
