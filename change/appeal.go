package change

import "stakeout/story"

// appeal tells a whole paragraph that came or went and only asks the readers for
// something: to take the newsletter, the app, a channel, or to give.
func appeal(f story.FieldChange) string {
	if f.Old != "" && f.New != "" || f.Class == story.Correction || !story.IsAppeal(f.Old+f.New) {
		return ""
	}
	return "an appeal to the readers"
}
