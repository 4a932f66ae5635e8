package story

// Reading is what the rules and the reader of a day made of a page.
type Reading struct {
	// ID is the story's ID as the page states it (rule or label); "" where the
	// page states none. URL is the address that the page states on its own
	// host, else the one fetched.
	ID  string `json:"id"`
	URL string `json:"url"`
	Fields
	// Via says for each field filled where it was read: "css h1",
	// "json-ld datePublished", "label Source", "meta og:title", "reader".
	Via map[string]string `json:"via,omitempty"`

	// Rules, Reader and Template identify what made the reading: two pages are
	// compared only as read by the same three.
	Rules    string `json:"rules"`
	Reader   string `json:"reader"`
	Template string `json:"template,omitempty"`

	// Headlines holds the page's headline signals apart, so that an edit in one
	// of them is not mistaken for, or hidden by, another.
	Headlines Headlines `json:"headlines"`

	// Next is the address of the story's next page where it goes on, else "".
	Next string `json:"next,omitempty"`

	// Trouble says why the page is no readable story; zero when it is one.
	Trouble Trouble `json:"trouble,omitzero"`

	// Unclosed is true where the page opens its document and ends without
	// closing it. Of a page that used to be closed, it means a cut.
	Unclosed bool `json:"unclosed,omitempty"`

	// Deep is true where the page nests too deep for its structure to be read
	// whole. Of a page that used to be read whole, it tells nothing.
	Deep bool `json:"deep,omitempty"`

	// Prints are those of every line that the page shows, in the story or not:
	// a paragraph that still stands on the page was not taken out of it.
	Prints Prints `json:"prints,omitempty"`

	// Ignored lists what the reader saw inside the story's part of the page and
	// left out as noise: a newsletter box, a counter, a related list.
	Ignored []Ignored `json:"ignored,omitempty"`
}

// ViaWatch is how a reading says that a person asked for a field to be watched:
// what differs in it is never noise.
const ViaWatch = "watch"

// Headlines are the headline signals of a page, each "" where absent.
type Headlines struct {
	H1      string `json:"h1,omitempty"`
	OG      string `json:"og,omitempty"`
	JSONLD  string `json:"jsonld,omitempty"`
	Twitter string `json:"twitter,omitempty"`
	Title   string `json:"title,omitempty"`
}

// Trouble is a page that is not the story: a wall, an error page, a page that
// says the story is gone, or one in which no story was found.
type Trouble struct {
	Outcome Outcome `json:"outcome,omitempty"` // Blocked, Gone or Unreadable
	Reason  string  `json:"reason,omitempty"`  // "captcha: …", "soft 404: …", "no headline and no text"
}

// Ignored is a part of a page that was left out of the story, and why.
type Ignored struct {
	Text string `json:"text"` // its beginning, at most 200 characters
	Why  string `json:"why"`  // "newsletter box", "view counter", "related stories"
}
