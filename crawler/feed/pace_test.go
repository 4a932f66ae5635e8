package feed

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	const head = `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>F</title><link>http://h.example/</link>`
	const item = `<item><title>A</title><link>http://h.example/a</link></item>`
	monday := time.Date(2026, 4, 6, 10, 30, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		feed string
		want time.Duration
	}{
		"nothing":           {head + item + `</channel></rss>`, 0},
		"ttl":               {head + `<ttl>45</ttl>` + item + `</channel></rss>`, 45 * time.Minute},
		"ttl that is none":  {head + `<ttl>soon</ttl>` + item + `</channel></rss>`, 0},
		"ttl below nothing": {head + `<ttl>-5</ttl>` + item + `</channel></rss>`, 0},
		"ttl of a week":     {head + `<ttl>10080</ttl>` + item + `</channel></rss>`, 24 * time.Hour},
		"twice an hour":     {head + `<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency> 2 </sy:updateFrequency>` + item + `</channel></rss>`, 30 * time.Minute},
		"daily":             {head + `<sy:updatePeriod>daily</sy:updatePeriod>` + item + `</channel></rss>`, 24 * time.Hour},
		"no times an hour":  {head + `<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>` + item + `</channel></rss>`, 0},
		"the longer of two": {head + `<ttl>10</ttl><sy:updatePeriod>hourly</sy:updatePeriod>` + item + `</channel></rss>`, time.Hour},
		"hours that it skips": {head + `<skipHours><hour>10</hour><hour>11</hour><hour>12</hour></skipHours>` + item + `</channel></rss>`,
			150 * time.Minute},
		"days that it skips": {head + `<skipDays><day>Monday</day></skipDays>` + item + `</channel></rss>`, 13*time.Hour + 30*time.Minute},
		"every day":          {head + `<skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day></skipDays>` + item + `</channel></rss>`, 24*time.Hour + 30*time.Minute},
		"in a broken feed":   {head + `<ttl>45</ttl><skipHours><hour>11</hour></skipHours><br><item><title>A & B</title><link>http://h.example/a</link></item></channel>`, 90 * time.Minute},
		"in an Atom feed": {`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><title>F</title>
			<sy:updatePeriod>hourly</sy:updatePeriod><entry><title>A</title><link href="http://h.example/a"/></entry></feed>`, time.Hour},
		"in RDF": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
			<channel><title>F</title><link>http://h.example/</link><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
			<item><title>A</title><link>http://h.example/a</link></item></rdf:RDF>`, 15 * time.Minute},
	} {
		f, err := Parse("http://h.example/feed", []byte(test.feed), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := f.Pace.Next(monday).Sub(monday); got != test.want {
			t.Errorf("%s: found %s, expected %s", name, got, test.want)
		}
	}
}
