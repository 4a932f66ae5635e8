package story

// Outcome is what came of a visit.
type Outcome string

// The outcomes of a visit. Only New, Changed and a confirmed Gone write history.
const (
	New        Outcome = "new"
	Same       Outcome = "same"
	Changed    Outcome = "changed"
	Gone       Outcome = "removed"    // 404, 410, or a page that says so
	Blocked    Outcome = "blocked"    // captcha, consent, login or pay wall, bot challenge
	Unreadable Outcome = "unreadable" // truncated, empty, wrong type, another story, broken layout
	Failed     Outcome = "failed"     // network, 429, 5xx, over a limit
)

// Confirmations is how many visits in a row must say Gone, with none between
// that read the story, before it is recorded as removed.
const Confirmations = 3
