package xmltext

import (
	"testing"
	"unicode/utf8"
)

func TestToUTF8(t *testing.T) {
	for name, c := range map[string]struct{ body, contentType, want string }{
		"as it is":             {"<a>é</a>", "", "<a>é</a>"},
		"declared":             {"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>", "", "<a>é</a>"},
		"header over declared": {"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>", "text/xml; charset=ISO-8859-1", "<a>é</a>"},
		"mark over header":     {"\xef\xbb\xbf<a>é</a>", "text/xml; charset=ISO-8859-1", "<a>é</a>"},
		"utf-16":               {"\xff\xfe<\x00a\x00/\x00>\x00", "", "<a/>"},
		"utf-32 without mark":  {"\x00\x00\x00<\x00\x00\x00a\x00\x00\x00>", "", "<a>"},
		"nothing said":         {"<a>\xe9</a>", "", "<a>é</a>"},
		"unknown name":         {"<?xml version='1.0' encoding='no-such'?><a>é</a>", "text/xml; charset=bogus", "<a>é</a>"},
		"utf-16 that is none":  {"<?xml version='1.0' encoding='utf-16'?><a>é</a>", "", "<a>é</a>"},
		"blanks in front":      {"\r\n <?xml version='1.0'?>\n<a/>", "", "<a/>"},
		"json":                 {`{"a":"é"}`, "application/json", `{"a":"é"}`},
		"empty":                {"", "", ""},
	} {
		if got := string(ToUTF8([]byte(c.body), c.contentType)); got != c.want {
			t.Errorf("%s: %q, expected %q", name, got, c.want)
		}
	}
}

func FuzzToUTF8(f *testing.F) {
	f.Add("<?xml version='1.0' encoding='big5'?><a>\xa4\xa4</a>", "text/xml; charset=gbk")
	f.Add("\xfe\xff\x00<", "")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		if got := ToUTF8([]byte(body), contentType); !utf8.Valid(got) {
			t.Errorf("%q is not UTF-8", got)
		}
	})
}
