package wall

import "stakeout/story"

// challengeMarks are parts of the classes, ids and script addresses of the
// challenges in common use.
var challengeMarks = []string{
	"g-recaptcha", "h-captcha", "hcaptcha.com", "cf-challenge", "cf-turnstile", "challenge-platform", "challenges.cloudflare.com", "challenge-form",
	"px-captcha", "perimeterx", "datadome", "captcha-delivery", "incapsula", "_incapsula_", "distil_r", "ak-challenge", "sec-if-cpt", "awswaf", "geetest", "friendlycaptcha", "frc-captcha", "arkoselabs", "funcaptcha",
}

// gonePhrases are what a heading says on a page whose story is gone.
var gonePhrases = []string{
	"page not found", "not found", "404", "page can't be found", "page cannot be found", "can't find that page", "can't find the page", "could not be found", "couldn't find", "doesn't exist", "does not exist", "no longer exists", "no longer available", "isn't available", "is not available", "page unavailable", "content unavailable", "article unavailable", "story unavailable",
	"has been removed", "was removed", "been deleted", "was deleted", "has been withdrawn", "has been unpublished", "has been taken down", "article removed", "story removed", "page removed", "story deleted", "page missing", "has expired", "page gone", "410 gone", "gone missing", "oops", "nothing here", "nothing found",
	"seite nicht gefunden", "nicht gefunden", "nicht mehr verfügbar", "nicht verfügbar", "existiert nicht", "wurde gelöscht", "wurde entfernt", "nicht vorhanden", "artikel gelöscht", "nicht mehr abrufbar", "nicht auffindbar",
	"page introuvable", "introuvable", "page non trouvée", "n'existe pas", "n'existe plus", "n'est plus disponible", "a été supprimé", "a été retiré", "contenu indisponible",
	"página no encontrada", "no encontrada", "no se encontró", "no encontrado", "no existe", "ya no está disponible", "ha sido eliminad", "ha sido retirad", "no disponible",
	"pagina non trovata", "non trovata", "non trovato", "non esiste", "non è più disponibile", "è stato rimosso", "è stata rimossa", "non disponibile",
	"página não encontrada", "não encontrada", "não encontrado", "não existe", "não está mais disponível", "foi removid", "indisponível",
	"pagina niet gevonden", "niet gevonden", "bestaat niet", "niet meer beschikbaar", "is verwijderd", "sidan hittades inte", "hittades inte", "finns inte", "siden blev ikke fundet", "ikke fundet", "siden finnes ikke", "fant ikke siden", "findes ikke", "sivua ei löydy", "ei löytynyt",
	"nie znaleziono", "nie istnieje", "strona nie istnieje", "stránka nenalezena", "nenalezena", "страница не найдена", "не найдена", "не найдено", "удалена", "не существует", "сторінку не знайдено",
	"sayfa bulunamadı", "bulunamadı", "yayından kaldırıl", "ページが見つかりません", "見つかりません", "見つかりませんでした", "削除されました", "掲載を終了", "公開を終了", "页面不存在", "找不到", "已被删除", "不存在", "已刪除", "페이지를 찾을 수 없", "찾을 수 없습니다", "삭제된", "삭제되었", "الصفحة غير موجودة", "غير موجودة", "הדף לא נמצא", "halaman tidak ditemukan", "tidak ditemukan", "không tìm thấy", "ไม่พบหน้า",
}

// goneSentences are what a notice says where its heading says nothing.
var goneSentences = []string{
	"has been removed", "was removed", "no longer available", "no longer exists", "page you requested could not be found", "page you are looking for", "page you were looking for", "could not be found", "has been deleted", "has been unpublished", "has been withdrawn", "has been taken down",
	"nicht mehr verfügbar", "nicht gefunden", "wurde gelöscht", "wurde entfernt", "n'est plus disponible", "introuvable", "a été supprimé", "ya no está disponible", "no se ha encontrado", "non è più disponibile", "non è stata trovata", "não está mais disponível", "niet meer beschikbaar", "niet gevonden", "nie istnieje", "больше не доступн", "не найдена", "見つかりません", "削除されました", "不存在", "已被删除",
}

var paywallPhrases = []string{
	"subscribe to continue", "subscribe to read", "subscribers only", "for subscribers", "subscriber-only", "subscribe now to", "already a subscriber", "to continue reading", "to keep reading", "unlock this article", "this article is for", "exclusive to subscribers", "you've reached your limit", "free articles remaining",
	"jetzt weiterlesen", "nur für abonnenten", "weiterlesen mit", "artikel ist nur für", "jetzt abonnieren", "abonnieren sie", "réservé aux abonnés", "réservé à nos abonnés", "article réservé", "pour lire la suite", "abonnez-vous", "solo para suscriptores", "exclusivo para suscriptores", "suscríbete para", "per continuare a leggere", "riservato agli abbonati", "abbonati per", "exclusivo para assinantes", "assine para", "alleen voor abonnees", "verder lezen", "tylko dla prenumeratorów", "для подписчиков", "有料会員", "会員限定", "続きを読むには",
}

// kinds are the walls and error pages that a page of few words can be, told by
// what they say; anywhere looks beyond title and headings.
var kinds = []struct {
	name     string
	outcome  story.Outcome
	anywhere bool
	phrases  []string
}{
	{"captcha", story.Blocked, true, []string{
		"are you a robot", "not a robot", "are you human", "you are human", "you're human", "verify you are", "verify that you are", "verifying you are", "unusual activity", "unusual traffic", "captcha", "security check", "bot detection", "prove you're", "press & hold", "press and hold", "automated access", "automated requests",
		"kein roboter", "ein mensch sind", "pas un robot", "êtes humain", "vous êtes un humain", "no soy un robot", "no eres un robot", "eres humano", "non sei un robot", "não é um robô", "geen robot", "не робот", "ロボットではありません", "不是机器人", "로봇이 아닙니다",
	}},
	{"bot challenge", story.Blocked, true, []string{
		"just a moment", "checking your browser", "enable javascript and cookies", "checking if the site connection is secure", "ddos protection", "access denied", "access to this page has been denied", "you have been blocked", "request blocked", "request has been blocked", "forbidden", "attention required", "pardon our interruption", "one more step", "please wait while we", "browser is being checked", "reference #", "ray id", "einen moment", "zugriff verweigert", "accès refusé", "acceso denegado", "accesso negato", "acesso negado",
	}},
	{"consent wall", story.Blocked, true, []string{
		"before you continue", "we use cookies", "we value your privacy", "your privacy matters", "cookie consent", "accept all cookies", "accept cookies", "manage consent", "consent to", "privacy settings", "cookie settings", "cookie preferences", "data processing", "your consent", "we and our partners", "wir verwenden cookies", "mit werbung weiterlesen", "datenschutzeinstellungen", "einwilligung", "zustimmen und weiter", "ihre privatsphäre", "nous utilisons des cookies", "votre vie privée", "accepter et continuer", "votre consentement", "utilizamos cookies", "tu privacidad", "aceptar y continuar", "utilizziamo i cookie", "la tua privacy", "usamos cookies", "sua privacidade", "wij gebruiken cookies", "jouw privacy", "vi använder cookies", "vi bruger cookies", "vi bruker informasjonskapsler", "używamy plików cookie", "мы используем файлы cookie",
	}},
	{"login wall", story.Blocked, false, []string{
		"log in", "sign in", "login", "log in to continue", "please log in", "members only", "create an account", "anmelden", "einloggen", "bitte melden sie sich", "connexion", "se connecter", "identifiez-vous", "iniciar sesión", "inicia sesión", "accedi", "entrar", "inloggen", "logga in", "zaloguj", "войти", "ログイン", "登录",
	}},
	{"error page", story.Unreadable, false, []string{
		"internal server error", "service unavailable", "bad gateway", "gateway timeout", "gateway time-out", "server error", "application error", "error 500", "error 502", "error 503", "500 error", "502", "503", "504", "temporarily unavailable", "under maintenance", "maintenance", "be back soon", "be right back", "something went wrong", "an error occurred", "an error has occurred", "unexpected error", "too many requests", "rate limit", "database error", "wartungsarbeiten", "wartung", "vorübergehend nicht", "ein fehler ist aufgetreten", "erreur interne", "maintenance en cours", "une erreur est survenue", "error interno", "en mantenimiento", "ha ocurrido un error", "errore interno", "in manutenzione", "erro interno", "em manutenção", "onderhoud", "ведутся работы", "техническое обслуживание", "メンテナンス", "维护中",
	}},
	{"maintenance page", story.Unreadable, true, []string{
		"scheduled maintenance", "undergoing maintenance", "under maintenance", "back shortly", "check back shortly", "be back soon", "try again later",
	}},
}

// noticeWords are the words that notices are made of besides what they say;
// each counts with the space after it.
var noticeWords = []string{
	"this ", "the ", "page ", "story ", "article ", "content ", "sorry", "we ", "you ", "your ", "error ", "that ", "requested ", "looking for ", "please ", "our ", "site ", "to ", "continue",
	"die ", "der ", "das ", "dieser ", "diese ", "seite ", "artikel ", "fehler ", "leider ", "la ", "le ", "cette ", "cet ", "page ", "erreur ", "désolé", "esta ", "el ", "página ", "lo sentimos", "questa ", "pagina ", "spiacenti", "essa ", "deze ", "helaas ", "strona ", "страница ",
}
