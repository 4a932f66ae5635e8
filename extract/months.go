package extract

import (
	"strings"
	"time"
)

// months are the names of months, lower case and without accents, in the
// languages of the news that we have seen; short forms where they are usual.
var months = monthNames(map[time.Month]string{
	time.January:   "january jan januar jänner janner janv janvier enero ene gennaio gen janeiro januari tammikuuta tammikuu stycznia styczen sty leden ledna január januára januar ianuarie siječanj siječnja января январь янв січня січень ocak oca január janúar sausio janvaris ιανουαριου ιαν يناير כינואר ינואר जनवरी janeiro jaan jaanuar ledn জানুয়ারি มกราคม",
	time.February:  "february feb februar feber février fevrier fevr febrero febbraio fevereiro fev februari helmikuuta helmikuu lutego luty lut únor února februára februarie veljače veljača февраля февраль фев лютого şubat şub február febrúar vasario φεβρουαριου φεβ فبراير פברואר फरवरी veebruar ফেব্রুয়ারি กุมภาพันธ์",
	time.March:     "march mar märz marz mrz mars marzo março marco maart maaliskuuta maaliskuu marca marzec březen března marec martie ožujka ožujak марта март мар березня mart március kovo μαρτιου μαρ مارس מרץ मार्च märts maret mac মার্চ มีนาคม",
	time.April:     "april apr avril avr abril abr aprile huhtikuuta huhtikuu kwietnia kwiecień kwi duben dubna apríl apríla aprilie travnja travanj апреля апрель апр квітня nisan nis április balandžio απριλιου απρ أبريل ابريل אפריל अप्रैल aprill এপ্রিল เมษายน",
	time.May:       "may mai mayo maggio mag maio mei maj toukokuuta toukokuu maja květen května máj mája svibnja svibanj мая май травня mayıs mayis május maí gegužės μαιου μαι مايو מאי मई মে พฤษภาคม",
	time.June:      "june jun juni juin junio giugno giu junho kesäkuuta kesakuuta kesäkuu czerwca czerwiec cze červen června jún júna iunie lipnja lipanj июня июнь июн червня haziran haz június júní birželio ιουνιου ιουν يونيو יוני जून juuni জুন มิถุนายน",
	time.July:      "july jul juli juil juillet julio luglio lug julho heinäkuuta heinakuuta heinäkuu lipca lipiec lip červenec července júl júla iulie srpnja srpanj июля июль июл липня temmuz tem július júlí liepos ιουλιου ιουλ يوليو יולי जुलाई juuli julai জুলাই กรกฎาคม",
	time.August:    "august aug août aout agosto ago augustus augusti elokuuta elokuu sierpnia sierpień sie srpen srpna augusta kolovoza kolovoz августа август авг серпня ağustos agustos ağu augusztus ágúst rugpjūčio αυγουστου αυγ أغسطس אוגוסט अगस्त agustus ogos আগস্ট สิงหาคม",
	time.September: "september sep sept septembre septiembre setiembre settembre set setembro syyskuuta syyskuu września wrzesień wrz září septembra septembrie rujna rujan сентября сентябрь сен вересня eylül eylul eyl szeptember rugsėjo σεπτεμβριου σεπ سبتمبر ספטמבר सितंबर সেপ্টেম্বর กันยายน",
	time.October:   "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta lokakuu października październik paź říjen října októbra octombrie октября октябрь окт жовтня ekim eki október spalio οκτωβριου οκτ أكتوبر אוקטובר अक्टूबर oktoober অক্টোবর ตุลาคม",
	time.November:  "november nov novembre noviembre novembro marraskuuta marraskuu listopad listopadu novembra noiembrie studenog studenoga studeni listopada ноября ноябрь ноя листопада kasım kasim kas nóvember lapkričio νοεμβριου νοε نوفمبر נובמבר नवंबर নভেম্বর พฤศจิกายน",
	time.December:  "december dec dezember dez décembre decembre diciembre dic dicembre dezembro desember des joulukuuta joulukuu grudnia grudzień gru prosinec prosince decembra decembrie prosinca prosinac декабря декабрь дек грудня aralık aralik ara detsember gruodžio δεκεμβριου δεκ ديسمبر דצמבר दिसंबर disember ডিসেম্বর ธันวาคม",
})

// levantine are the months of two words, and their kind, that the Arab east uses,
// each with its name in the rest of the Arab world.
var levantine = strings.NewReplacer("كانون الثاني", "يناير", "شباط", "فبراير", "آذار", "مارس", "نيسان", "أبريل", "أيار", "مايو", "حزيران", "يونيو",
	"تموز", "يوليو", "آب", "أغسطس", "أيلول", "سبتمبر", "تشرين الأول", "أكتوبر", "تشرين الاول", "أكتوبر", "تشرين الثاني", "نوفمبر",
	"كانون الأول", "ديسمبر", "كانون الاول", "ديسمبر")

// zones are the abbreviations of time zones that news pages print, in seconds
// east of UTC. Where an abbreviation has several meanings, the news' usual one.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "wet": 0,
	"bst": 3600, "cet": 3600, "mez": 3600, "wat": 3600, "west": 3600,
	"cest": 7200, "mesz": 7200, "eet": 7200, "cat": 7200, "sast": 7200,
	"eest": 10800, "msk": 10800, "мск": 10800, "eat": 10800, "trt": 10800,
	"gst": 14400, "pkt": 18000, "ist": 19800, "wib": 25200, "ict": 25200,
	"wita": 28800, "hkt": 28800, "sgt": 28800, "awst": 28800, "pht": 28800,
	"jst": 32400, "kst": 32400, "wit": 32400, "acst": 34200, "aest": 36000, "aedt": 39600,
	"nzst": 43200, "nzdt": 46800,
	"brt": -10800, "art": -10800, "edt": -14400, "adt": -10800, "ast": -14400,
	"est": -18000, "cdt": -18000, "cst": -21600, "mdt": -21600, "mst": -25200,
	"pdt": -25200, "pst": -28800, "akdt": -28800, "akst": -32400, "hst": -36000,
}

// regions are abbreviations whose offset depends on the season.
var regions = map[string]string{
	"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}

func monthNames(names map[time.Month]string) map[string]time.Month {
	out := map[string]time.Month{}
	for m := time.January; m <= time.December; m++ {
		for _, name := range wordsOf(names[m]) {
			if _, taken := out[name]; !taken {
				out[name] = m
			}
		}
	}
	return out
}
