package propose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stakeout/configs"
	"stakeout/extract"
	"stakeout/store"
)

// Mended is what was found for a field of a source that stopped matching.
type Mended struct {
	Rule  string // as it is written in the configuration; "" where none was found
	Gives int    // on how many of the pages that broke it gives what their stories had
	Of    int
	Edit  *configs.Edit // that puts it into the configuration; nil where none can
	// Problem says why there is no rule, or no line to change; "" where there is.
	Problem string
}

// MendField looks for a rule for one field of a source, on the pages that broke
// and on those on record of the same stories. Nothing is written.
func MendField(ctx context.Context, db *store.Store, src *configs.Source, field string, kept []store.BrokenPage) (Mended, error) {
	var out Mended
	pages, before, err := brokenPages(ctx, db, field, kept)
	if err != nil {
		return out, err
	}
	best, ok := Mend(field, pages)
	if !ok {
		out.Problem = fmt.Sprintf("no rule was found that gives it again on the %d pages that are kept", len(pages))
		return out, nil
	}
	out.Rule, out.Gives, out.Of = best.Text(), best.Gives, best.Of
	edit, err := configs.RewriteRule(src, field, out.Rule)
	if src.File == "" || err != nil {
		out.Problem = fmt.Sprintf("no line of the configuration to change: %s: %s goes under fields of %s", field, out.Rule, src.Name)
		return out, nil
	}
	// The pages on record are read by the same rules as those to come: where the new
	// rule doesn't give what they have, the old one stays beside it.
	if !best.Holds(before) {
		old := strings.TrimSuffix(strings.TrimPrefix(edit.Old, "["), "]")
		out.Rule = "[" + out.Rule + ", " + old + "]"
		if edit, err = configs.RewriteRule(src, field, out.Rule); err != nil {
			return out, err
		}
	}
	out.Edit = &edit
	return out, nil
}

// brokenPages are the pages on which a field is missing, with what their stories
// had; and the pages on record of the same stories.
func brokenPages(ctx context.Context, db *store.Store, field string, kept []store.BrokenPage) (broken, before []Broken, err error) {
	for _, k := range kept {
		if k.Page.Body == nil || !slices.Contains(k.Fields, field) {
			continue
		}
		v, err := db.Latest(ctx, k.Key)
		if err != nil {
			return nil, nil, err
		}
		broken = append(broken, Broken{Page: extract.Page{URL: k.Page.URL, ContentType: k.Page.ContentType, Body: k.Page.Body}, Had: v.Reading})
		if len(v.Pages) == 0 {
			continue
		}
		body, err := db.PageBody(ctx, v.Pages[0].SHA256)
		if errors.Is(err, store.ErrPruned) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		before = append(before, Broken{Page: extract.Page{URL: v.Pages[0].URL, ContentType: v.Pages[0].ContentType, Body: body}, Had: v.Reading})
	}
	return broken, before, nil
}
