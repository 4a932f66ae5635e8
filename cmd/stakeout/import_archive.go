package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"stakeout/archive"
	"stakeout/collect"
	"stakeout/configs"
	"stakeout/store"
	"stakeout/terminal"
	"stakeout/weburl"
)

// readArchive yields the wanted answers of an archive.
type readArchive = func(want func(url string) bool, yield func(archive.Response) error) (archive.Skipped, error)

// importPackage takes in the stories of a WACZ package.
func (a *app) importPackage(ctx context.Context, path, only string) error {
	if path == "-" {
		return withHint(errors.New("import: a WACZ package can't be read from standard input"), "name the file instead")
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.importArchive(ctx, path, only, func(want func(string) bool, yield func(archive.Response) error) (archive.Skipped, error) {
		return archive.ReadWACZ(ctx, f, info.Size(), want, yield)
	})
}

// importArchive takes in the copies of stories that an archive holds.
func (a *app) importArchive(ctx context.Context, path, only string, read readArchive) (err error) {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	sources, err := archivedSources(cfg, only)
	if err != nil {
		return err
	}
	file, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	im := &collect.Importer{Sources: sources, Name: filepath.Base(path), Log: a.log()}
	copies, skipped, broken, err := gatherCopies(im, read)
	if err != nil {
		return fmt.Errorf("import %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, copies.Close()) }()
	if im.Store, err = store.Open(ctx, file, store.Options{Log: a.log()}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, im.Store.Close()) }()
	taken, err := im.Import(ctx, copies)
	err = errors.Join(err, a.sayTaken(taken, skipped, copies.Lost))
	if n := refusedStories(taken); n > 0 && err == nil {
		err = withHint(fmt.Errorf("import %s: %d stories have copies that were refused", path, n), "take them into a database of their own: stakeout --db other.db import %s", path)
	}
	if broken != nil {
		err = errors.Join(err, withHint(fmt.Errorf("import %s: %w", path, broken), "what came before it was taken in"))
	}
	return err
}

// archivedSources are the sources whose stories are looked for.
func archivedSources(cfg *configs.Config, only string) ([]*configs.Source, error) {
	if len(cfg.Sources) == 0 {
		return nil, withHint(badUsage("import: the configuration has no source that an archive could be of"), "write one: stakeout init URL > configs/NAME.yaml")
	}
	if only == "" {
		return cfg.Sources, nil
	}
	src, err := chooseSource(cfg, only, crawlFlags{delay: configs.DefaultDelay, parallel: configs.DefaultParallel})
	return []*configs.Source{src}, err
}

// gatherCopies reads an archive through. broken is why it could not be read to its
// end, after some of it was.
func gatherCopies(im *collect.Importer, read readArchive) (copies *archive.Copies, skipped archive.Skipped, broken, err error) {
	if copies, err = archive.NewCopies(); err != nil {
		return nil, nil, nil, err
	}
	canonical := func(address string) string {
		if c, err := weburl.Canonical(address); err == nil {
			return c
		}
		return ""
	}
	var full error // the disk, perhaps
	skipped, broken = read(im.Want, func(r archive.Response) error {
		address := canonical(r.URL)
		if address == "" {
			return nil
		}
		full = copies.Add(address, r)
		return full
	})
	copies.Sort(canonical)
	if full != nil || broken != nil && len(copies.All()) == 0 {
		return nil, nil, nil, errors.Join(broken, copies.Close())
	}
	return copies, skipped, broken, nil
}

func refusedStories(taken []collect.Taken) int {
	n := 0
	for _, t := range taken {
		n += len(t.Refused)
	}
	return n
}

// sayTaken tells what an import came to.
func (a *app) sayTaken(taken []collect.Taken, skipped archive.Skipped, lost int) error {
	total := 0
	for _, t := range taken {
		total += t.Copies
		if a.json {
			if err := a.printJSON(t); err != nil {
				return err
			}
		} else if t.Copies > 0 {
			fmt.Fprintf(a.stderr, "%s: %d copies: %d new, %d changed, %d same, %d removed, %d blocked, %d unreadable; %d were on record\n",
				t.Source, t.Copies, t.New, t.Changed, t.Same, t.Removed, t.Blocked, t.Unreadable, t.Known)
		}
		for _, line := range t.Refused {
			fmt.Fprintf(a.stderr, "refused: %s\n", terminal.Safe(line))
		}
		for why, n := range t.Unusable {
			fmt.Fprintf(a.stderr, "not taken: %d copies of %s: %s\n", n, t.Source, why)
		}
	}
	for why, n := range skipped {
		fmt.Fprintf(a.stderr, "not taken: %d answers: %s\n", n, why)
	}
	if lost > 0 {
		fmt.Fprintf(a.stderr, "not taken: %d answers that repeat one that isn't in this archive\n", lost)
	}
	if total == 0 {
		return withHint(errors.New("import: no copy of a story of any source is in this archive"), "`start`, `hosts` and `stories` of the source say which addresses are its stories")
	}
	return nil
}
