package prose

import (
	"strings"
	"unicode"
)

// words of names, as developers of many countries name the parts of a page.
// One word of a name is enough: names are split at case changes and at
// everything that is no letter or digit.
var nameWords = wordMap(map[sign]string{
	concealed: `hidden invisible sronly hide visuallyhidden screenreader skiplink`,
	overlay:   `overlay modal popup lightbox tooltip toast offcanvas noprint dialog drawer popover spinner loader`,
	navigation: `nav navi navbar navigation menu submenu breadcrumb breadcrumbs crumb crumbs pagination pager
		topbar toolbar navbox sitemap prev previous prevnext`,
	advert: `ad ads adv advert adverts advertisement advertising advertorial adslot adbox adunit adsense
		adsbygoogle gpt dfp promo promos promobox promotion sponsor sponsored sponsors werbung anzeige anzeigen publicite publicidad
		pubblicita reklama reklame annons outbrain taboola ligatus plista affiliate banner mpu
		leaderboard billboard teads doubleclick adcontainer adwrapper adlabel googlead partnerlink`,
	related: `related relateds recommend recommended recommendation recommendations recommender recirc
		recirculation readmore readnext readalso seealso alsoread upnext trending popular mostread
		mostpopular mostviewed toplist morefrom morestories moretopic moretopics morelinks weiterlesen auchinteressant
		moreon similar suggested suggestions lire relacionadas relacionados relacionado
		relacionada correlati correlate verwandt verwandte lesetipp lesetipps linkliste mehrzum
		crosslink crosslinks backlinks teaserlist latestnews newslist ticker newsticker
		bestseller lesenswert leesook`,
	comments: `comment comments commentlist commentaire commentaires comentario comentarios kommentar
		kommentare commenti commento reactie reacties disqus respond livefyre discussion coral
		commenting commentary`,
	sharing: `share shares sharing sharebar sharebox sharebuttons sharedaddy social socials socialmedia
		addthis addtoany shariff teilen compartir partager condividi bookmarking socialbar
		whatsapp followus follow`,
	newsletter: `newsletter newsletters signup subscribe subscription subscriptions mailchimp optin
		boletin infolettre`,
	paywall: `paywall regwall piano upsell paygate abobox registerwall subscriberonly meteredwall
		plusbox supportus supportbox contribute contribution contributions checkout donate donation donations fundraising spenden membership`,
	caption: `caption captions figcaption imagecaption bildunterschrift legende credit credits
		photocredit imagecredit bildquelle fotocredit piefoto didascalia copyright`,
	media: `gallery slideshow carousel slider swiper slick lightgallery player videoplayer audioplayer video videos audio
		jwplayer brightcove bildergalerie diaporama galeria fotostrecke podcast`,
	byline: `byline bylines author authors autor autoren auteur autore writer dateline datestamp
		timestamp date dates datetime datum fecha posted publishdate pubdate pubdates datepublished datemodified postmeta entrymeta articlemeta
		postdate published lastupdated metadata meta autorenzeile verfasser reporter
		reporters journalist`,
	bio: `bio biography aboutauthor authorbio authorbox authorinfo authorcard autorinfo`,
	tags: `tags taglist tagcloud keywords schlagwort schlagworte schlagwoerter topics
		hashtags etiquetas tagged posttags articletags themen`,
	cookies: `cookie cookies consent gdpr onetrust didomi usercentrics cookiebar dsgvo
		cookiebanner privacybanner`,
	counter: `counter viewcount views viewcounter readers readcount hits likes votes vote voting
		rating ratings poll quiz umfrage readingtime lesezeit readtime pageviews peoplereading readersnow livereaders liveviewers
		commentcount commentscount sharecount readercount onlinecount`,
	form: `form login signin register registration anmelden search searchform suche captcha`,
	asideBox: `sidebar aside rail rightrail leftrail sidecolumn rightcol rightcolumn marginalspalte
		seitenleiste complementary`,
	footer: `footer colophon impressum imprint disclaimer footnav fusszeile`,
	widget: `toc tableofcontents inhaltsverzeichnis fontsize textsize rss weather
		wetter stockticker feedback survey jumplinks inarticletoc tts`,
	infobox: `infobox factbox faktabox faktenbox infokasten fact facts expandable accordion collapsible
		infoboks faktaruta faktaboks`,
	picture: `image images img photo photos foto fotos picture pictures bild bilder imagen immagine`,
	note: `correction corrections clarification clarifications corrigendum erratum errata editorsnote editornote
		editorialnote articlenote updatenote korrektur korrekturen berichtigung richtigstellung rectificatif
		rectification correccion rettelse rettelser rattelse correctie rettifica correcao`,
	teaser: `teaser teasers`,
	lead: `lead lede standfirst intro introduction subtitle subheadline subheading dek deck
		description abstract vorspann chapo chapeau entradilla sommario ingress manchet bajada
		perex summary excerpt subhead subline subhed sottotitolo sumario copete anons einleitung
		unterzeile standfirsts introtext leadtext leadin untertitel resumo
		bajadilla preamble`,
})

// bodyPairs are pairs of words that name the story's text, one from each list.
var (
	bodyFirst = wordSet(`article story post entry news main page single content detail details artikel
		articulo articolo noticia nota blog rich text body paragraph wysiwyg`)
	bodySecond = wordSet(`body content text copy main inner editor wrapper paragraphs contents prose texte texto testo`)
	bodyAlone  = wordSet(`articlebody storybody postbody entrycontent articlecontent postcontent storycontent
		richtext bodytext maintext fliesstext articletext storytext contentbody bodycopy wysiwyg
		newsbody newstext articulo cuerpo corpo hentry entry prose blogcontent posttext paragraphs
		articlemain newscontent detailtext mainbody bodycontent`)
)

func wordMap(m map[sign]string) map[string]sign {
	out := map[string]sign{}
	for s, list := range m {
		for _, w := range strings.Fields(list) {
			out[w] |= s
		}
	}
	return out
}

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// nameSigns reads one class or id. Classes that state a story's topics or a
// page's state ("tag-ads", "has-sidebar") say nothing of the element's role.
func nameSigns(name string, isClass bool) sign {
	if len(name) > 80 {
		return 0
	}
	if isClass {
		for _, p := range statePrefixes {
			if strings.HasPrefix(name, p) {
				return 0
			}
		}
	}
	var s sign
	var prev string
	words := nameParts(name)
	for i, w := range words {
		if i > 0 && stateWords[prev] {
			prev = ""
			continue
		}
		s |= nameWords[w]
		if bodyAlone[w] || i > 0 && bodyFirst[prev] && bodySecond[w] {
			s |= bodyName
		}
		if i > 0 {
			s |= nameWords[prev+w]
			if bodyAlone[prev+w] {
				s |= bodyName
			}
		}
		prev = w
	}
	if s&comments != 0 && hasAny(words, reportWords) {
		s &^= comments // a reporter's, of a match or a session
	}
	return s
}

// reportWords beside "comment" say that it is part of a live report.
var reportWords = wordSet(`live match minute minutes ticker liveticker game`)

func hasAny(words []string, set map[string]bool) bool {
	for _, w := range words {
		if set[w] {
			return true
		}
	}
	return false
}

// stateWords come before what an element has or does, not what it is.
var stateWords = wordSet(`has no with without is not hide show can allow enable disable if`)

var statePrefixes = []string{
	"tag-", "category-", "cat-", "has-", "is-", "no-", "with-", "post-tag", "without-", "hide-", "u-",
	"hidden-", "d-", "show-", "if-", "not-",
}

// nameParts splits a name into lower-case words: "relatedLinks__item-2" gives
// related, links, item. Digits part words and are dropped, with the letters that
// follow them: those are of generated names.
func nameParts(name string) []string {
	var parts []string
	start := -1
	prevLower, afterDigit := false, false
	cut := func(end int) {
		if start >= 0 && !generated(name, start) {
			parts = append(parts, strings.ToLower(name[start:end]))
		}
		start = -1
	}
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r):
			cut(i)
			prevLower, afterDigit = false, unicode.IsDigit(r)
			continue
		case unicode.IsUpper(r) && prevLower:
			cut(i)
		}
		if afterDigit {
			continue
		}
		if start < 0 {
			start = i
		}
		prevLower = unicode.IsLower(r)
	}
	cut(len(name))
	return parts
}

// leastGenerated is the length from which on hex digits are taken for a
// generated name: "ad6ad", but not "ad1".
const leastGenerated = 5

// generated reports whether the run of letters and digits that begins at start
// is hex digits, with a figure among them: a hash that may happen to spell "ad".
func generated(name string, start int) bool {
	figures := 0
	end := start
	for ; end < len(name); end++ {
		c := name[end]
		switch {
		case c >= '0' && c <= '9':
			figures++
		case c >= 'a' && c <= 'f':
		case c >= 'g' && c <= 'z' || c >= 'A' && c <= 'Z':
			return false
		default:
			return figures > 0 && end-start >= leastGenerated
		}
	}
	return figures > 0 && end-start >= leastGenerated
}

// letters is a name without digits, so that generated numbers don't part kinds.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
}

// The constants of the FNV-1a hash.
const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

func hash(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * prime64
	}
	return h
}
