package listing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// madeSite makes listings of one site: an address scheme, a card, what stands
// around the cards, all drawn by lot.
type madeSite struct {
	r       *rand.Rand
	address int
	card    int
	classes int
	stories []string
}

var lexicon = strings.Fields(`council water prices rise harbour strike report finds school budget court rules minister resigns flood storm team
	wins final league mayor opens bridge study warns bank lender cuts jobs city railway delays union vote parliament debate energy plan approved museum theft`)

func (m *madeSite) title(n int) string {
	w := make([]string, n)
	for i := range w {
		w[i] = lexicon[m.r.IntN(len(lexicon))]
	}
	return strings.ToUpper(w[0][:1]) + strings.Join(w, " ")[1:]
}

// storyAddress is the address of story i by the site's scheme.
func (m *madeSite) storyAddress(i int, title string) string {
	slug := strings.ReplaceAll(strings.ToLower(title), " ", "-")
	id := 41000 - 13*i
	section := []string{"world", "local", "culture"}[m.r.IntN(3)]
	switch m.address {
	case 0:
		return fmt.Sprintf("/news/%d", id)
	case 1:
		return "/" + slug
	case 2:
		return fmt.Sprintf("/2026/%02d/%02d/%s/", i%12+1, i%28+1, slug)
	case 3:
		return fmt.Sprintf("/%s/%s-%d.html", section, slug, id)
	case 4:
		return fmt.Sprintf("/view.php?id=%d", id)
	case 5:
		return fmt.Sprintf("/%s/%s", section, slug)
	case 6:
		return fmt.Sprintf("/a/%08x", m.r.Uint32()|1<<31)
	case 7:
		return fmt.Sprintf("/en/intel/%d", id)
	case 8:
		return fmt.Sprintf("/artikel/%s,%d.html", slug, id)
	case 9:
		return fmt.Sprintf("/?p=%d", id)
	case 10:
		return fmt.Sprintf("/s/%d/%s", id, slug)
	case 11:
		return fmt.Sprintf("/n%d.htm", i+1)
	case 12:
		return fmt.Sprintf("/dispatches/2026-04-%02d-%s", i%28+1, slug)
	case 13:
		return fmt.Sprintf("/blog/%s", strings.SplitN(slug, "-", 3)[0]+strings.SplitN(slug, "-", 3)[1]+fmt.Sprint(i))
	}
	return fmt.Sprintf("/item/%s", slug)
}

// class is a class attribute that says what something is, or nothing of use.
func (m *madeSite) class(good string) string {
	switch m.classes {
	case 0:
		return fmt.Sprintf(` class="%s"`, good)
	case 1:
		return fmt.Sprintf(` class="css-%06x"`, len(good)*7919)
	}
	return ""
}

// writeCard writes a story as the site does.
func (m *madeSite) writeCard(url, title string) string {
	text := m.title(14) + "."
	author := fmt.Sprintf(`<a href="/team-and-authors/%s-%s">%s</a>`, lexicon[m.r.IntN(5)], lexicon[m.r.IntN(5)], m.title(2))
	tag := fmt.Sprintf(`<a href="/tag/%s">%s</a>`, lexicon[m.r.IntN(9)], lexicon[m.r.IntN(9)])
	section := `<a href="/world">World</a>`
	switch m.card {
	case 0:
		return fmt.Sprintf(`<article%s><h2><a href="%s">%s</a></h2><p>%s</p><span>By %s</span> %s</article>`, m.class("card"), url, title, text, author, tag)
	case 1:
		return fmt.Sprintf(`<li%s><a href="%s">%s</a></li>`, m.class("item"), url, title)
	case 2:
		return fmt.Sprintf(`<div%s><a href="%s"><img src="/i.jpg" alt=""></a><div>%s</div><h3><a href="%s">%s</a></h3><time>4 April</time></div>`, m.class("teaser"), url, section, url, title)
	case 3:
		return fmt.Sprintf(`<a%s href="%s"><h3>%s</h3><p>%s</p></a>`, m.class("story"), url, title, text)
	case 4:
		return fmt.Sprintf(`<div%s><h4>%s</h4><p>%s</p><p>%s</p><a href="%s">Read more</a></div>`, m.class("box"), title, text, author, url)
	case 5:
		return fmt.Sprintf(`<tr><td>2026-04-04</td><td><a href="%s">%s</a></td><td>%s</td></tr>`, url, title, author)
	case 6:
		return fmt.Sprintf(`<div%s><div><span>%s</span></div><div><a href="%s"><span>%s</span></a></div><div>%s %s</div></div>`, m.class("row"), section, url, title, tag, author)
	}
	return fmt.Sprintf(`<p><b><a href="%s">%s</a></b><br>%s (<a href="%s#comments">3 comments</a>)</p>`, url, title, text, url)
}

// page writes a listing of n stories.
func (m *madeSite) page(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<html><body><div%s><a href="/">Home</a> <a href="/world">World</a> <a href="/local">Local</a> <a href="/about-us">About us</a> <a href="/our-team-at-work">Our team at work</a></div>`, m.class("main-nav"))
	open, end := "<div"+m.class("list")+">", "</div>"
	switch m.card {
	case 1:
		open, end = "<ul>", "</ul>"
	case 5:
		open, end = "<table>", "</table>"
	}
	b.WriteString("<main><h1>Latest</h1>" + open)
	for i := range n {
		title := m.title(4 + m.r.IntN(6))
		url := m.storyAddress(i, title)
		m.stories = append(m.stories, url)
		b.WriteString(m.writeCard(url, title) + "\n")
	}
	b.WriteString(end + "</main>")
	if m.r.IntN(2) == 0 {
		fmt.Fprintf(&b, `<aside><h3>Topics</h3>`)
		for range 6 {
			w := lexicon[m.r.IntN(len(lexicon))]
			fmt.Fprintf(&b, `<a href="/topics/%s-and-%s">%s</a> `, w, w, w)
		}
		b.WriteString("</aside>")
	}
	b.WriteString(`<p><a href="?page=1">1</a> <a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">Next</a></p>`)
	fmt.Fprintf(&b, `<footer><a href="/privacy">Privacy</a> <a href="/terms-and-conditions-of-use">Terms and conditions of use of this site</a> <a href="https://elsewhere.example/a-story-of-another-site-1">A story of another site altogether</a></footer></body></html>`)
	return b.String()
}

// TestMadeListings draws listings by lot: nearly every story must be found, and
// nearly nothing else.
func TestMadeListings(t *testing.T) {
	const pages, least = 600, 0.97
	found, right, wanted := 0, 0, 0
	failed := map[string]int{}
	for seed := range pages {
		m := &madeSite{r: rand.New(rand.NewPCG(uint64(seed), 1))}
		m.address, m.card, m.classes = m.r.IntN(15), m.r.IntN(8), m.r.IntN(3)
		text := m.page(3 + m.r.IntN(25))
		p, err := Parse("https://site.example/latest", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, s := range m.stories {
			want["https://site.example"+s] = true
		}
		wanted += len(want)
		if p.IsStory() {
			failed[fmt.Sprintf("address %d card %d taken for a story", m.address, m.card)]++
			continue
		}
		wrong := 0
		for _, l := range p.Stories(Shapes{}) {
			found++
			if want[l.URL] {
				right++
				delete(want, l.URL)
			} else {
				wrong++
			}
		}
		if wrong+len(want) > 0 {
			failed[fmt.Sprintf("address %d card %d", m.address, m.card)]++
			if testing.Verbose() {
				t.Logf("seed %d, address %d, card %d, classes %d: %d wrong, %d missing of %d", seed, m.address, m.card, m.classes, wrong, len(want), len(m.stories))
			}
		}
	}
	precision, recall := float64(right)/float64(found), float64(right)/float64(wanted)
	t.Logf("precision %.3f, recall %.3f, pages not exact: %v", precision, recall, failed)
	if precision < least || recall < least {
		t.Errorf("precision %.3f, recall %.3f, expected %.2f", precision, recall, least)
	}
}
