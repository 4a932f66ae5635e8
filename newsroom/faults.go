package newsroom

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Fault is one way in which a site goes wrong. Each has a site of its own, on a
// port of its own, so that no fault is in the way of another.
type Fault struct {
	// Name is its name: "reset in body".
	Name string
	// Outcomes are what a visit to its story may rightly come to while it is
	// broken, in the contract's words; "" stands for no visit at all, where the
	// listing can't be read either. Where neither "new" nor "changed" is among
	// them, no history is written.
	Outcomes []string
	// Slow says that the visit may last until the visitor gives up.
	Slow bool
	// FromStart says that the fault can't be switched on under a visitor, who
	// would not ask again: its robots.txt is broken from the beginning.
	FromStart bool
	// Site says that the whole site breaks, not one story of it.
	Site bool
	// Listing and Story are the addresses of its site's listing, and of the
	// story that breaks. ID is the story's.
	Listing, Story, ID string
}

// Words of Fault.Outcomes that no Deed has.
const (
	same    = "same"
	changed = eventChanged
	noVisit = ""
)

// FaultsOptions are what the sites of faults are made from.
type FaultsOptions struct {
	// Pace is how long slow sites wait between two bytes. Defaults to a second.
	Pace time.Duration
}

// Faults are sites on loopback that go wrong, each in its own way. They begin
// sound, so that their stories can be recorded; Break breaks them, Heal mends
// them. Safe for concurrent use. Close them.
type Faults struct {
	sites []*faultSite
	roots *x509.CertPool
	stop  context.CancelFunc
}

// fault is a Fault and what it does. Of the functions that are set, each takes
// the place of what a sound site does.
type fault struct {
	Fault
	// answer serves the story in a broken way; good is its sound page.
	answer func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte)
	// robots serves robots.txt, whether the site is broken or not.
	robots http.HandlerFunc
	// accept takes a connection as it comes in, and closes it.
	accept func(s *faultSite, c net.Conn)
	// listen takes the site's address in place of its listener.
	listen func(address string) (io.Closer, error)
	// secure serves TLS, with this certificate while broken.
	secure func(a *authority) (tls.Certificate, error)
	// edited says that the story says something else while the site is broken.
	edited bool
}

// faultSite is the site of one fault.
type faultSite struct {
	fault
	ctx    context.Context // ends with Close: what waits stops
	pace   time.Duration
	cards  *Cards
	hits   atomic.Int64
	broken atomic.Bool
	path   string // of the story that breaks
	sound  tls.Certificate
	bad    tls.Certificate

	mu       sync.Mutex // protects following fields
	address  string
	server   *http.Server
	stand    io.Closer // what stands in the listener's place
	original []string  // the story's body before it was edited
}

// OpenFaults opens a site for each fault. An error means that no port was to be
// had.
func OpenFaults(o FaultsOptions) (*Faults, error) {
	if o.Pace == 0 {
		o.Pace = time.Second
	}
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	f := &Faults{roots: ca.pool, stop: stop}
	for _, group := range [][]fault{connectionFaults(), bodyFaults(), slowFaults(), encodingFaults(), typeFaults(),
		redirectFaults(), statusFaults(), cacheFaults(), robotsFaults(), tlsFaults()} {
		for _, x := range group {
			x.Site = x.listen != nil || x.accept != nil || x.secure != nil
			s := &faultSite{fault: x, ctx: ctx, pace: o.Pace,
				cards: NewCards(CardsOptions{Count: 3, Options: Options{Seed: uint64(len(f.sites)) + 1, Still: true}})}
			if err := s.open(ca); err != nil {
				return nil, errors.Join(fmt.Errorf("open the site of fault %q: %w", x.Name, err), f.Close())
			}
			f.sites = append(f.sites, s)
		}
	}
	return f, nil
}

// All lists the faults.
func (f *Faults) All() []Fault {
	out := make([]Fault, len(f.sites))
	for i, s := range f.sites {
		out[i] = s.Fault
	}
	return out
}

// Stories is a regular expression for the addresses of the sites' stories, with
// the group "id".
func (f *Faults) Stories() string { return f.sites[0].cards.Desk().Stories }

// Roots are the authorities that signed the sound certificates of the sites that
// speak TLS.
func (f *Faults) Roots() *x509.CertPool { return f.roots }

// Requests is how many requests a fault's site has got, those for robots.txt
// and those that never got so far left out.
func (f *Faults) Requests(name string) int {
	for _, s := range f.sites {
		if s.Name == name {
			return int(s.hits.Load())
		}
	}
	return 0
}

// Break breaks all sites. An error means that a site that was to be refused or
// to stay silent could not give up its port.
func (f *Faults) Break() error { return f.each((*faultSite).breakDown) }

// Heal mends all sites.
func (f *Faults) Heal() error { return f.each((*faultSite).mend) }

func (f *Faults) each(do func(*faultSite) error) error {
	var errs []error
	for _, s := range f.sites {
		if err := do(s); err != nil {
			errs = append(errs, fmt.Errorf("fault %q: %w", s.Name, err))
		}
	}
	return errors.Join(errs...)
}

// Close closes all sites and ends what waits on them.
func (f *Faults) Close() error {
	f.stop()
	return f.each((*faultSite).close)
}

// open begins to serve, soundly.
func (s *faultSite) open(ca *authority) (err error) {
	if s.secure != nil {
		if s.sound, err = ca.issue(soundCertificate()); err != nil {
			return err
		}
		if s.bad, err = s.secure(ca); err != nil {
			return err
		}
	}
	if err := s.serve("127.0.0.1:0"); err != nil {
		return err
	}
	base := "http://" + s.address
	if s.secure != nil {
		base = "https://" + s.address
	}
	story := s.cards.All()[0]
	s.Fault.Listing, s.Fault.Story, s.Fault.ID = base+s.cards.Desk().ListingPath, base+story.Path, story.ID
	s.path, s.original = story.Path, story.Body
	return nil
}

// serve listens on an address and serves until close.
func (s *faultSite) serve(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	s.address = l.Addr().String()
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	// Each request opens a connection, so that a fault of connections is met.
	s.server.SetKeepAlivesEnabled(false)
	var listener net.Listener = &faultListener{l, s}
	if s.secure != nil {
		listener = tls.NewListener(listener, &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if s.broken.Load() {
				return &s.bad, nil
			}
			return &s.sound, nil
		}})
	}
	go s.server.Serve(listener) // ends with close
	return nil
}

// faultListener hands connections to the fault that takes them as they come in.
type faultListener struct {
	net.Listener
	site *faultSite
}

func (l *faultListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil || l.site.accept == nil || !l.site.broken.Load() {
			return c, err
		}
		l.site.hits.Add(1)
		go l.site.accept(l.site, c)
	}
}

func (s *faultSite) breakDown() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken.Swap(true) {
		return nil
	}
	if s.edited {
		s.cards.Edit(s.ID, func(c *Card) {
			c.Body = append(c.Body[:1:1], append([]string{"A witness came forward on Sunday evening and told the inquiry of 17 further letters."}, c.Body[1:]...)...)
		})
	}
	if s.listen == nil {
		return nil
	}
	err := s.server.Close()
	if err != nil {
		return err
	}
	s.server = nil
	s.stand, err = s.listen(s.address)
	return err
}

func (s *faultSite) mend() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.broken.Swap(false) {
		return nil
	}
	if s.edited {
		s.cards.Edit(s.ID, func(c *Card) { c.Body = s.original })
	}
	if s.stand == nil {
		return nil
	}
	if err := s.stand.Close(); err != nil {
		return err
	}
	s.stand = nil
	return s.serve(s.address)
}

func (s *faultSite) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.server != nil {
		errs = append(errs, s.server.Close())
	}
	if s.stand != nil {
		errs = append(errs, s.stand.Close())
	}
	return errors.Join(errs...)
}

// ServeHTTP serves the site; of its stories only the first ever breaks.
func (s *faultSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" && s.robots != nil {
		s.robots(w, r)
		return
	}
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	s.hits.Add(1)
	if !s.broken.Load() || s.answer == nil || !s.breaks(r) {
		s.cards.ServeHTTP(w, r)
		return
	}
	sound := httptest.NewRecorder()
	s.cards.ServeHTTP(sound, r)
	s.answer(s, w, r, sound.Body.Bytes())
}

// breaks reports whether a request is for the story that breaks, or for where
// it redirects to.
func (s *faultSite) breaks(r *http.Request) bool {
	return r.URL.Path == s.path || strings.HasPrefix(r.URL.Path, hops)
}

// wait waits for one pace; false when the site closes or the visitor leaves.
func (s *faultSite) wait(r *http.Request) bool {
	t := time.NewTimer(s.pace)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
		return false
	case <-r.Context().Done():
		return false
	}
}
