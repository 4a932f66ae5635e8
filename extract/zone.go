package extract

import "time"

// Zone is the zone that a field's rules set for times that state none; nil
// where they set none.
func (r *Rules) Zone(field string) *time.Location {
	if r == nil {
		return nil
	}
	for _, rule := range r.fields[field] {
		if rule.zone != nil {
			return rule.zone
		}
	}
	return nil
}
