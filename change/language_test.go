package change_test

import (
	"testing"

	"stakeout/change"
	"stakeout/story"
)

// A page that doesn't state its language is graded by the words of its own, in
// which "on", "to" and "once" are no numbers, though they are elsewhere.
func TestLanguageThatIsNotStated(t *testing.T) {
	for _, c := range []struct {
		context, old, new string
		want              story.Class
	}{
		{"The terms of this service and the rules that you agree to are in the list by the door.", "Keep to it once you come.", "Keep by it when you come.", story.Wording},
		{"Die Regeln sind für alle da, die das Haus betreten, und der Wirt ist nicht dabei.", "Er kommt mit drei Freunden.", "Er kommt mit vier Freunden.", story.Fact},
		{"Les règles sont dans le livre que vous avez pour la maison et nous aussi.", "Il est venu mardi soir.", "Il est venu jeudi soir.", story.Fact},
	} {
		fields := change.Fields(story.Fields{Body: []string{c.context, c.old}}, story.Fields{Body: []string{c.context, c.new}})
		if len(fields) != 1 || fields[0].Class != c.want {
			t.Errorf("%q to %q: want %s, got%s", c.old, c.new, c.want, brief(fields))
		}
	}
}
