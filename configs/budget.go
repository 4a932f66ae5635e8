package configs

import (
	"regexp"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Budget is how much a source may ask of its site. The zero value is no bound.
type Budget struct {
	Requests Quota // retries, redirects and robots.txt among them
	Bytes    Quota // as sent
	Rechecks Quota // looks of the re-check policy at known stories
}

// Quota is an amount in any stretch of time of that length; 0 for no bound.
type Quota struct {
	Amount int64
	Per    time.Duration
}

var (
	budgetKeys = []string{"requests", "bytes", "rechecks"}
	quota      = regexp.MustCompile(`^(\d{1,12}) ?(B|KB|MB|GB)?/(min|h|d)$`)
)

// units of a quota: bytes by thousands, and times.
var (
	byteUnits = map[string]int64{"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}
	perUnits  = map[string]time.Duration{"min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
)

// budget reads what a source may use.
func (f *file) budget(n ast.Node, path string) (b Budget) {
	f.mapping(n, path, budgetKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "requests":
			b.Requests = f.quota(p.v, at, false, "a number of requests in a minute, an hour or a day, such as 500/h")
		case "rechecks":
			b.Rechecks = f.quota(p.v, at, false, rechecksForm)
		case "bytes":
			b.Bytes = f.quota(p.v, at, true, "bytes in a minute, an hour or a day, such as 50MB/d")
		}
	})
	return b
}

func (f *file) quota(n ast.Node, path string, ofBytes bool, want string) Quota {
	s := f.text(n, path)
	m := quota.FindStringSubmatch(s)
	if m == nil || !ofBytes && m[2] != "" || ofBytes && m[2] == "" {
		f.at(n, path, quote(s), want)
		return Quota{}
	}
	amount, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || amount == 0 {
		f.at(n, path, quote(s), want)
	}
	return Quota{Amount: amount * byteUnits[m[2]], Per: perUnits[m[3]]}
}
