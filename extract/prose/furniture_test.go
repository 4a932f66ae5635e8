package prose

import (
	"strings"
	"testing"
)

// TestFurniture puts lines between the paragraphs of a story: those that sites set
// there are left out, those that only begin like them are the story's.
func TestFurniture(t *testing.T) {
	for _, c := range []struct {
		story bool
		lines []string
	}{
		{false, []string{
			"Share this article", "Share on Facebook", "Click to share on Twitter (Opens in new window)",
			"Story continues below advertisement", "Scroll down for video", "Loading...",
			"Leave a comment below.", "What do you think? Let us know in the comments below.", "0 Comments",
			"Get the latest news delivered to your inbox every morning.", "Download the Paper app to read more.",
			`Follow <a href="/j">@janedoe</a> on Twitter.`, "Recommended Videos", "You may also like:",
			"Topics: Bridge, Council", "Back to top", "AP Photo/Jane Doe", "Getty Images",
			"Got a tip? Contact us at tips@paper.example", "Contact the reporter at jane@paper.example.",
			`Already a subscriber? <a href="/login">Log in</a>`, "You have full access to this article via your institution.",
			"Das könnte Sie auch interessieren", "Auf Facebook teilen", "Hier geht es zum Newsletter.", "Publié le 5 novembre 2019 à 17h30",
			"© Riproduzione riservata", "무단전재 및 재배포 금지", "この記事をシェアする", "Поделиться",
			"3 min read", "15.04.2026 - 15:48 Uhr Lesedauer: 2 Min.", "Updated: 5:30 PM EST Nov 5, 2019",
			"Posted on November 5, 2019 by Jane Doe", "Zuletzt aktualisiert am 5. November 2019, 17:30 Uhr",
			"Copyright 2019 The Paper. All rights reserved.", "© 2019 The Paper", "Copyright: Project Syndicate, 2025",
			"We may earn a commission if you buy through our links.",
			"Disclaimer: The views expressed are those of the author and not of The Paper.",
			`Jane Doe is a reporter at The Paper. Follow her on Twitter <a href="/j">@janedoe</a>.`,
		}},
		{true, []string{
			"Published in 1984, the novel was banned in 12 countries.",
			"Share prices of the bank fell by three per cent on Friday.",
			"Copyright law was changed in 2019, and the publishers went to court.",
			"Contact with the reporter was lost at noon.",
			"Post offices in 14 towns will close.",
			"Reuters reported that the deal was signed in March.",
			"Do you have a story to tell? Everyone has, he says.",
			"Auf der Insel teilen sich drei Familien ein Boot.",
			"Loading the truck took the five of them an hour.",
			"It took 3 minutes, he said, to read the letter.",
			"Topics were hard to come by in the summer of 1976.",
			"Updated plans for the bridge were shown in 2019 and 2020.",
			"You may also like it, for all its faults.",
		}},
	} {
		for _, line := range c.lines {
			page := pageOf(`<article><h1>Bridge</h1>` + paragraphs(one, two) + `<p>` + line + `</p>` + paragraphs(three) + `</article>`)
			got := Find(parse(t, page), Hints{})
			if n := len(got.Paragraphs); n < 3 || n > 4 || (n == 4) != c.story {
				t.Errorf("%q: want it kept %v, got\n\t%s", line, c.story, strings.Join(got.Paragraphs, "\n\t"))
			}
		}
	}
}
