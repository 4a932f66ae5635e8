package newsroom

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// visitor is a plain client with some patience, which reads at most 1 MB.
func visitor(f *Faults, patience time.Duration) *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: f.Roots()}}}
}

// fetch is what a visitor gets: the words of a page, and its status.
func fetch(c *http.Client, address string) (says string, status int, err error) {
	resp, err := c.Get(address)
	if err != nil {
		return "", 0, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return words(string(b)), resp.StatusCode, err
}

func TestFaultsBreakAndHeal(t *testing.T) {
	f, err := OpenFaults(FaultsOptions{Pace: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	patient, hasty := visitor(f, time.Minute), visitor(f, time.Second)
	sound := map[string]string{}
	each := func(look func(x Fault) string) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		room := make(chan struct{}, 16)
		for _, x := range f.All() {
			wg.Go(func() {
				room <- struct{}{}
				defer func() { <-room }()
				if trouble := look(x); trouble != "" {
					mu.Lock()
					defer mu.Unlock()
					t.Errorf("%s: %s", x.Name, trouble)
				}
			})
		}
		wg.Wait()
	}
	for i, s := range f.sites {
		sound[f.All()[i].Name] = s.original[len(s.original)-1]
	}
	readable := func(x Fault) string {
		says, status, err := fetch(patient, x.Story)
		if err != nil || status != 200 || !strings.Contains(says, sound[x.Name]) {
			return fmt.Sprintf("its sound site can't be read: status %d, %v", status, err)
		}
		if _, status, err := fetch(patient, x.Listing); err != nil || status != 200 {
			return "its listing can't be read"
		}
		return ""
	}
	each(readable)
	if err := f.Break(); err != nil {
		t.Fatal(err)
	}
	each(func(x Fault) string {
		says, status, err := fetch(hasty, x.Story)
		whole := err == nil && status == 200 && strings.Contains(says, sound[x.Name])
		mayBeRead := slices.Contains(x.Outcomes, same) || slices.Contains(x.Outcomes, eventChanged) || slices.Contains(x.Outcomes, eventNew) || x.FromStart
		if whole && !mayBeRead {
			return "it is broken, and its story can be read"
		}
		return ""
	})
	if err := f.Heal(); err != nil {
		t.Fatal(err)
	}
	each(readable)
}

func TestFaultsAreNamedAndTold(t *testing.T) {
	f, err := OpenFaults(FaultsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(f.Stories())
	outcomes := []string{noVisit, eventNew, same, changed, eventRemoved, eventBlocked, eventUnreadable, eventFailed}
	seen := map[string]bool{}
	for _, x := range f.All() {
		if x.Name == "" || seen[x.Name] {
			t.Errorf("two faults named %q", x.Name)
		}
		seen[x.Name] = true
		if len(x.Outcomes) == 0 {
			t.Errorf("%s: no outcome", x.Name)
		}
		for _, o := range x.Outcomes {
			if !slices.Contains(outcomes, o) {
				t.Errorf("%s: no such outcome as %q", x.Name, o)
			}
		}
		if m := pattern.FindStringSubmatch(x.Story); m == nil || m[1] != x.ID {
			t.Errorf("%s: no ID in %s", x.Name, x.Story)
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d faults, there were more", len(seen))
	}
	if err := f.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func TestFaultsCountRequests(t *testing.T) {
	f, err := OpenFaults(FaultsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x := f.All()[slices.IndexFunc(f.All(), func(x Fault) bool { return x.Name == "status 503" })]
	if err := f.Break(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, status, _ := fetch(visitor(f, time.Minute), x.Story); status != 503 {
			t.Errorf("status %d, want 503", status)
		}
	}
	if got := f.Requests(x.Name); got != 3 {
		t.Errorf("%d requests counted, want 3", got)
	}
}
