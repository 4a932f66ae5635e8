package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

func TestParquetReadsBackInHyparquet(t *testing.T) {
	dir := t.TempDir()
	stories, changes := filepath.Join(dir, "s.parquet"), filepath.Join(dir, "c.parquet")
	for path, write := range map[string]func(io.Writer) error{
		stories: func(w io.Writer) error {
			return StoriesParquet(w, of(nil, append(slices.Repeat([]story.Story{{Source: "s", ID: "filler"}}, 2*parquetGroup), hostile())...))
		},
		changes: func(w io.Writer) error { return ChangesParquet(w, of(nil, hostileChange())) },
	} {
		if err := WriteFile(path, write); err != nil {
			t.Fatal(err)
		}
	}
	out := node(t, `
import { asyncBufferFromFile, parquetReadObjects, parquetMetadataAsync } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
const read = async path => { const file = await asyncBufferFromFile(path); return parquetReadObjects({ file, compressors }) }
const big = (_, v) => typeof v === 'bigint' ? Number(v) : v
const meta = await parquetMetadataAsync(await asyncBufferFromFile(process.argv[1]))
const stories = await read(process.argv[1])
console.log(JSON.stringify({ rows: stories.length, groups: meta.row_groups.length, codec: meta.row_groups[0].columns[0].meta_data.codec,
  story: stories[stories.length - 1], changes: await read(process.argv[2]) }, big))`, stories, changes)
	var got struct {
		Rows, Groups int
		Codec        string
		Story        struct {
			Headline, Published string
			PublishedAt         string `json:"published_at"`
			FirstSeen           string `json:"first_seen"`
			LastSeen            *string
			Body, Tags          []string
			Metadata            map[string]string
			Version             int
		}
		Changes []struct {
			Cursor  int
			At      string
			Classes []string
			Fields  []struct{ Field, Old, New, Words string }
		}
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	h := hostile()
	s := got.Story
	if got.Rows != 2*parquetGroup+1 || got.Groups < 2 || got.Codec != "ZSTD" || s.Headline != h.Headline || !slices.Equal(s.Body, h.Body) || !slices.Equal(s.Tags, h.Tags) ||
		s.Metadata["Desk"] != "City" || s.PublishedAt != "2026-04-04T00:00:00.000Z" || s.FirstSeen != "2026-04-04T19:26:49.000Z" || s.LastSeen != nil || s.Version != 2 {
		t.Errorf("found %+v", got)
	}
	c := got.Changes[0]
	if c.Cursor != 7 || c.At != "2026-04-04T00:00:00.000Z" || !slices.Equal(c.Classes, []string{"fact", "metadata"}) || len(c.Fields) != 2 ||
		c.Fields[0].New != "=14 dead" || !strings.HasPrefix(c.Fields[0].Words, "[[") {
		t.Errorf("found %+v", c)
	}
}

func TestAtomReadsBackInFeedparser(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.atom")
	c := hostileChange()
	c.Headline, c.Fields[0].Words[1].Text = "<script>alert(1)</script> & \x01", "<img src=x onerror=alert(1)>"
	feed := Feed{ID: "urn:test", Title: "Changes <b>", Self: "https://example.org/feed?a=1&b=2", Updated: time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC)}
	if err := WriteFile(path, func(w io.Writer) error { return ChangesAtom(w, feed, of(nil, c)) }); err != nil {
		t.Fatal(err)
	}
	out := python(t, "feedparser", `
import feedparser, json, sys
feedparser.SANITIZE_HTML = 0
f = feedparser.parse(sys.argv[1])
e = f.entries[0]
print(json.dumps({"bozo": bool(f.bozo), "title": f.feed.title, "entries": len(f.entries), "id": e.id, "updated": e.updated, "entry": e.title, "link": e.link,
  "content": e.content[0].value, "type": e.content[0].type, "terms": [t.term for t in e.tags]}))`, path)
	var got struct {
		Bozo                                        bool
		Title, ID, Updated, Entry, Link, Content, T string
		Entries                                     int
		Terms                                       []string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if got.Bozo || got.Entries != 1 || got.ID != "urn:uuid:"+changeID(c).String() || got.Link != c.URL || got.Updated != "2026-04-04T00:00:00Z" ||
		!slices.Equal(got.Terms, []string{"fact", "metadata", "changed"}) {
		t.Errorf("found %+v", got)
	}
	if !strings.Contains(got.Content, "<del>12 dead</del>") && !strings.Contains(got.Content, "<del>12\ndead</del>") || strings.Contains(got.Content, "<img") {
		t.Errorf("content %s", got.Content)
	}
}

// named is a story whose text names things that analysts look for.
func named() story.Story {
	at := time.Date(2026, 4, 5, 8, 43, 0, 0, time.UTC)
	first := at.Add(-time.Hour)
	return story.Story{Source: "s", ID: "50193", URL: "https://example.org/50193", Version: 2, Status: story.Live, FirstSeen: &first, ChangedAt: &at, Fields: story.Fields{
		Headline: "Loader spreads through CVE-2024-12345", Publisher: "Deadline", Credibility: "Unverified", Tags: []string{"Malware"}, Published: "2026-04-04T21:26:49+02:00", Language: "en",
		Body: []string{"It loads hxxps://evil[.]example[.]com/a?b=<1>&c=é&d=2 and calls evil[.]example[.]com and 192.0.2[.]1, or 2001:db8::1.", "Its MD5 is d41d8cd98f00b204e9800998ecf8427e; CVE-2024-12345 again."},
	}}
}

// valid checks JSON against a schema of testdata, by Python's jsonschema. The schemas
// of OASIS and MISP themselves, python3-stix2 and PyMISP are not to be had from
// Debian, npm or as a Go module, so these were written from the standards' text.
func valid(t *testing.T, schema string, text []byte) {
	t.Helper()
	if wrong := problems(t, schema, text); wrong != "" {
		t.Errorf("not valid by %s:\n%s", schema, wrong)
	}
}

// problems are what a schema of testdata finds wrong with JSON.
func problems(t *testing.T, schema string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out := python(t, "jsonschema", `
import json, sys, jsonschema
schema, value = [json.load(open(p)) for p in sys.argv[1:]]
jsonschema.Draft202012Validator.check_schema(schema)
for e in jsonschema.Draft202012Validator(schema).iter_errors(value):
  print(e.json_path, e.message[:300], [c.message[:200] for c in e.context if "type" not in list(c.path)][:9])`, filepath.Join("testdata", schema), path)
	return string(out)
}

// The schemas refuse what the standards don't allow.
func TestSchemasRefuse(t *testing.T) {
	var stix, misp bytes.Buffer
	confirmed := named()
	confirmed.Credibility = "confirmed"
	if err := errors.Join(StoriesSTIX(&stix, Amber, of(nil, confirmed)), StoriesMISP(&misp, Amber, of(nil, confirmed))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ schema, text, old, new string }{
		{"stix21.schema.json", stix.String(), `"confidence":90`, `"confidence":101`},
		{"stix21.schema.json", stix.String(), `"confidence":90`, `"trust":90`},
		{"stix21.schema.json", stix.String(), `"MD5":`, `"md5":`},
		{"stix21.schema.json", stix.String(), `"published":"2026-04-04T19:26:49.000Z"`, `"published":"2026-04-04"`},
		{"stix21.schema.json", stix.String(), `"type":"identity"`, `"type":"publisher"`},
		{"stix21.schema.json", stix.String(), `"lang":"en"`, `"lang":"english language"`},
		{"misp.schema.json", misp.String(), `"type":"md5"`, `"type":"MD5"`},
		{"misp.schema.json", misp.String(), `"to_ids":false`, `"to_ids":"no"`},
		{"misp.schema.json", misp.String(), `"date":"2026-04-04"`, `"date":""`},
	} {
		text := strings.Replace(c.text, c.old, c.new, 1)
		if text == c.text || problems(t, c.schema, []byte(text)) == "" {
			t.Errorf("%s for %s is valid by %s", c.new, c.old, c.schema)
		}
	}
}

// consistent checks what a schema can't, by the standard's text and Python's own
// UUIDs: IDs of observables are made of what they are (section 2.9), references of
// reports lead to an object of the bundle, nothing is modified before it is created.
func consistent(t *testing.T, text []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out := python(t, "uuid", `
import json, sys, uuid
objects = json.load(open(sys.argv[1])).get("objects", [])
ids = {o["id"] for o in objects}
space, ours = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), uuid.uuid5(uuid.NAMESPACE_URL, "https://stakeout.invalid/ids")
versions = set()
for o in objects:
  key = (o["id"], o.get("modified"))
  if key in versions: print("twice", key)
  versions.add(key)
  if o.get("modified", "9") < o.get("created", ""): print("modified before created", o["id"])
  for p in ("created_by_ref", "object_refs", "object_marking_refs"):
    for ref in [o[p]] if isinstance(o.get(p), str) else o.get(p, []):
      if ref not in ids and o["type"] != "note": print(o["id"], p, ref, "leads nowhere")
  made = {k: v for k, v in o.items() if k in ("value", "hashes")}
  if made and o["id"] != o["type"] + "--" + str(uuid.uuid5(space, json.dumps(made, sort_keys=True, separators=(",", ":"), ensure_ascii=False))): print("ID of", o)
  if o["type"] == "report":
    (r,) = o["external_references"]
    if o["id"] != "report--" + str(uuid.uuid5(ours, "\0".join(["story", sys.argv[2], r["external_id"]]))): print("ID of", o["id"])`, path, "s")
	if len(out) > 0 {
		t.Errorf("the bundle is not consistent:\n%s", out)
	}
}

// stixOf are the objects of a bundle, valid by the schema, by their type.
func stixOf(t *testing.T, text []byte) (byType map[string][]map[string]any) {
	t.Helper()
	valid(t, "stix21.schema.json", text)
	consistent(t, text)
	var b struct{ Objects []map[string]any }
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	byType = map[string][]map[string]any{}
	for _, o := range b.Objects {
		byType[o["type"].(string)] = append(byType[o["type"].(string)], o)
	}
	return byType
}

func TestSTIX(t *testing.T) {
	var out, again bytes.Buffer
	other := named()
	other.ID, other.Credibility = "2", "confirmed"
	for _, w := range []io.Writer{&out, &again} {
		if err := StoriesSTIX(w, Amber, of(nil, named(), other)); err != nil {
			t.Fatal(err)
		}
	}
	objects := stixOf(t, out.Bytes())
	for kind, n := range map[string]int{"report": 2, "identity": 1, "vulnerability": 1, "url": 1, "marking-definition": 1, "domain-name": 1, "ipv4-addr": 1, "ipv6-addr": 1, "file": 1} {
		if len(objects[kind]) != n {
			t.Errorf("%d objects of type %s, expected %d", len(objects[kind]), kind, n)
		}
	}
	r := objects["report"][0]
	if r["confidence"] != nil || objects["report"][1]["confidence"] != 90.0 || r["published"] != "2026-04-04T19:26:49.000Z" || r["modified"] != "2026-04-05T08:43:00.000Z" ||
		len(r["object_refs"].([]any)) != 7 || r["object_marking_refs"].([]any)[0] != stixMarks[Amber] {
		t.Errorf("report %v", r)
	}
	// As OASIS' own library has it.
	if id := sco("ipv4-addr", "value", "198.51.100.3")["id"]; id != "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" {
		t.Errorf("ID of 198.51.100.3: %v", id)
	}
	strip := func(b []byte) string { _, rest, _ := strings.Cut(string(b), "objects"); return rest }
	if strip(out.Bytes()) != strip(again.Bytes()) {
		t.Error("two exports of the same differ")
	}
	out.Reset()
	if err := ChangesSTIX(&out, Clear, of(nil, hostileChange())); err != nil {
		t.Fatal(err)
	}
	if notes := stixOf(t, out.Bytes())["note"]; len(notes) != 1 || !strings.Contains(notes[0]["content"].(string), "12\ndead → =14 dead") {
		t.Errorf("notes %v", notes)
	}
	out.Reset()
	if err := StoriesSTIX(&out, Clear, of[story.Story](nil)); err != nil {
		t.Fatal(err)
	}
	stixOf(t, out.Bytes())
	out.Reset()
	later := named()
	at := later.ChangedAt.Add(time.Hour)
	later.Version, later.ChangedAt, later.Status, later.Headline = 3, &at, story.Removed, "=Loader\u202E spreads\n"
	later.Body = append(later.Body, strings.Repeat("aB", 64)+" "+strings.Repeat("0c", 32)+" "+strings.Repeat("0d", 20))
	if err := StoriesSTIX(&out, Red, of(nil, named(), later, hostile())); err != nil {
		t.Fatal(err)
	}
	objects = stixOf(t, out.Bytes())
	if n := len(objects["report"]); n != 3 || objects["report"][0]["id"] != objects["report"][1]["id"] || len(objects["file"]) != 4 {
		t.Errorf("%d reports, files %v", n, objects["file"])
	}
}

func TestGrade(t *testing.T) {
	for credibility, want := range map[string]int{"Confirmed": 1, "B2": 2, "a6": 6, "unverified": 6, "not verified": 6, "Probably true": 2, "debunked": 5, "": 0, "high": 0, "★★★": 0} {
		if got := grade(credibility); got != want {
			t.Errorf("%q: grade %d, expected %d", credibility, got, want)
		}
	}
}

func TestMISP(t *testing.T) {
	var out bytes.Buffer
	if err := StoriesMISP(&out, Green, of(nil, named(), hostile())); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Response []struct{ Event mispEvent }
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || len(got.Response) != 2 {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	valid(t, "misp.schema.json", out.Bytes())
	e := got.Response[0].Event
	kinds := map[string]string{}
	for _, a := range e.Attributes {
		kinds[a.Type] = a.Value
		if a.ToIDs || a.Category == "" || a.UUID == "" {
			t.Errorf("attribute %+v", a)
		}
	}
	if e.Date != "2026-04-04" || e.Timestamp != "1775378580" || e.Orgc.Name != "Deadline" || kinds["domain"] != "evil.example.com" || kinds["ip-dst"] == "" ||
		kinds["md5"] == "" || kinds["vulnerability"] != "CVE-2024-12345" || kinds["link"] != "https://example.org/50193" ||
		!slices.Contains(e.Tags, mispTag{`admiralty-scale:information-credibility="6"`}) || !slices.Contains(e.Tags, mispTag{"tlp:green"}) {
		t.Errorf("found %+v", e)
	}
}

func TestWARCReadsBackInWarcio(t *testing.T) {
	at := time.Date(2026, 4, 4, 21, 26, 49, 0, time.UTC)
	page := []byte("<html><body>\r\nWARC/1.1\r\n\r\n</body></html>")
	captures := []Capture{
		{URL: "https://example.org/a?b=c", At: at, Status: 200, Header: textproto.MIMEHeader{"Etag": {`"x"`}, "Content-Encoding": {"gzip"}, "X-Evil": {"a\r\nWARC-Type: response"}},
			ContentType: "text/html", Body: page, UserAgent: "stakeout", Metadata: []byte(`{"story":1}`)},
		{URL: "https://example.org/a?b=c", At: at.Add(time.Hour), Body: page, ContentType: "text/html"},
		{URL: "https://example.org/z", At: at.Add(time.Hour), Body: []byte("other"), ContentType: "text/html"},
	}
	for _, name := range []string{"a.warc", "a.warc.gz"} {
		path := filepath.Join(t.TempDir(), name)
		if err := WriteFile(path, func(w io.Writer) error {
			return WARC(w, strings.HasSuffix(name, ".gz"), "stakeout test", of(nil, captures...))
		}); err != nil {
			t.Fatal(err)
		}
		out := node(t, `
import { createReadStream } from 'node:fs'
import { WARCParser } from 'warcio'
const found = []
for await (const r of new WARCParser(createReadStream(process.argv[1]), { keepHeadersCase: true })) {
  const payload = await r.readFully(r.warcType === 'response')
  const head = r.httpHeaders ? [r.httpHeaders.statusline, ...r.httpHeaders.headers.entries()].map(String) : []
  found.push({ type: r.warcType, uri: r.warcTargetURI, date: r.warcDate, head, size: payload.length, text: new TextDecoder().decode(payload) })
}
console.log(JSON.stringify(found))`, path)
		var got []struct {
			Type, URI, Date, Text string
			Head                  []string
			Size                  int
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		var types []string
		for _, r := range got {
			types = append(types, r.Type)
		}
		if want := []string{"warcinfo", "response", "request", "metadata", "revisit", "request", "response", "request"}; !slices.Equal(types, want) {
			t.Fatalf("%s: records %q", name, types)
		}
		r := got[1]
		if r.URI != "https://example.org/a?b=c" || r.Date != "2026-04-04T21:26:49.000Z" || r.Text != string(page) || got[3].Text != `{"story":1}` {
			t.Errorf("%s: found %+v", name, r)
		}
		if head := strings.Join(r.Head, "\n"); !strings.Contains(head, "HTTP/1.1 200 OK") || strings.Contains(strings.ToLower(head), "gzip") {
			t.Errorf("%s: head %q", name, r.Head)
		}
	}
}

func TestPageIsTextOnly(t *testing.T) {
	s := hostile()
	s.Headline, s.URL = `<script>alert(1)</script>`, "javascript:alert(1)"
	s.Metadata["<b>"] = `"><img src=x onerror=alert(1)>`
	c := hostileChange()
	c.Fields[0].Words[0].Text = "</del><script>alert(2)</script>"
	var out bytes.Buffer
	if err := WritePage(&out, Page{Story: s, Changes: []story.Change{c}}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", `href="javascript`} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if !strings.Contains(out.String(), "<ins>=14 dead</ins>") {
		t.Errorf("no diff in %s", out.String())
	}
}

// A page asks for nothing and runs nothing, whatever its story says.
func TestPageAsksForNothingInChromium(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "needs Chromium: apt-get install chromium")
	}
	asked := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer server.Close()
	s, c := hostile(), hostileChange()
	s.Headline = "</title></h1><script src=" + server.URL + "/headline></script><script>document.title='run'</script>"
	s.Body = []string{"<img src=" + server.URL + "/img onerror=document.title='run'>", "<style>@import '" + server.URL + "/style';</style>", "<iframe src=" + server.URL + "/frame>"}
	s.Tags, s.Language, s.URL = []string{`"><link rel=stylesheet href=` + server.URL + "/link>"}, `en" onload="document.title='run'`, server.URL+"/story"
	c.Fields[0].Words[1].Text = "</ins><video src=" + server.URL + "/video autoplay>"
	path := filepath.Join(t.TempDir(), "page.html")
	if err := WriteFile(path, func(w io.Writer) error { return WritePage(w, Page{Story: s, Changes: []story.Change{c}}) }); err != nil {
		t.Fatal(err)
	}
	dom := string(output(t, exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--virtual-time-budget=2000", "--dump-dom", "file://"+path)))
	for _, bad := range []string{"<script", "<img", "<iframe", "<link", "<video", "<title>run"} {
		if strings.Contains(dom, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if !strings.Contains(dom, "&lt;/title&gt;&lt;/h1&gt;&lt;script") || !strings.Contains(dom, "</html>") {
		t.Errorf("the page is not shown: %.300s", dom)
	}
	select {
	case what := <-asked:
		t.Errorf("the page asked for %s", what)
	default:
	}
}
