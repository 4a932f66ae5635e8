//go:build unix

// Package testpg gives tests a Postgres server: the one of Debian's package, in a
// folder of its own and on a free port of 127.0.0.1, started once for all tests of a
// process and gone with it, however that ends. It is set up to be fast, not to
// survive a power loss.
package testpg

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Server is a running Postgres.
type Server struct {
	bin, dir string
	port     int
	// guard ends the server, and removes its folder, once its input ends: by end, or
	// with this process.
	guard    *exec.Cmd
	input    io.Closer
	template sync.Once
	failed   error // of the template
}

// The user of the server and its password, whose signs a URL has to escape.
const (
	User     = "stakeout"
	Password = "pass/w@rd?#%"
)

var (
	shared    = sync.OnceValues(func() (*Server, error) { return start() })
	databases atomic.Int64
)

// Shared is the server of all tests of the process. Without Postgres the test is
// skipped, or fails where STAKEOUT_TOOLS_REQUIRED is set.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	s, err := shared()
	return s.or(tb, err)
}

// Own is a server for one test, which may stop it.
func Own(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s, err := start(settings...)
	s = s.or(tb, err)
	tb.Cleanup(s.end)
	return s
}

var errNone = errors.New("no Postgres; get it by: apt-get install postgresql")

func (s *Server) or(tb testing.TB, err error) *Server {
	tb.Helper()
	if errors.Is(err, errNone) && os.Getenv("STAKEOUT_TOOLS_REQUIRED") != "1" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Database creates an empty database, drops it with the test, and returns its URL.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	return s.database(tb, "")
}

// Like creates a database like the one that prepare makes of an empty one: it is
// called once for all tests of the process.
func (s *Server) Like(tb testing.TB, prepare func(url string) error) string {
	tb.Helper()
	const name = "template_of_tests"
	s.template.Do(func() {
		if s.failed = s.exec("CREATE DATABASE " + name); s.failed == nil {
			s.failed = prepare(s.URL(name))
		}
	})
	if s.failed != nil {
		tb.Fatal(s.failed)
	}
	return s.database(tb, " TEMPLATE "+name)
}

func (s *Server) database(tb testing.TB, like string) string {
	tb.Helper()
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), databases.Add(1))
	if err := s.exec("CREATE DATABASE " + name + like); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return s.URL(name)
}

func (s *Server) exec(statement string) error {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// URL is that of one of the server's databases, as its owner, who may do anything.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(User, Password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/" + database}
	return u.String()
}

// start starts a server with settings such as fsync=on.
func start(settings ...string) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "stakeout-postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir}
	if err := s.create(settings); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	// The shell outlives this process by what it takes to end the server.
	s.guard = s.command("sh", "-c", `read -r _; "$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1; rm -rf "$1"`, bin, dir)
	if s.input, err = s.guard.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.guard.Start(); err != nil {
		return nil, err
	}
	return s, s.Start()
}

// end ends the server.
func (s *Server) end() {
	_ = s.input.Close()
	_ = s.guard.Wait()
}

func (s *Server) create(settings []string) error {
	if id, ok := owner(); ok {
		if err := os.Chown(s.dir, int(id.Uid), int(id.Gid)); err != nil {
			return err
		}
	}
	secret := filepath.Join(s.dir, "password")
	if err := os.WriteFile(secret, []byte(Password+"\n"), 0o644); err != nil {
		return err
	}
	// Its texts sort as people would sort them, unless a column says otherwise.
	if err := s.run("initdb", "-D", filepath.Join(s.dir, "data"), "-U", User, "-A", "scram-sha-256", "--pwfile", secret, "--no-sync",
		"-E", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return err
	}
	lines := slices.Concat([]string{"listen_addresses='127.0.0.1'", "unix_socket_directories=''", "port=" + strconv.Itoa(s.port),
		"fsync=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=300", "max_wal_size=256MB"}, settings)
	f, err := os.OpenFile(filepath.Join(s.dir, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("\n" + strings.Join(lines, "\n") + "\n")
	return errors.Join(err, f.Close())
}

// Start starts a server that was stopped.
func (s *Server) Start() error {
	return s.run("pg_ctl", "-D", filepath.Join(s.dir, "data"), "-w", "-t", "60", "-l", filepath.Join(s.dir, "log"), "start")
}

// Stop stops the server: "fast" as a person does, "immediate" as a crash does.
func (s *Server) Stop(mode string) error {
	return s.run("pg_ctl", "-D", filepath.Join(s.dir, "data"), "-w", "-m", mode, "stop")
}

func (s *Server) run(program string, args ...string) error {
	c := s.command(filepath.Join(s.bin, program), args...)
	// A file: a pipe would be waited for, which the server that is started keeps.
	out, err := os.CreateTemp("", "testpg-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c.Stdout, c.Stderr = out, out
	if err := c.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("%s: %w: %s%s", program, err, bytes.TrimSpace(said), log)
	}
	return nil
}

// command is run as who may run Postgres: not root.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Dir = s.dir
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // ^C at the tests is none at the server
	if id, ok := owner(); ok {
		c.SysProcAttr.Credential = &id
	}
	return c
}

// owner is who runs the server where this process is root's: postgres, whom its
// package brings, else nobody.
func owner() (syscall.Credential, bool) {
	if os.Getuid() != 0 {
		return syscall.Credential{}, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(u.Uid, 10, 32)
			gid, _ := strconv.ParseUint(u.Gid, 10, 32)
			return syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, true
		}
	}
	return syscall.Credential{}, false
}

// programs is the folder of Postgres' programs, the newest of several.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errNone
	}
	slices.SortFunc(found, func(a, b string) int { return release(a) - release(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func release(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}
