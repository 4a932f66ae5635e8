package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/collect"
	"stakeout/story"
)

// archiveConfig watches https://h.example/news/N.
func archiveConfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	writeTo(t, path, "sources:\n  s:\n    start: https://h.example/news\n    stories: '/news/(?P<id>\\d+)$'\n  other:\n    start: https://other.example/\n    stories: '/x/(?P<id>\\d+)$'\n")
	return path
}

func writeTo(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// warcOf is a WARC of a story that was edited between its two copies.
func warcOf(dates ...string) string {
	var b strings.Builder
	for i, date := range dates {
		page := fmt.Sprintf("<html><body><article><h1>Ferry runs aground</h1><p>%d people were hurt when the ferry ran aground off the point.</p><p>It will not sail before the weekend, its owners say.</p></article></body></html>", 12+i)
		block := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
		fmt.Fprintf(&b, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://h.example/news/7?utm_source=x\r\nWARC-Date: %s\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", date, len(block), block)
	}
	return b.String()
}

func TestImportWARC(t *testing.T) {
	config, db := archiveConfig(t), filepath.Join(t.TempDir(), "h.db")
	file := filepath.Join(t.TempDir(), "a.warc")
	writeTo(t, file, warcOf("2026-04-04T10:00:00Z", "2026-04-04T12:00:00Z"))
	for i, want := range []collect.Taken{{Source: "s", Copies: 2, New: 1, Changed: 1}, {Source: "s", Copies: 2, Known: 2}} {
		got := lines[collect.Taken](t, mustRun(t, "--config", config, "--db", db, "--json", "import", file, "--source", "s"))
		if len(got) != 1 || got[0].Copies != want.Copies || got[0].New != want.New || got[0].Changed != want.Changed || got[0].Known != want.Known {
			t.Errorf("import %d: %+v", i, got)
		}
	}
	changes := lines[story.Change](t, mustRun(t, "--db", db, "--json", "log", "s/7"))
	if len(changes) != 2 || changes[1].At.Format("15:04") != "12:00" && changes[0].At.Format("15:04") != "12:00" {
		t.Errorf("%+v", changes)
	}
	mustRun(t, "--db", db, "verify")
	writeTo(t, file, warcOf("2026-04-04T11:00:00Z"))
	if _, stderr, code := stakeout(t, "--config", config, "--db", db, "import", file); code != 1 || !strings.Contains(stderr, "refused: s/7: 1 archived copies are no later than") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	cut := warcOf("2026-04-05T11:00:00Z", "2026-04-06T11:00:00Z")
	writeTo(t, file, cut[:len(cut)-50])
	if _, stderr, code := stakeout(t, "--config", config, "--db", db, "import", file); code != 1 || !strings.Contains(stderr, "record 2: the archive ends in the middle") || !strings.Contains(stderr, "s: 1 copies: 0 new, ") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// An export as WARC is an archive as others are: it can be taken in again, with
// its times and its edits.
func TestImportTakesBackAnExportedArchive(t *testing.T) {
	config, dir := archiveConfig(t), t.TempDir()
	db, file, back := filepath.Join(dir, "h.db"), filepath.Join(dir, "a.warc"), filepath.Join(dir, "b.warc.gz")
	writeTo(t, file, warcOf("2026-04-04T10:00:00Z", "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z"))
	mustRun(t, "--config", config, "--db", db, "import", file)
	mustRun(t, "--db", db, "export", "--format", "warc", "--what", "versions", "-o", back)
	again := filepath.Join(dir, "again.db")
	mustRun(t, "--config", config, "--db", again, "import", back)
	export := func(db string) string {
		return mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "versions")
	}
	if a, b := export(db), export(again); a == "" || a != b {
		t.Errorf("the history came back as another:\n%s\n%s", a, b)
	}
}

func TestImportWACZ(t *testing.T) {
	config := archiveConfig(t)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"datapackage.json": "{}", "archive/data.warc": warcOf("2026-04-04T10:00:00Z", "2026-04-04T12:00:00Z")} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	_ = z.Close()
	file := filepath.Join(t.TempDir(), "a.wacz")
	writeTo(t, file, b.String())
	if _, stderr, code := stakeout(t, "--config", config, "--db", filepath.Join(t.TempDir(), "h.db"), "import", file); code != 0 || !strings.Contains(stderr, "s: 2 copies: 1 new, 1 changed") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestImportArchiveOfNothingOfOurs(t *testing.T) {
	file, db := filepath.Join(t.TempDir(), "a.warc"), filepath.Join(t.TempDir(), "h.db")
	writeTo(t, file, warcOf("2026-04-04T10:00:00Z"))
	if _, stderr, code := stakeout(t, "--config", archiveConfig(t), "--db", db, "import", file, "--source", "other"); code != 1 || !strings.Contains(stderr, "no copy of a story") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	empty := filepath.Join(t.TempDir(), "empty.yaml")
	writeTo(t, empty, "contact: a@example.org\n")
	if _, stderr, code := stakeout(t, "--config", empty, "--db", db, "import", file); code != 2 || !strings.Contains(stderr, "no source") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// An archive that another program wrote is read: a response, a revisit, and a
// response that is compressed.
func TestImportWARCWrittenByOthers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "js.warc.gz")
	const script = `
import fs from "fs";
import { WARCRecord, WARCSerializer } from "warcio";
import { gzipSync } from "zlib";
const url = "https://h.example/news/7", out = fs.openSync(process.argv[1], "w");
const page = n => "<html><body><article><h1>Ferry runs aground</h1><p>" + n + " people were hurt when the ferry ran aground off the point.</p></article></body></html>";
const put = async (type, date, body, httpHeaders, more) => {
	const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
	const record = WARCRecord.create({ url, date, type, warcVersion: "WARC/1.1", httpHeaders, statusline: "HTTP/1.1 200 OK", ...more }, (async function* () { if (bytes.length) yield bytes; })());
	fs.writeSync(out, await WARCSerializer.serialize(record, { gzip: true }));
};
const html = { "Content-Type": "text/html" };
fs.writeSync(out, await WARCSerializer.serialize(await WARCRecord.createWARCInfo({ filename: "js.warc.gz", warcVersion: "WARC/1.1" }, { software: "warcio.js" }), { gzip: true }));
await put("response", "2026-04-04T10:00:00Z", page(12), html);
await put("revisit", "2026-04-04T11:00:00Z", "", html, { refersToUrl: url, refersToDate: "2026-04-04T10:00:00Z" });
await put("response", "2026-04-04T12:00:00Z", gzipSync(page(14)), { ...html, "Content-Encoding": "gzip" });
`
	dir, err := filepath.Abs("../../.ci/node")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		if os.Getenv("STAKEOUT_TOOLS_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skip("needs the test tools: npm ci --prefix .ci/node")
	}
	cmd := exec.Command("node", "--input-type=module", "-e", script, file)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, stderr, code := stakeout(t, "--config", archiveConfig(t), "--db", filepath.Join(t.TempDir(), "h.db"), "import", file); code != 0 || !strings.Contains(stderr, "s: 3 copies: 1 new, 1 changed, 1 same") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
