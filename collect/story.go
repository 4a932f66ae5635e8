package collect

import (
	"stakeout/configs"
	"stakeout/story"
)

// AsStory is a reading as a story that is not on record: what `extract` and
// `try` show.
func AsStory(src *configs.Source, r story.Reading, address string) story.Story {
	s := story.Story{Source: src.Name, ID: r.ID, URL: r.URL, Fields: r.Fields, Status: story.Live}
	if linkID := src.StoryID(address); linkID != "" && (s.ID == "" || !src.Rules.Has("id")) {
		s.ID = linkID
	}
	if s.ID == "" {
		s.ID = r.URL
	}
	return s
}
