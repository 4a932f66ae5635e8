package newsroom

import "time"

// seedCard is a card as a real intel site has it; it is never edited, so that an
// export of it can be held against the letter.
func seedCard(d *desk) *piece {
	p := &piece{
		desk: d, id: "50193", path: "/en/intel/50193", stated: "https://whisperx.ai/en/intel/50193",
		headline:  text{{literal: "WGA Strikes Tentative Deal with AMPTP: Writers Guild Breaks Ranks in Major Bargaining Twist"}},
		publisher: "Deadline", sector: "The Stage", credibility: "unverified",
		tags:      []string{"Hollywood", "Labor Strike", "AMPTP", "SAG-AFTRA", "Entertainment Industry"},
		published: time.Date(2026, 4, 4, 21, 26, 49, 0, time.UTC), revision: 1, exact: true,
	}
	p.edited = p.published
	for _, s := range seedBody {
		p.paragraphs = append(p.paragraphs, paragraph{tag: "p", text: text{{literal: s}}})
	}
	return p
}

var seedBody = []string{
	"In a major plot twist for Hollywood's labor standoff, the Writers Guild of America (WGA) has become the first major entertainment union to finalize a tentative deal with the studios and streamers. This breakthrough, announced Saturday, marks a significant shift from the guild's historically contentious relationship with the Alliance of Motion Picture and Television Producers (AMPTP). The move effectively breaks the united front that had been anticipated among the WGA, SAG-AFTRA, and the DGA, placing immediate and unexpected pressure on the remaining unions still at the bargaining table.",
	"The exclusive details reveal a strategic pivot by the WGA's negotiating committee. While the specific terms remain under wraps pending member ratification, the agreement signals a calculated decision to secure gains for writers after a prolonged and bitter standoff. The fact that the writers' guild, often seen as the most militant, reached an accord ahead of its sister unions is the core anomaly driving industry scrutiny. This development fundamentally alters the dynamics of the broader strike, isolating SAG-AFTRA and reshaping the leverage each union holds.",
	"The immediate implication is intense pressure on SAG-AFTRA, which now faces negotiations without the WGA as a bargaining partner. The studios and AMPTP will likely use this tentative deal as a benchmark and a wedge, arguing that a path to resolution exists. For the entertainment industry, this tentative agreement is the first concrete signal that the production shutdowns crippling Hollywood could have an end in sight, though ratification and the resolution of other union disputes remain critical hurdles. The deal's specifics on AI, residuals, and working conditions will set a powerful precedent for the entire sector.",
}
