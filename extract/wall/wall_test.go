package wall_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/extract/wall"
	"stakeout/story"
)

func read(body string) story.Reading {
	return extract.Read(extract.Page{URL: "https://ledger.example/news/4711-flood", Body: []byte(body)}, nil, nil)
}

// notice is a small page of a title, a heading and a text, in a site's frame.
func notice(title, heading, text string) string {
	return fmt.Sprintf(`<!DOCTYPE html><html><head><title>%s</title></head><body><header><nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav></header>
<main><h1>%s</h1><p>%s</p></main><footer><a href="/imprint">Imprint</a></footer></body></html>`, title, heading, text)
}

func TestWallsAndNotices(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want story.Outcome
	}{
		"challenge":          {notice("Just a moment...", "ledger.example", "Checking your browser before accessing the site. Ray ID: 74beb8a6c9e5"), story.Blocked},
		"challenge, script":  {`<html><head><title>ledger.example</title><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></head><body><p>Please wait.</p></body></html>`, story.Blocked},
		"captcha":            {notice("Ledger", "Are you a robot?", "Please confirm that you are not a robot to go on."), story.Blocked},
		"captcha, widget":    {`<html><body><h1>One more step</h1><form action="/verify"><div class="g-recaptcha" data-sitekey="x"></div></form></body></html>`, story.Blocked},
		"captcha, German":    {notice("Sicherheitsprüfung", "Sind Sie ein Mensch?", "Bitte bestätigen Sie, dass Sie kein Roboter sind."), story.Blocked},
		"captcha, French":    {notice("Vérification", "Vérification de sécurité", "Veuillez confirmer que vous n'êtes pas un robot."), story.Blocked},
		"captcha, Japanese":  {notice("確認", "アクセスの確認", "あなたがロボットではありませんことを確認してください。"), story.Blocked},
		"denied":             {notice("Access Denied", "Access Denied", "You don't have permission to access this page on this server. Reference #18.7c"), story.Blocked},
		"consent":            {notice("Before you continue", "We value your privacy", "We and our partners use cookies to store and access personal data on your device."), story.Blocked},
		"consent, German":    {notice("Ihre Privatsphäre", "Mit Werbung weiterlesen", "Besuchen Sie uns wie gewohnt mit Werbung und Cookies. Zustimmen und weiter."), story.Blocked},
		"consent, Spanish":   {notice("Tu privacidad", "Tu privacidad es importante", "Utilizamos cookies propias y de terceros. Aceptar y continuar."), story.Blocked},
		"login":              {notice("Log in", "Please log in", "Sign in to go on."), story.Blocked},
		"login, password":    {`<html><head><title>The Ledger</title></head><body><h1>Welcome back</h1><p>Good to see you.</p><form><input type="email"><input type="password"></form></body></html>`, story.Blocked},
		"paywall":            {notice("Flood cuts off villages", "Flood cuts off villages", "The river rose within an hour. Subscribe to continue reading."), story.Blocked},
		"paywall, German":    {notice("Flut im Tal", "Flut im Tal", "Der Fluss stieg binnen einer Stunde. Jetzt weiterlesen mit dem Digitalabo."), story.Blocked},
		"soft 404":           {notice("Page not found", "Sorry, this page could not be found", "It may have moved. Try the search."), story.Gone},
		"soft 404, number":   {notice("404 | Ledger", "Oops!", "404: nothing here."), story.Gone},
		"soft 404, German":   {notice("Seite nicht gefunden", "Seite nicht gefunden", "Die gesuchte Seite existiert nicht mehr."), story.Gone},
		"soft 404, French":   {notice("Page introuvable", "Page introuvable", "La page que vous cherchez n'existe plus."), story.Gone},
		"soft 404, Spanish":  {notice("Página no encontrada", "Página no encontrada", "Lo sentimos, la página no existe."), story.Gone},
		"soft 404, Chinese":  {notice("页面不存在", "抱歉，页面不存在", "您访问的页面找不到了。"), story.Gone},
		"soft 404, Russian":  {notice("Страница не найдена", "Страница не найдена", "Проверьте адрес."), story.Gone},
		"story removed":      {notice("This story has been removed", "This story has been removed", "It is no longer available."), story.Gone},
		"error with 200":     {notice("Error", "Internal Server Error", "The server met a condition that it did not expect."), story.Unreadable},
		"maintenance":        {notice("Maintenance", "We will be back soon", "Our site is undergoing scheduled maintenance. Please check back shortly."), story.Unreadable},
		"maintenance, dated": {strings.Replace(notice("Maintenance", "We will be back soon", "Our site is undergoing scheduled maintenance."), "</head>", `<link rel="canonical" href="https://ledger.example/2026/03/02/flood"></head>`, 1), story.Unreadable},
		"empty":              {"", story.Unreadable},
		"nothing on it":      {"<html><head><title>x</title></head><body></body></html>", story.Unreadable},
		"cut in a text":      {"<!DOCTYPE html><html><head><title>Flood</title></head><body><article><h1>Flood cuts off villages</h1><p>The river rose within an hour and cut o", story.Unreadable},
		"cut in a tag":       {"<!DOCTYPE html><html><head><title>Flood</title></head><body><article><h1>Flood cuts off villages</h1><p>The river rose within an hour.</p><div cla", story.Unreadable},
	} {
		got := read(c.body)
		if got.Trouble.Outcome != c.want || got.Trouble.Reason == "" {
			t.Errorf("%s: want %s, got %+v", name, c.want, got.Trouble)
		}
		if got.Headline != "" || len(got.Body) != 0 {
			t.Errorf("%s: fields made up: %q %q", name, got.Headline, got.Body)
		}
	}
}

// A story may be about what notices say.
func TestStoriesAboutWallsAreStories(t *testing.T) {
	for _, c := range [][]string{
		{"Page not found: how a 404 became an art form", "Designers have long competed over the error page.", "The first museum of such pages opens on Friday, with 300 exhibits from three decades, its director said in a call."},
		{"Access denied: reporters kept out of the trial", "The court let nobody in.", "Twelve reporters waited for an hour in the rain, until an usher told them that the hearing was over, one of them said."},
		{"Why captchas still ask whether you are human", "Traffic lights, buses, bridges: the pictures are familiar.", "A study of ten thousand users found that machines solve them faster, and that people give up after the third try."},
		{"Ministry under maintenance, says its own minister", "The minister took over in March.", "She found four hundred open letters and a telephone system from 1987, she told the committee, and no plan for either."},
		{"Cookies, consent and the law: what changes in May", "We use cookies, every site says.", "From May on, a single refusal will have to hold for a year, the regulator decided after a hearing of all sides."},
		{"Store's last letter was deleted, court hears", "The letter was deleted on a Sunday.", "An engineer testified that no copy existed, and that the backup of that week had been overwritten the day after."},
	} {
		body := fmt.Sprintf(`<!DOCTYPE html><html><head><title>%s - The Ledger</title></head><body><article><h1>%s</h1><p>By Ruth Vane, March 2, 2026</p><p>%s</p><p>%s</p><p>%s</p></article></body></html>`,
			c[0], c[0], c[1], c[2], strings.Repeat("The paper has asked both sides for comment and will report on what they answer. ", 3))
		if got := read(body); got.Trouble != (story.Trouble{}) {
			t.Errorf("%q is taken for %+v", c[0], got.Trouble)
		}
	}
}

func TestUnclosed(t *testing.T) {
	for body, want := range map[string][2]bool{
		"<html><body><p>whole</p></body></html>":             {false, false},
		"<html><body><p>whole</p></BODY></HTML>\n<!-- x -->": {false, false},
		"<p>a fragment</p>":                                  {false, false},
		"<html><body><p>an end tag is missing</p>":           {true, false},
		"<html><body><p>cut here":                            {true, true},
		"<html><body><p class=":                              {true, true},
		"":                                                   {false, false},
	} {
		unclosed, broken := wall.Unclosed([]byte(body))
		if unclosed != want[0] || broken != want[1] {
			t.Errorf("%q: unclosed %v, broken %v", body, unclosed, broken)
		}
	}
}

// No page of the corpora is a wall: they are real stories, kept by people.
func TestNoStoryIsTakenForAWall(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "extraction")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatalf("shared data is required and absent: %v", err)
		}
		t.Skipf("no shared data at %s: put it there to test on it", dir)
	}
	for _, corpus := range []string{"fundus", "trafilatura"} {
		lines, err := os.ReadFile(filepath.Join(dir, corpus, "truth.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(lines) {
			var row struct{ ID, URL, File string }
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatal(err)
			}
			got := extract.Read(extract.Page{URL: row.URL, Body: unpacked(t, filepath.Join(dir, corpus, row.File))}, nil, nil)
			if got.Trouble.Outcome == story.Blocked || got.Trouble.Outcome == story.Gone {
				t.Errorf("%s %s: %+v", corpus, row.ID, got.Trouble)
			}
		}
	}
}

func unpacked(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
