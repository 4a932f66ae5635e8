package change

import (
	"strconv"
	"strings"
	"unicode"

	"stakeout/story"
)

// quantitiesIn lists the dates and amounts of a text outside of what is taken.
func quantitiesIn(s, lang string, taken []found) []found {
	q := quantities{lang: lang, taken: taken, tokens: tokenize(s)}
	at := 0
	for _, t := range q.tokens {
		q.at = append(q.at, at)
		at += len(t)
	}
	q.at = append(q.at, at)
	for i := 0; i < len(q.tokens); {
		n := q.date(i)
		if n == 0 {
			n = q.amount(i)
		}
		i += max(n, 1)
	}
	return q.out
}

// quantities finds dates and amounts token by token.
type quantities struct {
	lang   string
	taken  []found
	tokens []string
	at     []int // where each token begins
	out    []found
}

// word is a token in lower case; "" past the end.
func (q *quantities) word(i int) string {
	if i < 0 || i >= len(q.tokens) {
		return ""
	}
	return strings.ToLower(q.tokens[i])
}

// put takes tokens from to to in; it reports how many, 0 where they are taken.
func (q *quantities) put(f found, from, to int) int {
	f.from, f.to = q.at[from], q.at[to]
	if overlaps(q.taken, f.from, f.to) {
		return 0
	}
	f.text = strings.Join(q.tokens[from:to], "")
	if f.key == "" {
		f.key = strings.ToLower(f.text)
	}
	q.out = append(q.out, f)
	return to - from
}

// date takes a date that begins at token i in: 4 April 2026, April 4, Tuesday,
// 2026-04-04, 12:30, 2026. It reports how many tokens that were.
func (q *quantities) date(i int) int {
	first := q.word(i)
	end := 0
	switch {
	case q.isDateWord(i):
		end = i + 1
		if n := q.numberAfter(end, 2); n > 0 && !weekday(first) {
			end = n
		}
	case isDay(first):
		j := i + 1
		for j < i+6 && (q.word(j) == " " || q.word(j) == "." || dateJoiners[q.word(j)]) {
			j++
		}
		if !q.isDateWord(j) || j == i+1 {
			return q.figures(i)
		}
		end = j + 1
	default:
		return q.figures(i)
	}
	if q.word(end) == " " && dateJoiners[q.word(end+1)] {
		if n := q.numberAfter(end+2, 4); n > 0 {
			end = n
		}
	}
	if n := q.numberAfter(end, 4); n > 0 {
		end = n
	}
	return q.put(found{kind: story.FactDate}, i, end)
}

// isDateWord reports whether token i names a month or a day. The English May
// counts after a day or a word of time.
func (q *quantities) isDateWord(i int) bool {
	l := q.word(i)
	if l == "may" && q.tokens[i] == "May" {
		return (q.lang == "en" || q.lang == "") && (beforeMay[q.word(i-2)] || isDay(q.word(i-2)) || q.numberAfter(i+1, 4) > 0)
	}
	return l != "" && q.lang != "" && dateWords.has(q.lang, l)
}

// figures takes a date or a time that is one token of figures in.
func (q *quantities) figures(i int) int {
	t := q.word(i)
	digits := t != "" && strings.Trim(t, "0123456789") == ""
	year := digits && len(t) == 4 && (t[:2] == "19" || t[:2] == "20") && !q.measured(i)
	parts := strings.FieldsFunc(t, func(r rune) bool { return strings.ContainsRune("-./:", r) })
	clock := len(parts) == 2 && strings.Contains(t, ":") && len(parts[1]) == 2
	day := len(parts) == 3 && strings.Trim(t, "0123456789-./") == "" && (len(parts[0]) == 4 || len(parts[2]) == 4)
	if year || clock || day {
		return q.put(found{kind: story.FactDate}, i, i+1)
	}
	return 0
}

// measured reports whether a number has a sign or a unit beside it.
func (q *quantities) measured(i int) bool {
	before, after := q.word(i-1), q.word(i+1)
	if after == " " {
		after = q.word(i + 2)
	}
	return currencySigns[before] || currencySigns[after] || units[after] || scales(q.lang, after) > 0
}

// numberAfter is where a number of at most so many digits ends that follows
// token i, a space and a comma between; 0 for none.
func (q *quantities) numberAfter(i, digits int) int {
	for q.word(i) == " " || q.word(i) == "," {
		i++
	}
	t := q.word(i)
	if t == "" || len(t) > digits || digits == 4 && len(t) != 4 || strings.Trim(t, "0123456789") != "" {
		return 0
	}
	return i + 1
}

func isDay(s string) bool {
	n, err := strconv.Atoi(strings.TrimRight(s, "stndrhe"))
	return err == nil && n >= 1 && n <= 31
}

// weekday reports whether a number after a date's word isn't part of it.
func weekday(l string) bool {
	return strings.HasSuffix(l, "day") || strings.HasSuffix(l, "tag") || l == "today" || l == "yesterday"
}

var beforeMay = wordSet(`in of since until by last next this early late mid from and to`)

var dateJoiners = wordSet(`of de do di del den`)

// amount takes an amount that begins at token i in: $1.5 million, 12 %, five
// billion. It reports how many tokens that were.
func (q *quantities) amount(i int) int {
	from, k := i, i
	if currencySigns[q.word(k)] {
		k++
		if q.word(k) == " " {
			k++
		}
	}
	first := q.word(k)
	figures := first != "" && unicode.IsDigit(firstRune(first))
	if !figures && (q.lang == "" || !numberWords.has(q.lang, first) || articles[first]) {
		return 0
	}
	f := found{kind: story.FactAmount}
	scale := 1.0
	end := k + 1
	for q.word(end) == " " && numberWords.has(q.lang, q.word(end+1)) {
		if s := scales(q.lang, q.word(end+1)); s > 0 {
			scale *= s
		}
		end += 2
	}
	if figures {
		if f.value = number(first, scale, q.lang); f.value == nil {
			return 0 // 5DS, 2004-575
		}
	}
	after := end
	if q.word(after) == " " {
		after++
	}
	switch u := q.word(after); {
	case from < k:
		f.unit = q.word(from)
	case currencySigns[u] || units[u]:
		f.unit, end = u, after+1
	case u != "" && isWord(u) && unicode.IsLetter(firstRune(u)) && len(u) > 2 && !notUnits[u]:
		f.unit = u
	}
	f.key = strings.ToLower(strings.Join(q.tokens[from:end], ""))
	return q.put(f, from, end)
}

// number is the value of a number in figures, times a scale; nil where it has
// letters in it. A single comma or point before three digits sets thousands
// apart, as its language has it.
func number(s string, scale float64, lang string) *float64 {
	point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	decimal := byte('.')
	switch {
	case point >= 0 && comma >= 0:
		if comma > point {
			decimal = ','
		}
	case strings.Count(s, ",") == 1 && len(s)-comma != 4, comma >= 0 && strings.Count(s, ",") == 1 && commaIsDecimal[lang]:
		decimal = ','
	case strings.Count(s, ".") > 1, point >= 0 && len(s)-point == 4 && commaIsDecimal[lang]:
		decimal = ','
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == decimal:
			b.WriteByte('.')
		case c == '.' || c == ',' || c == ' ' || c == '\'':
		default:
			b.WriteByte(c)
		}
	}
	v, err := strconv.ParseFloat(b.String(), 64)
	if err != nil {
		return nil
	}
	v *= scale
	return &v
}

var (
	commaIsDecimal = wordSet(`de fr es it pt nl ru pl sv da nb no fi cs tr`)
	currencySigns  = wordSet(`$ € £ ¥ ₹ ₽ ₩ ₺ ₴ %`)
	units          = wordSet(`percent percentage prozent pourcent por cento procent proc
		dollar dollars euro euros pound pounds yen yuan rupees rubles francs franken kronor kroner złotych usd eur gbp jpy cny chf
		km m cm mm kg g t mg l ml kilometer kilometers kilometre kilometres kilomètres metre metres meter meters mile miles feet foot inches
		tonne tonnes ton tons tonnen kilogram kilograms kilo kilos litre litres liter liters hectares acres degrees grad degrés mw gw kw kwh gb tb mb
		year years month months week weeks day days hour hours minute minutes second seconds
		jahr jahre jahren monat monate monaten woche wochen tag tage tagen stunde stunden minute minuten
		an ans année années mois semaine semaines jour jours heure heures año años mes meses semana semanas día días hora horas anni mesi giorni ore`)
	articles = wordSet(`one ein eine second deuxième zweite m`)
	notUnits = wordSet(`and the for from that who which with were was are has have had will would than per out into over more less other said after before when while but
		und der die das den dem von mit für aus bei als oder auch wurden waren sind
		des les dans pour avec qui que sur ont été sont par
		los las del por con que han sido son para una uno
		dei delle con per che sono stati alle und van het een voor met zijn`)
)

// scales is what a scale word multiplies by; 0 for other words.
func scales(lang, l string) float64 {
	switch l {
	case "hundred", "hundert", "cent", "cento", "cien", "ciento", "honderd":
		return 100
	case "thousand", "tausend", "mille", "mil", "duizend", "тысяча", "тысячи", "тысяч", "tysiąc", "tysiące", "tysięcy", "tusen", "tusind", "bin", "mila", "千":
		return 1e3
	case "万":
		return 1e4
	case "million", "millions", "millionen", "mio", "millón", "millones", "milione", "milioni", "milhão", "milhões", "miljoen", "миллион", "миллиона", "миллионов", "milion", "miliony", "milionów", "miljon", "miljoner", "millioner", "milyon":
		return 1e6
	case "亿", "億":
		return 1e8
	case "milliarde", "milliarden", "mrd", "milliard", "milliards", "miliardo", "miliardi", "bilhão", "bilhões", "miljard", "миллиард", "миллиарда", "миллиардов", "miliard", "miliardy", "miliardów", "miljarder", "milliarder", "milyar", "bn":
		return 1e9
	case "billion", "billions", "billionen":
		if lang == "de" {
			return 1e12
		}
		return 1e9
	case "trillion", "trillions", "tn":
		return 1e12
	}
	return 0
}
