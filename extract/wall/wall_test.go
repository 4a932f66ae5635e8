package wall_test

import (
	"fmt"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/extract/wall"
	"stakeout/story"
)

// frame is a site around a page's own part.
func frame(lang, title, inside string) string {
	return fmt.Sprintf(`<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s</title></head><body>
<header><a href="/">The Harbour Post</a><nav><a href="/news">News</a> <a href="/sport">Sport</a> <a href="/weather">Weather</a></nav></header>
<main>%s</main>
<footer><a href="/about">About us</a> <a href="/terms">Terms</a> <a href="/contact">Contact</a></footer></body></html>`, lang, title, inside)
}

// recognised is what is made of a page with status 200.
func recognised(page string) story.Trouble {
	return extract.Read(extract.Page{URL: "https://post.example/news/the-harbour-wall-is-to-be-raised", ContentType: "text/html", Body: []byte(page)}, nil, nil).Trouble
}

func TestPagesInAStorysPlace(t *testing.T) {
	for _, c := range []struct {
		name, page string
		want       story.Outcome
	}{
		{"a captcha's widget", frame("en", "post.example", `<form action="/verify"><p>Please complete the box below to go on.</p><div class="g-recaptcha" data-sitekey="x"></div></form>`), story.Blocked},
		{"a captcha in an iframe", `<html><head><title>post.example</title></head><body><p>Loading</p><iframe src="https://geo.captcha-delivery.com/captcha/?id=1"></iframe></body></html>`, story.Blocked},
		{"a challenge that runs a script", `<html><head><title>Just a moment...</title></head><body><h1>post.example</h1><p>Checking your browser before you can go on.</p><script src="/cdn-cgi/challenge-platform/h/b/x.js"></script></body></html>`, story.Blocked},
		{"press and hold", frame("en", "Before we go on", `<h1>Before we go on</h1><p>Press &amp; Hold to confirm that you are a human, and not a bot.</p>`), story.Blocked},
		{"a refusal", `<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>You don't have permission to open this page on this server.</p><p>Reference #18.2f</p></body></html>`, story.Blocked},
		{"unusual traffic, in German", frame("de", "Sicherheitsabfrage", `<h1>Sicherheitsabfrage</h1><p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>`), story.Blocked},
		{"a captcha in French", frame("fr", "Vérification", `<h1>Vérification</h1><p>Cochez la case pour montrer que vous n'êtes pas un robot.</p>`), story.Blocked},
		{"a captcha in Japanese", frame("ja", "確認", `<h1>確認</h1><p>「私はロボットではありません」にチェックを入れてください。</p>`), story.Blocked},
		{"a consent wall", frame("en", "The Harbour Post", `<h1>Before you continue</h1><p>We and our partners store and read data on your device.</p><button>Accept all</button><button>Manage</button>`), story.Blocked},
		{"a consent wall in German", frame("de", "Hafenpost", `<h1>Willkommen bei der Hafenpost</h1><p>Mit Werbung weiterlesen: Besuchen Sie uns wie gewohnt mit Werbung und Tracking.</p><button>Zustimmen und weiter</button>`), story.Blocked},
		{"a consent wall in Spanish", frame("es", "El Puerto", `<h1>Tu privacidad es importante</h1><p>Utilizamos cookies propias y de terceros.</p><button>Aceptar y continuar</button>`), story.Blocked},
		{"a login wall", frame("en", "Log in | The Harbour Post", `<h1>Log in</h1><form><input name="mail"><input type="password" name="p"><button>Log in</button></form>`), story.Blocked},
		{"a login wall in Polish", frame("pl", "Zaloguj się", `<h1>Zaloguj się</h1><form><input name="mail"><input type="password" name="p"></form>`), story.Blocked},
		{"a paywall with a teaser", frame("en", "The harbour wall is to be raised", `<article><h1>The harbour wall is to be raised</h1><p>The council voted on Tuesday to raise the wall by two metres.</p></article><p>Subscribe to continue reading.</p>`), story.Blocked},
		{"a paywall in Italian", frame("it", "Il muro del porto", `<article><h1>Il muro del porto</h1><p>Il consiglio ha votato martedì.</p></article><p>Contenuto riservato agli abbonati.</p>`), story.Blocked},
		{"not found", frame("en", "Page not found | The Harbour Post", `<h1>Page not found</h1><p>Sorry, the page you are looking for isn't here.</p>`), story.Gone},
		{"not found, with other stories", frame("en", "404", `<h1>404: we couldn't find that page</h1><p>Try one of these:</p><ul><li><a href="/news/a">A ferry runs aground off the coast in a storm</a></li><li><a href="/news/b">Council to vote on the budget next week</a></li></ul>`), story.Gone},
		{"not found, in German", frame("de", "Seite nicht gefunden", `<h1>Seite nicht gefunden</h1><p>Leider gibt es diese Seite nicht mehr.</p>`), story.Gone},
		{"not found, in French", frame("fr", "Page introuvable", `<h1>Page introuvable</h1><p>Désolé, cette page n'existe pas.</p>`), story.Gone},
		{"not found, in Russian", frame("ru", "Страница не найдена", `<h1>Страница не найдена</h1><p>Проверьте адрес.</p>`), story.Gone},
		{"not found, in Chinese", frame("zh", "页面不存在", `<h1>页面不存在</h1><p>请返回首页。</p>`), story.Gone},
		{"taken out", frame("en", "The Harbour Post", `<h1>This article has been removed</h1><p>It did not meet our standards.</p>`), story.Gone},
		{"taken out, said in a sentence", frame("en", "The Harbour Post", `<div><p>The story you asked for is no longer available.</p></div>`), story.Gone},
		{"an error", frame("en", "Internal Server Error", `<h1>Internal Server Error</h1><p>The server met an unexpected condition.</p>`), story.Unreadable},
		{"maintenance", frame("en", "The Harbour Post", `<h1>We'll be back soon</h1><p>The site is undergoing maintenance.</p>`), story.Unreadable},
		{"maintenance in German", frame("de", "Wartungsarbeiten", `<h1>Wartungsarbeiten</h1><p>Wir sind bald wieder da.</p>`), story.Unreadable},
		{"a frame without a story", frame("en", "The Harbour Post", ``), story.Unreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := recognised(c.page); got.Outcome != c.want || got.Reason == "" {
				t.Errorf("got %+v, want %s with a reason", got, c.want)
			}
		})
	}
}

// A story about walls is none, however short.
func TestStoriesAreNoWalls(t *testing.T) {
	const by = `<p class="byline">By Ada Marsh</p><time datetime="2026-03-02T09:00:00Z">2 March 2026</time>`
	for _, c := range []struct{ name, lang, headline, text string }{
		{"about captchas", "en", "Why captchas no longer stop robots", "A study found that programs solve a captcha faster than people do. \"I am not a robot,\" says the box; the robots tick it too."},
		{"about cookies", "en", "Court rules on cookie banners", "The court said on Monday that a button to accept all cookies must stand beside one to refuse them. Sites that write \"we value your privacy\" and mean the opposite will be fined."},
		{"about 404s", "en", "The man who collects 404 pages", "He has kept four thousand pages that say \"page not found\". The oldest is from 1995, and the page it stands for was never found."},
		{"about a removal", "en", "Statue that was removed returns to the square", "The statue was removed in 2020 after a protest. It is no longer available to be painted on, the mayor said, since it stands on a high base."},
		{"about a video taken down", "en", "Video of the fight has been removed", "The club said on Sunday that the video has been removed from its channel. A copy was seen by two million people before that."},
		{"about maintenance", "en", "Rail line shut for maintenance over Easter", "The line will be under maintenance from Friday to Monday. Buses will run in the trains' place, and should be back soon after."},
		{"about a login", "en", "Bank customers unable to log in after update", "Thousands of customers could not log in on Tuesday. The bank said that something went wrong with an update, and that no money was lost."},
		{"about an outage", "en", "Service unavailable: how one cable took a country offline", "For six hours every page in the country said \"503 Service Unavailable\". A ship's anchor had cut the cable."},
		{"about a paywall", "en", "Paper drops its paywall for a week", "Readers will not have to subscribe to continue reading during the election, the paper said. Subscribers only pay half as much in that month."},
		{"about denial", "en", "Access denied: the families kept out of the inquiry", "Families of the victims were denied access to the hearing on Thursday. They had waited for three years, they said."},
		{"in German, about deletion", "de", "Das Konto des Ministers wurde gelöscht", "Das Konto des Ministers wurde am Montag gelöscht. Die Seite ist nicht mehr abrufbar, teilte das Ministerium mit, die Gründe seien unklar."},
		{"in French, about the missing", "fr", "Le tableau reste introuvable", "Le tableau volé en 2019 reste introuvable, a dit la police mardi. Une récompense de dix mille euros a été promise."},
		{"in Spanish, about what doesn't exist", "es", "El pueblo que no existe en los mapas", "El pueblo no existe en ningún mapa. Sus vecinos lo pidieron hace diez años y nadie les ha contestado."},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, rest, _ := strings.Cut(c.text, ". ")
			article := fmt.Sprintf(`<article><h1>%s</h1>%s<p>%s.</p><p>%s</p></article>`, c.headline, by, first, rest)
			if got := recognised(frame(c.lang, c.headline+" | The Harbour Post", article)); got != (story.Trouble{}) {
				t.Errorf("taken for %+v", got)
			}
		})
	}
}

func TestUnclosedPages(t *testing.T) {
	long := "<html><body>" + strings.Repeat("<p>One paragraph after another.</p>", 40)
	for _, c := range []struct {
		name, page       string
		unclosed, broken bool
	}{
		{"whole", long + "</body></html>", false, false},
		{"whole, in capitals", strings.ToUpper(long) + "</BODY></HTML>", false, false},
		{"whole, with a long comment after it", long + "</body></html><!--" + strings.Repeat("x", 5000) + "-->", false, false},
		{"never closed", long, true, false},
		{"cut in a word", long + "<p>One para", true, true},
		{"cut in a tag", long + `<p class="fir`, true, true},
		{"a piece of a page", "<p>One paragraph.</p><p>Another", false, false},
		{"nothing", "", false, false},
	} {
		if unclosed, broken := wall.Unclosed([]byte(c.page)); unclosed != c.unclosed || broken != c.broken {
			t.Errorf("%s: got %v, %v, want %v, %v", c.name, unclosed, broken, c.unclosed, c.broken)
		}
	}
}
