package extract

import "strings"

// meanings are the labels under which pages list what they say of a story, by
// the field they mean, in the languages of the news that we have seen. Between
// labels stands a bar.
var meanings = labelMeanings(map[string]string{
	"publisher":   "source|original source|publisher|outlet|published by|via|quelle|herausgeber|éditeur|fuente|fonte|bron|uitgever|источник|издание|来源|來源|出典|情報源|출처|kaynak|źródło|zdroj|kilde|källa|lähde|المصدر",
	"sector":      "sector|section|category|categories|desk|industry|topic area|sektor|rubrik|ressort|kategorie|branche|secteur|rubrique|catégorie|sección|categoría|settore|sezione|categoria|seção|secção|setor|sectie|rubriek|categorie|раздел|рубрика|категория|сектор|分类|分類|类别|行业|カテゴリ|カテゴリー|分野|카테고리|분야|kategori|kategoria|sektör|bölüm|القسم",
	"tags":        "tags|tag|tagged|tagged with|tagged as|filed under|related topics|related tags|related countries|related people|keywords|key words|topics|labels|schlagworte|schlagwörter|schlüsselwörter|stichworte|stichwörter|themen|mots-clés|mots clés|sujets|thèmes|étiquettes|etiquetas|temas|palabras clave|parole chiave|temi|argomenti|palavras-chave|assuntos|tópicos|trefwoorden|теги|метки|ключевые слова|标签|標籤|关键词|タグ|キーワード|태그|키워드|etiketler|tagi|słowa kluczowe|štítky|klíčová slova|emneord|nyckelord|ämnen|الوسوم",
	"credibility": "credibility|credibility rating|credibility level|source credibility|reliability|verification|verification status|glaubwürdigkeit|verlässlichkeit|crédibilité|fiabilité|credibilidad|fiabilidad|credibilità|attendibilità|affidabilità|credibilidade|confiabilidade|betrouwbaarheid|geloofwaardigheid|достоверность|надёжность|надежность|可信度|信頼性|信頼度|신뢰도|güvenilirlik|wiarygodność|důvěryhodnost|troværdighed|trovärdighet|luotettavuus|المصداقية",
	"published":   "published|published on|published at|publication date|date published|publish date|posted|posted on|date|date posted|pubdate|released|veröffentlicht|veröffentlicht am|veröffentlichung|datum|erschienen|erschienen am|publié|publié le|date de publication|publicado|publicado el|publicado em|fecha|fecha de publicación|pubblicato|pubblicato il|data|data di pubblicazione|data de publicação|gepubliceerd|gepubliceerd op|опубликовано|дата публикации|дата|发布时间|发布|发布日期|日期|發布時間|公開日|公開日時|掲載日|発行日|投稿日|게시일|발행일|작성일|yayınlanma|yayın tarihi|tarih|opublikowano|data publikacji|publikováno|publiceret|udgivet|publicerad|publisert|julkaistu|تاريخ النشر",
	"updated":     "updated|last updated|updated on|updated at|last update|modified|last modified|date modified|aktualisiert|aktualisiert am|zuletzt aktualisiert|geändert|mis à jour|mis à jour le|mise à jour|dernière mise à jour|actualizado|última actualización|aggiornato|aggiornato il|ultimo aggiornamento|atualizado|atualizado em|bijgewerkt|laatst bijgewerkt|обновлено|изменено|更新时间|更新時間|更新日|更新日時|最終更新|수정일|업데이트|güncelleme|güncellendi|zaktualizowano|aktualizacja|aktualizováno|opdateret|uppdaterad|oppdatert|päivitetty|آخر تحديث",
	"id":          "id|story id|article id|intel id|card id|report id|case id|item id|post id|document id|record id|id no|id-nr|kennung|meldungs-id|artikel-id|identifiant|identificador|identificatore|identificativo|identificatie|идентификатор|编号|編號|識別番号|識別子|아이디|kimlik|identyfikator|identifikátor|المعرف",
	"url":         "url|link|permalink|canonical url|source url|web address|web-adresse|lien|enlace|collegamento|ссылка|链接|網址|网址|リンク|링크|bağlantı|odkaz|lenke|länk|linkki|الرابط",
	"authors":     "author|authors|by|byline|written by|posted by|verfasst von|geschrieben von|écrit par|rédigé par|escrito por|scritto da|skrevet av|skriven av|napisane przez|writer|reporter|analyst|autor|autoren|autorin|verfasser|verfasserin|von|auteur|auteurs|par|autora|autores|autore|autori|geschreven door|door|автор|авторы|作者|责编|责任编辑|責任編輯|编辑|記者|记者|記者|著者|筆者|執筆者|기자|저자|작성자|yazar|autorzy|autoři|forfatter|författare|kirjoittaja|الكاتب",
	"language":    "language|sprache|langue|idioma|lingua|língua|taal|язык|语言|語言|言語|언어|dil|język|jazyk|sprog|språk|kieli|اللغة",
	"headline":    "headline|title|titel|überschrift|titre|título|titolo|заголовок|标题|標題|タイトル|제목|başlık|tytuł|titulek|otsikko|العنوان",
})

// labelMeanings turns the lists of labels into a map from a label's key.
func labelMeanings(fields map[string]string) map[string]string {
	out := map[string]string{}
	for field, labels := range fields {
		for label := range strings.SplitSeq(labels, "|") {
			out[labelKey(label)] = field
		}
	}
	return out
}

// cardLabels are the fields that tell an intel card's list of labels from any
// other: a list without one of them is the facts of a book or a match.
var cardLabels = map[string]bool{"publisher": true, "sector": true, "tags": true, "credibility": true, "id": true}
