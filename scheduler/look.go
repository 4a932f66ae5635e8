package scheduler

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// Doubt is when a story is looked at again where a reading left a doubt.
const Doubt = 2 * time.Minute

// share is a number from 0 up to 1 that is always the same for the same name.
func share(name string) float64 {
	sum := sha256.Sum256([]byte(name))
	return float64(binary.BigEndian.Uint32(sum[:])) / (1 << 32)
}

// Confirm is how long a removal waits for its next confirming look: 2 minutes
// after the first visit that says so, an hour after the second.
func Confirm(inRow int) time.Duration {
	if inRow <= 1 {
		return 2 * time.Minute
	}
	return time.Hour
}

// Retry is how long a story waits after visits that failed, were blocked or
// brought nothing readable: 5 minutes, doubled each time, at most a day.
func Retry(failures int) time.Duration {
	d := 5 * time.Minute
	for range min(max(failures, 1)-1, 10) {
		d *= 2
	}
	return min(d, 24*time.Hour)
}

// Age writes a duration as people say it: 12 min, 3 h, 5 days.
func Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(max(d, 0).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
