// Package deploy holds what stakeout is deployed by to what the program is.
package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"stakeout/configs"
)

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// instructions are a Dockerfile's instructions, continued lines joined.
func instructions(t *testing.T, path string) [][2]string {
	t.Helper()
	var all [][2]string
	for _, line := range strings.Split(strings.ReplaceAll(read(t, path), "\\\n", " "), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		all = append(all, [2]string{word, strings.TrimSpace(rest)})
	}
	return all
}

// The image runs as nobody, on nothing but the program, and asks it whether it is
// well; what it copies is there.
func TestDockerfile(t *testing.T) {
	var stages, last []string
	copied := regexp.MustCompile(`^(--\S+ )*`)
	for _, in := range instructions(t, "Dockerfile") {
		if in[0] == "FROM" {
			stages, last = append(stages, in[1]), nil
		}
		last = append(last, in[0]+" "+in[1])
		if in[0] == "COPY" && !strings.Contains(in[1], "--from=") {
			parts := strings.Fields(copied.ReplaceAllString(in[1], ""))
			for _, p := range parts[:len(parts)-1] {
				if _, err := os.Stat(filepath.Join("..", p)); err != nil {
					t.Error(err)
				}
			}
		}
	}
	mod := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))[1]
	if len(stages) != 2 || !strings.Contains(stages[0], "golang:"+mod) || !strings.Contains(stages[1], "distroless/static") || !strings.HasSuffix(stages[1], ":nonroot") {
		t.Errorf("found stages %v, expected golang:%s and distroless/static:nonroot", stages, mod)
	}
	text := strings.Join(last, "\n")
	for _, want := range []string{"USER 65532", `"ping"]`, `"run"]`, "ENTRYPOINT [", "VOLUME /data"} {
		if !strings.Contains(text, want) {
			t.Errorf("the image's stage has no %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "\nRUN ") {
		t.Error("the last stage runs something: distroless has no shell")
	}
}

// composed is what the tests look at of a compose file.
type composed struct {
	Services map[string]struct {
		Build       struct{ Context, Dockerfile string }
		Image       string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		SecurityOpt []string `yaml:"security_opt"`
		Volumes     []string
		Ports       []string
		Command     []string
		Environment map[string]string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Healthcheck map[string]any
		Deploy      struct{ Replicas int }
	}
	Volumes map[string]any
}

// Every container of ours is read-only and has no rights, is published to this
// machine alone, and mounts what is there.
func TestComposeFiles(t *testing.T) {
	files, err := filepath.Glob("compose*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, path := range files {
		var c composed
		if err := yaml.Unmarshal([]byte(read(t, path)), &c); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for name, s := range c.Services {
			for _, v := range s.Volumes {
				from, _, _ := strings.Cut(v, ":")
				_, named := c.Volumes[from]
				if _, err := os.Stat(from); err != nil && !named {
					t.Errorf("%s: %s mounts %s, which is neither a volume nor there", path, name, from)
				}
			}
			for _, p := range s.Ports {
				if !strings.HasPrefix(p, "127.0.0.1:") {
					t.Errorf("%s: %s publishes %s to everyone", path, name, p)
				}
			}
			if s.Image != "stakeout" {
				continue
			}
			for of, wanted := range s.DependsOn {
				if d, ok := c.Services[of]; !ok || wanted.Condition != "service_healthy" || d.Image != "stakeout" && d.Healthcheck == nil {
					t.Errorf("%s: %s waits for %s to be well, which nothing tells", path, name, of)
				}
			}
			if workers := s.Deploy.Replicas; slices.Contains(s.Command, "worker") != (workers == 2) {
				t.Errorf("%s: %s has %d replicas", path, name, workers)
			}
			if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
				t.Errorf("%s: %s may do more than it needs", path, name)
			}
			if dockerfile := s.Build.Dockerfile; dockerfile != "" {
				if _, err := os.Stat(filepath.Join(s.Build.Context, dockerfile)); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// The configurations that containers are given are right.
func TestDeployedConfigurations(t *testing.T) {
	folders, err := filepath.Glob("config*")
	if err != nil || len(folders) == 0 {
		t.Fatal(err)
	}
	for _, folder := range folders {
		cfg, err := configs.Load(folder, configs.LoadOptions{Env: func(name string) (string, bool) { return "a-long-password-of-" + name, true }})
		if err != nil {
			t.Errorf("%s: %v", folder, err)
			continue
		}
		if cfg.Web.Password.Reveal() == "" {
			t.Errorf("%s: the page has no password", folder)
		}
	}
}

// systemd takes the unit, and finds it well shut in.
func TestSystemdUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("STAKEOUT_TOOLS_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skip("systemd-analyze is not here: apt-get install systemd")
	}
	dir := t.TempDir()
	for _, path := range []string{"stakeout.service"} {
		unit := strings.ReplaceAll(read(t, path), "/usr/local/bin/stakeout", "/bin/true") // verify wants the program to be there
		verified := filepath.Join(dir, path)
		if err := os.WriteFile(verified, []byte(unit), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", verified).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("verify %s: %v\n%s", path, err, out)
		}
		out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=15", "--no-pager", path).CombinedOutput()
		if err != nil { // an exposure of more than 1.5 of 10
			t.Errorf("security %s: %v\n%s", path, err, out)
		}
	}
}
