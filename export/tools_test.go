package export

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Exports are read back by programs that aren't ours. Where one is absent, its
// test skips and says how to get it; CI installs them and doesn't let it skip.

func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("STAKEOUT_TOOLS_REQUIRED") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// python runs a script with Debian's Python and one of its packages.
func python(t *testing.T, module, script string, args ...string) []byte {
	t.Helper()
	const debian = "/usr/bin/python3"
	if err := exec.Command(debian, "-c", "import "+module).Run(); err != nil {
		missing(t, "needs Python's %s: apt-get install python3-%s", module, module)
	}
	return output(t, exec.Command(debian, append([]string{"-c", script}, args...)...))
}

// node runs a script with the packages of .ci/node.
func node(t *testing.T, script string, args ...string) []byte {
	t.Helper()
	dir, err := filepath.Abs("../.ci/node")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		missing(t, "needs the test tools: npm ci --prefix .ci/node")
	}
	cmd := exec.Command("node", append([]string{"--input-type=module", "-e", script}, args...)...)
	cmd.Dir = dir
	return output(t, cmd)
}

func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		var stderr []byte
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = exit.Stderr
		}
		t.Fatalf("%s: %v\n%s", cmd.Path, err, stderr)
	}
	return out
}
