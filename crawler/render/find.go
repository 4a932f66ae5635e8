package render

import (
	"fmt"
	"os"
	"os/exec"
)

// pathVariable is the environment's word for where Chromium is.
const pathVariable = "STAKEOUT_CHROMIUM"

// names are the programs that are Chromium, the plain one first.
var names = []string{"chromium", "chromium-browser", "headless-shell", "google-chrome-stable", "google-chrome", "chrome"}

// HowToGet says what to do where there is no Chromium.
const HowToGet = "install one (Debian and Ubuntu: apt-get install chromium), or set " + pathVariable + " to its path; `render: false` reads the page without"

// Find returns the path of Chromium on this machine; ErrNoBrowser where there is
// none.
func Find() (string, error) {
	if path := os.Getenv(pathVariable); path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("%w: %s is %q, which can't be run", ErrNoBrowser, pathVariable, path)
		}
		return found, nil
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

func (b *Browser) path() (string, error) {
	if b.o.Path != "" {
		return b.o.Path, nil
	}
	return Find()
}
