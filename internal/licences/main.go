// Command licences prints the licences of all that is linked into stakeout, on
// every system that it is released for: the modules, and Go itself. A module that
// has no licence file is an error.
//
//	go run ./internal/licences > THIRD_PARTY_LICENSES
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// systems are those whose programs link something of their own.
var systems = []string{"linux", "darwin", "windows"}

func main() {
	if err := write(os.Stdout, "."); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// module is one that is linked in.
type module struct{ Path, Version, Dir string }

// write prints the licences of the program in the repository at root: each text
// once, below the names of those that it holds for.
func write(w io.Writer, root string) error {
	modules, err := linked(root)
	if err != nil {
		return err
	}
	modules = append(modules, module{"Go's standard library and runtime", "", goRoot()})
	var texts []string
	holders := map[string][]string{}
	for _, m := range modules {
		found, err := licencesOf(m.Dir)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
		for _, text := range found {
			if holders[text] == nil {
				texts = append(texts, text)
			}
			holders[text] = append(holders[text], strings.TrimSpace(m.Path+" "+m.Version))
		}
	}
	fmt.Fprintf(w, "What is linked into stakeout, and the licences that it comes under.\nMade by: go run ./internal/licences > THIRD_PARTY_LICENSES\n")
	for _, text := range texts {
		fmt.Fprintf(w, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), strings.Join(holders[text], "\n"), text)
	}
	return nil
}

// linked lists the modules whose packages the program imports, directly or not, by
// their paths.
func linked(root string) ([]module, error) {
	var all []module
	for _, system := range systems {
		cmd := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/stakeout")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		var out, problems bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &problems
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("go list for %s: %w\n%s", system, err, &problems)
		}
		for dec := json.NewDecoder(&out); ; {
			var pkg struct {
				Module *struct {
					module
					Main bool
				}
			}
			err := dec.Decode(&pkg)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("go list for %s: %w", system, err)
			}
			if pkg.Module != nil && !pkg.Module.Main && !slices.Contains(all, pkg.Module.module) {
				all = append(all, pkg.Module.module)
			}
		}
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// licenceName is what files of licences and notices are called.
var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|copyright|unlicense|patents)([-._].*)?$`)

// licencesOf reads the licences in a module's folder.
func licencesOf(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, e := range entries {
		if e.IsDir() || !licenceName.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n"))
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("found no licence in %s", dir)
	}
	return texts, nil
}

// goRoot is where Go is.
func goRoot() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
