package listing

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/weburl"
)

// Next returns the address of the listing's next page, "" where there is none.
// selector is the configuration's; "" finds it by what pages do: rel=next, a
// link that says so, a button whose data has an address, a link to the page's number
// and one.
func (p *Page) Next(selector string) string {
	if selector != "" {
		return p.firstHref(p.doc.Find(selector))
	}
	if next := p.firstHref(p.doc.Find(`a[rel~="next" i][href], link[rel~="next" i][href]`)); next != "" {
		return next
	}
	if next := p.saidNext(); next != "" {
		return next
	}
	if next := p.moreButton(); next != "" {
		return next
	}
	return p.numberedNext()
}

// Refresh returns where the page sends its readers at once (meta refresh), ""
// for nowhere.
func (p *Page) Refresh() string {
	content := p.doc.Find(`meta[http-equiv="refresh" i]`).First().AttrOr("content", "")
	m := reRefresh.FindStringSubmatch(content)
	if m == nil {
		return ""
	}
	return p.elsewhere(m[1])
}

var reRefresh = regexp.MustCompile(`(?i)^\s*[0-5](?:\.\d*)?\s*[;,]\s*url\s*=\s*['"]?([^'"]+)`)

// firstHref is the first address in a selection that leads elsewhere.
func (p *Page) firstHref(s *goquery.Selection) string {
	found := ""
	s.EachWithBreak(func(_ int, e *goquery.Selection) bool {
		href, ok := e.Attr("href")
		if !ok {
			href, ok = e.Find("a[href]").First().Attr("href")
		}
		if !ok {
			href, ok = e.Closest("a[href]").Attr("href")
		}
		if ok {
			found = p.elsewhere(href)
		}
		return found == ""
	})
	return found
}

// elsewhere is the address of a link that leads to another page of this site.
func (p *Page) elsewhere(href string) string {
	u, err := weburl.CanonicalRef(p.base, strings.TrimSpace(href))
	self, _ := weburl.Canonical(p.URL)
	if err != nil || u == self || !weburl.SameSite(weburl.Host(u), weburl.Host(p.URL)) {
		return ""
	}
	return u
}

// reNext matches the texts of links to a next page, in the languages that we
// know, and the signs that stand for them.
var reNext = regexp.MustCompile(`(?i)^(next|next page|next posts?|older|older (posts|entries|stories|articles|news)|previous (posts|entries)|load more|show more|` +
	`weiter|nächste|nächste seite|ältere|ältere (beiträge|artikel)|mehr laden|` +
	`suivante?|page suivante|plus anciens|articles plus anciens|siguientes?|página siguiente|más antiguas|próxim[ao]|próxima página|seguinte|` +
	`successiv[ao]|avanti|pagina successiva|volgende|volgende pagina|nästa|neste|næste|seuraava|następna|starsze|další|következő|следующая|далее|вперед|sonraki|` +
	`التالي|الصفحة التالية|הבא|अगला|次へ|次のページ|下一页|下一頁|다음)$`)

// saidNext finds a link that says it is the next page.
func (p *Page) saidNext() string {
	found := ""
	p.doc.Find("a[href]").EachWithBreak(func(_ int, a *goquery.Selection) bool {
		text := strings.Trim(textOf(a.Nodes[0]), " «»‹›→⟶>.…|")
		signs := strings.TrimSpace(a.Text())
		label := strings.TrimSpace(a.AttrOr("aria-label", a.AttrOr("title", "")))
		said := reNext.MatchString(text) || reNext.MatchString(label) || text == "" && (signs == "»" || signs == "›" || signs == "→" || signs == ">")
		if said {
			found = p.elsewhere(a.AttrOr("href", ""))
		}
		return found == ""
	})
	return found
}

// reMore matches the texts of buttons that fetch more into the page.
var reMore = regexp.MustCompile(`(?i)^((load|show|see|view|get) more( (posts|stories|articles|news|results|items|entries))?|more (posts|stories|articles|news|results)|` +
	`mehr (laden|anzeigen)|weitere (laden|anzeigen|artikel|beiträge)|(voir|charger|afficher) plus( d.articles)?|(ver|cargar|mostrar) más( noticias)?|(ver|carregar|mostrar) mais( notícias)?|` +
	`(carica|mostra) (altri|altro|di più)|meer (laden|tonen)|(visa|ladda) (fler|mer)|(vis|last|indlæs) (flere|mer)|(pokaż|załaduj|zobacz) więcej|(показать|загрузить) (ещё|еще|больше)|daha fazla( yükle| göster)?|` +
	`もっと見る|さらに読み込む|加载更多|載入更多|查看更多|더 ?보기|المزيد)$`)

// moreButton finds the address that a button for more stories keeps in an
// attribute of data, its own or that of an element around it.
func (p *Page) moreButton() string {
	found := ""
	p.doc.Find(`button, a, [role="button" i], [hx-get], [class*="load-more" i], [class*="loadmore" i], [class*="load_more" i]`).EachWithBreak(func(_ int, b *goquery.Selection) bool {
		class := strings.ToLower(b.AttrOr("class", ""))
		text := strings.Trim(textOf(b.Nodes[0]), " .…»›+↓")
		said := strings.Contains(class, "load-more") || strings.Contains(class, "loadmore") || strings.Contains(class, "load_more")
		if !said && !reMore.MatchString(text) {
			return true
		}
		if found = p.dataAddress(b.Nodes[0]); found == "" && b.Nodes[0].Parent != nil {
			found = p.dataAddress(b.Nodes[0].Parent)
		}
		return found == ""
	})
	return found
}

// dataAddress is the address in an element's data attributes.
func (p *Page) dataAddress(n *html.Node) string {
	for _, a := range n.Attr {
		value := strings.TrimSpace(a.Val)
		isData := strings.HasPrefix(a.Key, "data-") || a.Key == "hx-get" || a.Key == "up-href" || a.Key == "formaction"
		if isData && (strings.HasPrefix(value, "/") || strings.HasPrefix(value, "http") || strings.HasPrefix(value, "?")) {
			if next := p.elsewhere(value); next != "" {
				return next
			}
		}
	}
	return ""
}

// numberedNext finds a link to the page whose number is one more than ours.
func (p *Page) numberedNext() string {
	number, sure := pageNumber(p.URL)
	if next := p.linkToPage(number + 1); next != "" || sure {
		return next
	}
	return p.linkToPage(2) // /news/2026 is a first page too
}

// linkToPage finds the link to a page by its number, which its text says and its
// address has.
func (p *Page) linkToPage(number int) string {
	want := strconv.Itoa(number)
	found := ""
	p.doc.Find("a[href]").EachWithBreak(func(_ int, a *goquery.Selection) bool {
		if text := textOf(a.Nodes[0]); text != want && !strings.EqualFold(text, "page "+want) {
			return true
		}
		next := p.elsewhere(a.AttrOr("href", ""))
		if n, _ := pageNumber(next); next != "" && n == number {
			found = next
		}
		return found == ""
	})
	return found
}

var (
	reSaidNumber = regexp.MustCompile(`(?i)(?:^|/)(?:page|seite|pagina|pag|p)[/_-]?(\d{1,5})(?:\.(?:html?|json))?/?$`)
	reBareNumber = regexp.MustCompile(`/(\d{1,5})(?:\.html?)?/?$`)
)

// pageNumber is the number of a listing's page by its address; 1 where it says
// none. It is sure where the address says that the number is a page's.
func pageNumber(address string) (number int, sure bool) {
	u, err := url.Parse(address)
	if err != nil {
		return 1, false
	}
	for name, values := range u.Query() {
		switch strings.ToLower(name) {
		case "page", "paged", "p", "pg", "seite", "pagina":
			if n, err := strconv.Atoi(values[0]); err == nil {
				return n, true
			}
		}
	}
	m := reSaidNumber.FindStringSubmatch(u.Path)
	if sure = m != nil; !sure {
		m = reBareNumber.FindStringSubmatch(u.Path)
	}
	if m == nil {
		return 1, false
	}
	number, _ = strconv.Atoi(m[1]) // five digits at most
	return number, sure
}
