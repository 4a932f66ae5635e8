package listing

import (
	"strings"
	"testing"
)

func TestScripted(t *testing.T) {
	for _, c := range []struct {
		name, html string
		want       bool
	}{
		{"shell", `<div id=root>Loading…</div><noscript>` + strings.Repeat("Enable scripts. ", 50) + `</noscript><script src=/app.js></script>`, true},
		{"module", `<div></div><script type=module>import "/a.js"</script>`, true},
		{"short and plain", `<p>Nothing here.</p>`, false},
		{"text", `<p>` + strings.Repeat("The council met. ", 50) + `</p><script src=/app.js></script>`, false},
		{"links", `<a href=/1>a</a><a href=/2>b</a><a href=/3>c</a><a href=/4>d</a><script src=/app.js></script>`, false},
	} {
		p, err := Parse("https://a.example/", []byte("<html><body>"+c.html))
		if err != nil || p.Scripted() != c.want {
			t.Errorf("%s: scripted %t, error %v", c.name, !c.want, err)
		}
	}
}
