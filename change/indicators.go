package change

import "stakeout/indicator"

// indicatorsIn lists the CVE numbers, hashes, IP addresses and domains of a
// text.
func indicatorsIn(s string) []found {
	var out []found
	for _, i := range indicator.Find(s) {
		out = append(out, found{kind: i.Kind, text: i.Text, key: i.Value, from: i.From, to: i.To})
	}
	return out
}

func overlaps(all []found, from, to int) bool {
	for _, f := range all {
		if f.from < to && from < f.to {
			return true
		}
	}
	return false
}
