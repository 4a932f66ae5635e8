package robots

import (
	"encoding/json"
	"os"
	"testing"
)

func TestGoogleCases(t *testing.T) {
	const file = "../../../shared/data/robots/google_robots_cases.json"
	data, err := os.ReadFile(file)
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the robots cases are not on this machine", file)
	}
	var cases []struct {
		Test, Robots, UA, URL string
		Allow                 bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for i, c := range cases {
		if got := Parse([]byte(c.Robots)).Allowed(c.UA, c.URL); got != c.Allow {
			t.Errorf("case %d %s: agent %q, %q allowed %v, expected %v, by\n%s", i, c.Test, c.UA, c.URL, got, c.Allow, c.Robots)
			continue
		}
		passed++
	}
	t.Logf("%d of %d", passed, len(cases))
}
