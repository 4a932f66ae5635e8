package scheduler

import "time"

// Budget is how many re-checks an hour may be made. What isn't used is saved for
// a few minutes only, so that no hour takes much more. Not safe for use by
// several goroutines.
type Budget struct {
	PerHour float64 // 0 for no bound

	saved float64
	at    time.Time
}

// saving is for how long what isn't used is kept.
const saving = 5 * time.Minute

// Left is how many re-checks may be made at the time.
func (b *Budget) Left(now time.Time) int {
	if b.PerHour <= 0 {
		return unbounded
	}
	most := max(1, b.PerHour*saving.Hours())
	if b.at.IsZero() || now.Before(b.at) { // the clock was set back
		b.at = now
	}
	b.saved = min(most, b.saved+b.PerHour*now.Sub(b.at).Hours())
	b.at = now
	return int(b.saved + 1e-9)
}

// Spend takes n re-checks off.
func (b *Budget) Spend(n int) { b.saved -= float64(n) }

const unbounded = 1 << 30
