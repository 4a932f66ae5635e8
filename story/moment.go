package story

import (
	"encoding/json"
	"fmt"
	"time"
)

// Moment is a time as a page states it: RFC 3339 with the page's own offset
// ("2026-04-04T21:26:49Z"), a day alone ("2026-04-04"), or "" where the page
// says nothing. It marshals to a JSON string, or null when empty.
type Moment string

// DayLayout is the form of a Moment that is only a day.
const DayLayout = time.DateOnly

// At returns the Moment of an instant, in the offset that t carries.
func At(t time.Time) Moment { return Moment(t.Format(time.RFC3339)) }

// Day returns the Moment of a day without a time.
func Day(t time.Time) Moment { return Moment(t.Format(DayLayout)) }

// Time returns the instant; a day alone is its midnight in UTC. ok is false
// when the Moment is empty or malformed.
func (m Moment) Time() (t time.Time, ok bool) {
	if t, err := time.Parse(time.RFC3339, string(m)); err == nil {
		return t, true
	}
	if t, err := time.Parse(DayLayout, string(m)); err == nil {
		return t, true
	}
	return time.Time{}, false
}

// DayOnly reports whether the page gave a day and no time.
func (m Moment) DayOnly() bool { return len(m) == len(DayLayout) }

// Same reports whether both moments say the same: the same instant, whatever
// the offset it is written in, or the same day.
func (m Moment) Same(o Moment) bool {
	if m == o {
		return true
	}
	a, okA := m.Time()
	b, okB := o.Time()
	return okA && okB && m.DayOnly() == o.DayOnly() && a.Equal(b)
}

// MarshalJSON writes null for an empty Moment.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(m))
}

// UnmarshalJSON reads null, "" or one of the two forms; anything else is an
// error that names the value.
func (m *Moment) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("moment: found %s, expected a string or null", b)
	}
	*m = ""
	if s == nil || *s == "" {
		return nil
	}
	v := Moment(*s)
	if _, ok := v.Time(); !ok {
		return fmt.Errorf("moment: found %q, expected RFC 3339 or a day such as 2026-04-04", *s)
	}
	*m = v
	return nil
}
