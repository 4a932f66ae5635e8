package prose

import "regexp"

// noteLabel begins an editor's note too, with a day or the like before its colon.
var noteLabel = regexp.MustCompile(`^(?:corrections?|clarifications?|updated?|retraction|retracted|withdrawn|zurückgezogen|retiré|retirado|ritirato|editors?'s?'? note|amendment|korrektur|richtigstellung|berichtigung|aktualisierung|update|nachtrag|rectificatif|rectification|correction|mise à jour|corrección|rectificación|actualización|aclaración|correção|atualização|rettifica|correzione|aggiornamento|correctie|rectificatie|rettelse|rättelse|sprostowanie|поправка)(?:[^.:]|\d\.){0,30}:\s`)

// readersNow tells how many are reading a page.
var readersNow = regexp.MustCompile(`^\d[\d., k]* (?:other )?(?:people|readers|users|visitors|others|personen|menschen|leser\S*|nutzer\S*|personnes|lecteurs|internautes|personas|lectores|usuarios|persone|lettori|utenti|pessoas|leitores|lezers|mensen) (?:.{0,20} )?(?:reading|viewing|watching|lesen|lisent|leen|leyendo|leggendo|lendo|lezen)\b.{0,50}$`)

// oldStory warns that a story is not of today.
var oldStory = regexp.MustCompile(`^(?:this (?:article|story|post|page) is (?:more than|over|about) \d+ (?:years?|months?) old|dieser (?:artikel|beitrag|text) ist (?:mehr als|über|älter als) \d+ (?:jahre?|monate?)\b.{0,5}|cet article (?:a|date de) plus de \d+ (?:ans?|mois)|este artículo tiene más de \d+ (?:años?|meses)|questo articolo ha più di \d+ (?:anni|mesi))[.!]?$`)

// colophon begins a line that says where and when a blog filed its post, or that
// nobody may comment on it.
var colophon = regexp.MustCompile(`^(?:this (?:entry|post) was (?:posted|published|filed)|(?:dieser|der) (?:eintrag|beitrag|artikel) wurde .{0,80}(?:veröffentlicht|geschrieben|abgelegt)|(?:cette entrée|cet article) a été publiée? (?:le|dans|par)|esta entrada fue publicada|questo articolo è stato pubblicato (?:in|il|da)|dit bericht (?:is|werd) geplaatst|comments are closed|(?:die )?kommentare (?:sind )?geschlossen|les commentaires sont fermés|los comentarios están cerrados|i commenti sono chiusi)`)

// counted is one count of a line of counts.
var counted = regexp.MustCompile(`^(?:(?:` + counts + `)\s*:?\s*\(?\d[\d.,]*\s?[km]?\)?|\d[\d.,]*\s?[km]?\s+(?:` + counts + `))$`)

const counts = `(?:page ?)?views?|reads?|readers?|visits?|hits?|clicks?|comments?|shares?|likes?|votes?|aufrufe?|klicks?|leser|kommentare?|gefällt mir|vues?|lectures?|commentaires?|partages?|visitas?|vistas?|lecturas?|comentarios?|visualizzazioni|letture|commenti|visualizações|leituras|comentários?|weergaven|reacties|visninger|kommentarer|odsłon|komentarzy|komentarze|просмотров|комментариев`

// advertLabels stand alone over an advertisement.
var advertLabels = lineSet(`
	advertisement
	advertisements
	ad
	advert
	sponsored
	sponsored content
	promoted
	article continues below
	article continues below advertisement
	article continues after advertisement
	continue reading below
	story continues below
	story continues below advertisement
	advertisement - continue reading below
	scroll to continue
	anzeige
	anzeigen
	werbung
	advertorial
	publicidad
	publicidade
	publicite
	publicité
	pubblicità
	reklama
	reklame
	reklam
	annonce
	annons
	mainos
	advertentie
	iklan
	quảng cáo
	реклама
	إعلان
	اعلان
	広告
	廣告
	广告
	광고
	विज्ञापन
`)

// readMore begin a line that sends readers to another story.
var readMore = lines(`
	read more
	read also
	read next
	also read
	see also
	related
	more:
	more on
	don't miss
	watch:
	lesen sie auch
	lesen sie mehr
	lesen sie dazu
	lies auch
	mehr zum thema
	mehr dazu
	mehr lesen
	auch interessant
	lesetipp
	das könnte sie auch
	weiterlesen
	lire aussi
	à lire
	a lire
	lire la suite
	voir aussi
	lea también
	lea además
	leer más
	lee también
	te puede interesar
	también te puede
	también lee
	ver también
	leia também
	leia mais
	saiba mais
	veja também
	leggi anche
	leggi di più
	czytaj też
	czytaj także
	zobacz także
	zobacz też
	čtěte také
	přečtěte si
	läs också
	läs även
	läs mer
	les også
	les mer
	læs også
	lue myös
	lees ook
	lees meer
	baca juga
	citește și
	olvasson
	читайте также
	читайте також
	подробнее
	devamını oku
	ayrıca
	اقرأ أيضا
	إقرأ أيضا
	اقرأ ايضا
	関連記事
	【関連
	相关阅读
	相关新闻
	相關新聞
	延伸閱讀
	관련기사
	यह भी पढ़ें
`)

// creditStarts begin a line under a picture.
var creditStarts = lines(`
	credit:
	photo:
	photos:
	photo credit
	photograph:
	picture:
	image:
	image credit
	foto:
	fotos:
	bild:
	bilder:
	abbildung:
	photo by
	crédit
	crédito
	imagen:
	fotoğraf
	фото:
	写真：
	写真:
`)

// invitations ask readers to subscribe, follow or install.
var invitations = lines(`
	our newsletter
	newsletter abonnieren
	newsletter anmelden
	zum newsletter
	notre newsletter
	nuestro boletín
	nuestra newsletter
	nossa newsletter
	nostra newsletter
	follow us on
	folgen sie uns
	folge uns auf
	suivez-nous
	síguenos
	siga-nos
	seguici su
	canal de telegram
	canal de whatsapp
	telegram channel
	whatsapp channel
	whatsapp-kanal
	preferred source
	download our app
	download the app
	subscribe to our
	sign up for our
	sign up to our
`)

// noteStarts begin an editor's note.
var noteStarts = lines(`
	correction:
	corrections:
	clarification:
	editor's note
	editors' note
	update:
	updated:
	this article was amended
	this article has been corrected
	this article has been updated
	this story has been corrected
	this story has been updated
	an earlier version of this
	a previous version of this
	korrektur:
	korrekturhinweis
	berichtigung:
	in einer früheren version
	in einer früheren fassung
	anmerkung der redaktion
	anm. d. red
	hinweis der redaktion
	transparenzhinweis
	rectificatif
	mise à jour
	note de la rédaction
	corrección:
	fe de erratas
	fe de errores
	aclaración:
	nota del editor
	nota de la redacción
	actualización:
	correção:
	errata:
	rettifica:
	nota della redazione
	correctie:
	rectificatie:
	rettelse:
	rättelse:
	oikaisu:
	sprostowanie:
	oprava:
	düzeltme:
	поправка:
	исправление:
	уточнение:
	訂正：
	訂正:
	更正：
	更正:
	정정:
`)
