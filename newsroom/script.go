package newsroom

import "time"

// step is a deed on a story of a desk. A role names the story for later steps;
// the first step of a role chooses it.
type step struct {
	desk string
	role string
	do   deedFunc // nil publishes a story
}

type scene struct {
	title string
	steps []step
}

// script is the first round. Steps of one act are on different stories, so that
// one visit after the act sees each deed apart. What is to be taken for removed
// stays away for at least three acts.
func script() []scene {
	const i, c, w = "intel", "courier", "wire"
	return []scene{
		{"the morning's stories", []step{{i, "", nil}, {c, "", nil}, {w, "", nil}}},
		{"first edits", []step{
			{i, "toll", revise(reword(fact, number))}, {c, "", revise(reword(typo, spelling))}, {w, "", revise(reword(wording, word))},
			{i, "card", revise(credit("confirmed"))}}},
		{"a correction, a captcha", []step{
			{c, "corrected", revise(correct(number))}, {w, "", revise(grow())}, {i, "", fall(captcha, 2)}, {c, "", revise(retitle(wording, word))}}},
		{"a paragraph goes, a server rests", []step{
			{w, "cut", revise(shrink())}, {i, "", revise(reword(fact, person))}, {c, "", revise(reword(fact, quotation))}, {w, "", fall(unavailable, 2)}}},
		{"a page disappears", []step{
			{c, "", fall(notFound, 0)}, {i, "", revise(tag("Follow-up"))}, {w, "", revise(reorder())}, {c, "", reshare()}}},
		{"back to what it was", []step{
			{i, "toll", revise(reword(fact, number))}, {w, "", revise(reword(fact, place))}, {c, "", revise(reword(fact, weekday, date))},
			{w, "", fall(consent, 2)}, {c, "", nil}}},
		{"broken pages", []step{
			{i, "returning", fall(softGone, 5)}, {c, "", fall(cutPage, 1)}, {w, "", fall(shortBody, 1)}, {i, "card", revise(credit("disputed"))}}},
		{"a denial, an update, a page gone for good", []step{
			{c, "", revise(reword(fact, negation))}, {w, "", revise(note("Update: The story has been extended with the company's statement, which reached us in the evening.", false))},
			{i, "", revise(attribute())}, {w, "", fall(goneForGood, 0)}}},
		{"a retraction", []step{
			{c, "", revise(retract())}, {i, "", revise(retitle(fact, number))}, {w, "", redesign()}, {c, "", fall(notFound, 1)}}},
		{"late stories", []step{
			{i, "", nil}, {w, "", nil}, {i, "", fall(toFront, 0)}, {w, "", revise(reword(typo, spelling))},
			{c, "", revise(reword(fact, number), grow())}}},
		{"another time", []step{
			{i, "", revise(backdate(45 * time.Minute))}, {w, "", revise(reword(wording, word))}, {c, "", revise(shrink(), grow())}, {i, "", revise(reword(fact, road))}}},
		{"a story returns", []step{
			{w, "", typeset()}, {c, "corrected", revise(reword(fact, person))}, {c, "", revise(byline())}, {c, "", restamp()}, {c, "", move()}, {i, "", revise(retitle(wording, word))}}},
		{"churn alone", nil},
		{"last edits of the day", []step{
			{i, "", revise(correct(person))}, {c, "", revise(reword(fact, inWords))}, {w, "cut", revise(putBack())}, {i, "card", revise(credit("debunked"))}}},
	}
}
