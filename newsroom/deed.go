package newsroom

// Act is one step of a round: what the site does between two collections.
type Act struct {
	N     int    // from 1; 0 is the opening, done before the first act
	Title string // a few words on what happens
	Deeds []Deed // in order; none for an act of churn alone
}

// Deed is one thing that the newsroom did, as its ledger has it.
//
// A watcher that visits every story once after each act finds exactly this. A
// deed of "removed" is confirmed by the third such visit, two acts later, if
// Until is not before that; else the story is back in time, and nothing is to be
// recorded. One of "blocked", "unreadable" or "failed" is what visits from Act to
// Until bring.
type Deed struct {
	Act    int
	Source string // a desk's name
	// StoryID is the ID that the desk's pattern of stories finds in Path.
	StoryID string
	Path    string
	// Event is "new", "changed", "removed", "restored", "moved" (to Path, the
	// old address redirects), "noise" (no reader of the story can tell),
	// "blocked", "unreadable" or "failed".
	Event string
	// Fields are those that differ for a reader, as story.Story names them, and
	// Classes the set of their classes; both only for "changed", sorted as the
	// contract lists them.
	Fields  []string
	Classes []string
	// What says the deed in a few words: "12 crews" became "14 crews".
	What     string
	Headline string // the story's, after the deed
	// Until is the last act in which a wall or a fault stands, or a page is
	// gone; 0 means for good.
	Until int
}

// Events of a Deed; the first five are those of a story's log.
const (
	eventNew        = "new"
	eventChanged    = "changed"
	eventRemoved    = "removed"
	eventRestored   = "restored"
	eventMoved      = "moved"
	eventNoise      = "noise"
	eventBlocked    = "blocked"
	eventUnreadable = "unreadable"
	eventFailed     = "failed"
)

// Classes of a change, weightiest first, as in a Deed.
const (
	correction = "correction"
	fact       = "fact"
	deleted    = "deleted"
	added      = "added"
	reordered  = "reordered"
	wording    = "wording"
	typo       = "typo"
	metadata   = "metadata"
	reverted   = "reverted"
)

var classOrder = []string{correction, fact, deleted, added, reordered, wording, typo, metadata, reverted}
