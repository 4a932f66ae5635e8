package export

import (
	"fmt"
	"iter"
	"path/filepath"

	"stakeout/story"
)

// Folder writes a file a story, SOURCE/ID and ext below dir, each whole or not at
// all, and says how many stories have theirs. Files that would stay the same are
// left alone.
func Folder(dir, ext string, stories iter.Seq2[story.Story, error], text func(story.Story) (string, error)) (int, error) {
	n := 0
	files := newNames(dir)
	for s, err := range stories {
		if err != nil {
			return n, err
		}
		content, err := text(s)
		if err == nil {
			err = writeText(filepath.Join(dir, filepath.FromSlash(files.of(s.Key(), ext))), content)
		}
		if err != nil {
			return n, fmt.Errorf("export %s: %w", s.Key(), err)
		}
		n++
	}
	return n, nil
}
