package extract

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// sharedData is the folder of shared data; absent, the test is skipped, or fails
// where STAKEOUT_DATA_REQUIRED says that it must be there.
func sharedData(tb testing.TB, name string) string {
	dir := filepath.Join("..", "..", "shared", "data", name)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			tb.Fatalf("shared data is required and absent: %v", err)
		}
		tb.Skipf("no shared data at %s: put it there to measure on it", dir)
	}
	return dir
}

func TestDeclaredCharsetOnHTML5lib(t *testing.T) {
	dir := sharedData(t, filepath.Join("charset", "html5lib"))
	n := 0
	for _, name := range []string{"tests1.dat", "tests2.dat"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range strings.Split("\n"+string(b), "\n#data\n")[1:] {
			page, want, ok := strings.Cut(c, "\n#encoding\n")
			if !ok {
				t.Fatalf("%s: case without an encoding: %q", name, c)
			}
			n++
			want, _, _ = strings.Cut(want, "\n")
			wantName := canonicalName(t, want)
			got := "windows-1252" // what browsers take where a page states nothing
			if enc, stated := statedEncoding([]byte(page), ""); stated {
				got = encodingName(enc)
			}
			if got != wantName {
				t.Errorf("%s case %d: %s, want %s\n%s", name, n, got, wantName, page)
			}
		}
	}
	if n < 81 {
		t.Errorf("%d cases, expected 81 or more", n)
	}
}

func canonicalName(t *testing.T, label string) string {
	enc, err := htmlindex.Get(label)
	if err != nil {
		t.Fatal(err)
	}
	return encodingName(enc)
}

func TestDecodeOnCharsetFiles(t *testing.T) {
	dir := sharedData(t, filepath.Join("charset", "chardet"))
	folders, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	right, all := 0, 0
	for _, f := range folders {
		enc := encodingOfFolder(f.Name())
		if enc == nil {
			continue // browsers have no such encoding
		}
		files, _ := os.ReadDir(filepath.Join(dir, f.Name()))
		missed := 0
		for _, file := range files {
			b, err := os.ReadFile(filepath.Join(dir, f.Name(), file.Name()))
			if err != nil {
				continue
			}
			want, _ := enc.NewDecoder().Bytes(b)
			all++
			if bytes.Equal(trimBOM(want), Decode(b, "")) {
				right++
			} else {
				missed++
			}
		}
		if missed > 0 {
			t.Logf("%s: %d of %d missed", f.Name(), missed, len(files))
		}
	}
	t.Logf("%d of %d decoded as their folder says", right, all)
	if right < 342 {
		t.Errorf("%d of %d, expected 342 or more", right, all)
	}
}

// encodingOfFolder is the encoding that a folder is named by, a language behind it
// or not; nil where the Encoding standard has none.
func encodingOfFolder(name string) encoding.Encoding {
	name = strings.ToLower(name)
	other := map[string]string{"cp932": "shift_jis", "cp949": "euc-kr", "maccyrillic": "x-mac-cyrillic", "macroman": "macintosh", "ibm866": "ibm866", "utf-8-sig": "utf-8", "tis-620": "windows-874"}
	for _, label := range []string{name, other[name], name[:max(strings.LastIndexByte(name, '-'), 0)]} {
		if enc, err := htmlindex.Get(label); err == nil {
			return enc
		}
	}
	return nil
}

func TestDecode(t *testing.T) {
	for _, c := range []struct{ name, body, contentType, want string }{
		{"utf-8 without a word", "Žluťoučký kůň", "", "Žluťoučký kůň"},
		{"header", "caf\xe9", "text/html; charset=ISO-8859-1", "café"},
		{"header over meta", "<meta charset=utf-8>caf\xe9 \x80", "text/html; charset=windows-1252", "<meta charset=utf-8>café €"},
		{"meta", "<meta charset=shift_jis>\x93\xfa\x96\x7b", "", "<meta charset=shift_jis>日本"},
		{"meta late in a long head", "<head>" + strings.Repeat("<!-- x -->", 500) + "<meta charset=windows-1251>\xcf\xf0\xe8\xe2\xe5\xf2", "", "<head>" + strings.Repeat("<!-- x -->", 500) + "<meta charset=windows-1251>Привет"},
		{"byte order mark", "\xef\xbb\xbfé", "text/html; charset=latin1", "é"},
		{"utf-16", "\xff\xfea\x00b\x00", "", "ab"},
		{"claims latin1, is utf-8", "<meta charset=iso-8859-1>été à la plage, l'élève a été zélé, déjà", "", "<meta charset=iso-8859-1>été à la plage, l'élève a été zélé, déjà"},
		{"nothing", "", "", ""},
	} {
		if got := string(Decode([]byte(c.body), c.contentType)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("<meta charset=gb18030>\x81\x30\x81"), "text/html; charset=x")
	f.Add([]byte("\xff\xfea"), "")
	f.Fuzz(func(t *testing.T, b []byte, contentType string) {
		if !utf8.Valid(Decode(b, contentType)) {
			t.Errorf("%q decodes to invalid UTF-8", b)
		}
	})
}
