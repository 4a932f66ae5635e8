package prose

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"
)

// commentsLabel stands over readers' comments; a count makes sure of it.
var commentsLabel = regexp.MustCompile(`^(?:(\d+) )?(?:(?:reader|readers'?|user|your|all|latest|show|view|alle|neueste|ihre) )?(?:comments|responses|replies|comment|kommentare|leserkommentare|kommentar|leserbriefe|antworten|commentaires|réactions|commentaire|comentarios|comentario|comentários|comentário|opiniones|commenti|commento|reacties|reactie|kommentarer|kommentit|komentarze|komentáře|yorumlar|комментарии|комментариев|コメント|评论|評論|댓글)(?: to this (?:article|story|post))?(?: ?\(?(\d+)\)?)?:?$`)

// replyWords offer to answer one comment.
var replyWords = lineSet(`
	reply
	reply to this
	antworten
	répondre
	responder
	rispondi
	beantwoorden
	reageer
	svar
	svara
	vastaa
	odpowiedz
	odpovědět
	yanıtla
	ответить
	відповісти
	返信
	回复
	回覆
	답글
`)

// storyBefore is how much prose stands before the first comment, at least.
const storyBefore = 200

// markComments marks readers' comments that no name tells: what follows a label
// that says so, and what ends in an offer to answer it.
func (p *page) markComments() {
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.weight > 40 || b.noise != 0 || int32(i) < p.h1 || p.proses[i]-p.proses[max(p.h1, 0)] < storyBefore {
			continue
		}
		s := strings.ToLower(strings.TrimSpace(b.text))
		if replyWords[s] {
			p.markComment(int32(i))
		} else if g := commentsLabel.FindStringSubmatch(s); g != nil {
			if count := g[1] + g[2]; count != "0" {
				p.markThread(int32(i), count != "")
			}
		}
	}
}

// markComment marks the smallest element around a block that says something.
func (p *page) markComment(i int32) {
	e := p.blocks[i].elem
	for e >= 0 && p.prose(&p.elems[e]) == 0 {
		e = p.elems[e].parent
	}
	if e >= 0 && p.after(p.elems[e].first) {
		p.blot(e, comments)
	}
}

// after reports whether a good deal of the story stands before a block.
func (p *page) after(i int32) bool {
	return i > p.h1 && p.proses[i]-p.proses[max(p.h1, 0)] >= storyBefore
}

// markThread marks what follows a label in the element that holds both.
func (p *page) markThread(i int32, sure bool) {
	label := p.blocks[i].elem
	for p.elems[label].parent >= 0 && p.elems[p.elems[label].parent].last-i == 1 && p.elems[p.elems[label].parent].first == i {
		label = p.elems[label].parent
	}
	parent := p.elems[label].parent
	if parent < 0 || p.elems[parent].tag == atom.Body || p.elems[label].last-p.elems[label].first > 1 {
		return
	}
	if !sure && !p.signed(i+1, p.elems[parent].last) {
		return
	}
	for e := label; e < p.elems[parent].end; e = p.elems[e].end {
		p.blot(e, comments)
	}
}

// signed reports whether most of the prose of blocks[start:end] follows a few
// words that name who said it.
func (p *page) signed(start, end int32) bool {
	by, all := 0, 0
	for i := start; i < end; i++ {
		b := &p.blocks[i]
		if b.prose == 0 {
			continue
		}
		if all++; i > start && p.blocks[i-1].weight < 40 && p.blocks[i-1].ends == 0 {
			by++
		}
	}
	return by > 0 && 2*by >= all
}
