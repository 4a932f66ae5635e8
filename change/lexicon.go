package change

import "strings"

// wordSet makes a set of words.
func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// byLanguage holds sets of words by the first two letters of a language tag.
type byLanguage map[string]map[string]bool

// has reports whether a lower-case word is in the set of a language, or in
// anyone's where the language is unknown or has none.
func (b byLanguage) has(lang, word string) bool {
	if set, ok := b[lang]; ok {
		return set[word] || b["*"][word]
	}
	for _, set := range b {
		if set[word] {
			return true
		}
	}
	return false
}

// numberWords are numbers and fractions in letters. "*" is for every language.
var numberWords = byLanguage{
	"*": wordSet(`一 二 三 四 五 六 七 八 九 十 百 千 万 億 亿 零 两`),
	"en": wordSet(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
		eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
		millions billion billions trillion trillions dozen dozens half third thirds quarter quarters double triple twice
		thrice first second third fourth fifth sixth seventh eighth ninth tenth m bn tn`),
	"de": wordSet(`null eins ein eine zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
		siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million
		millionen milliarde milliarden billion billionen dutzend hälfte drittel viertel doppelt dreifach erste ersten zweite
		zweiten dritte dritten vierte vierten fünfte mio mrd`),
	"fr": wordSet(`zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante
		cinquante soixante cent cents mille million millions milliard milliards moitié tiers quart double premier première
		deuxième troisième`),
	"es": wordSet(`cero dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta cincuenta
		sesenta setenta ochenta noventa cien ciento mil millón millones mitad tercio cuarto doble primer primero primera
		segundo segunda tercero tercera`),
	"it": wordSet(`zero due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta sessanta settanta
		ottanta novanta cento mila mille milione milioni miliardo miliardi metà terzo doppio primo prima secondo seconda`),
	"pt": wordSet(`zero dois duas três quatro cinco seis sete oito nove dez onze doze vinte trinta quarenta cinquenta cem cento mil
		milhão milhões bilhão bilhões metade terço dobro primeiro primeira segundo terceiro`),
	"nl": wordSet(`nul twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig honderd duizend miljoen
		miljard helft derde kwart dubbel eerste tweede`),
	"ru": wordSet(`ноль один два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок пятьдесят сто двести тысяча
		тысячи тысяч миллион миллиона миллионов миллиард миллиардов половина треть`),
	"pl": wordSet(`dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć dwadzieścia trzydzieści sto tysiąc tysiące tysięcy
		milion miliony milionów miliard miliardów połowa`),
	"sv": wordSet(`två tre fyra fem sex sju åtta nio tio elva tolv tjugo hundra tusen miljon miljoner miljard miljarder hälften`),
	"da": wordSet(`to tre fire fem seks syv otte ni ti elleve tolv tyve hundrede tusind million millioner milliard milliarder halvdelen`),
	"tr": wordSet(`bir iki üç dört beş altı yedi sekiz dokuz on yirmi otuz kırk elli yüz bin milyon milyar yarım`),
}

// dateWords are months, days of the week, and days told from today.
var dateWords = byLanguage{
	"en": wordSet(`january february march april june july august september october november december jan feb apr aug sept oct nov dec
		monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow noon midnight`),
	"de": wordSet(`januar jänner februar märz april mai juni juli august september oktober november dezember montag dienstag mittwoch
		donnerstag freitag samstag sonnabend sonntag gestern heute morgen`),
	"fr": wordSet(`janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi
		vendredi samedi dimanche hier aujourd'hui demain`),
	"es": wordSet(`enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves
		viernes sábado domingo ayer hoy mañana`),
	"it": wordSet(`gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì martedì mercoledì
		giovedì venerdì sabato domenica ieri oggi domani`),
	"pt": wordSet(`janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda terça quarta quinta
		sexta sábado domingo ontem hoje amanhã`),
	"nl": wordSet(`januari februari maart april mei juni juli augustus september oktober november december maandag dinsdag woensdag
		donderdag vrijdag zaterdag zondag gisteren vandaag morgen`),
	"ru": wordSet(`января февраля марта апреля мая июня июля августа сентября октября ноября декабря понедельник вторник среда среду
		четверг пятница пятницу суббота субботу воскресенье вчера сегодня завтра`),
	"pl": wordSet(`stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia poniedziałek wtorek
		środa czwartek piątek sobota niedziela wczoraj dziś dzisiaj jutro`),
	"sv": wordSet(`januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag torsdag
		fredag lördag söndag igår idag imorgon`),
	"da": wordSet(`januar februar marts april maj juni juli august september oktober november december mandag tirsdag onsdag torsdag
		fredag lørdag søndag`),
	"tr": wordSet(`ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık pazartesi salı çarşamba perşembe cuma
		cumartesi pazar dün bugün yarın`),
}

// negations are the words that turn a sentence round.
var negations = byLanguage{
	"*":  wordSet(`不 没 沒 無 未 非`),
	"en": wordSet(`not no never none nobody nothing neither nor without cannot denies denied deny denying hardly barely`),
	"de": wordSet(`nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder`),
	"fr": wordSet(`ne n' pas jamais aucun aucune personne rien sans ni`),
	"es": wordSet(`no nunca ningún ninguna ninguno nadie nada sin tampoco`),
	"it": wordSet(`non mai nessun nessuno nessuna niente nulla senza né`),
	"pt": wordSet(`não nunca nenhum nenhuma ninguém nada nem sem`),
	"nl": wordSet(`niet geen nooit niemand niets zonder`),
	"ru": wordSet(`не нет ни никогда никто ничего без`),
	"pl": wordSet(`nie nigdy nikt nic bez żaden żadna`),
	"sv": wordSet(`inte ej aldrig ingen inget inga utan`),
	"da": wordSet(`ikke ej aldri aldrig ingen intet uden uten`),
	"tr": wordSet(`değil yok hiç asla`),
}

// negators are the prefixes that turn a word round: legal, illegal.
var negators = []string{"un", "in", "im", "il", "ir", "dis", "non", "non-", "anti", "anti-", "miss", "de"}

// titles follow a name where names have no capitals.
var titles = wordSet(`氏 様 君 さ 容 首 大 総 知 市 県 省 国 町 村 州 区 府 都 道 先 女 总 主 州 县 區 縣 씨`)
