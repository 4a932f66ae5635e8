package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"stakeout/change"
	"stakeout/configs"
	"stakeout/extract"
	"stakeout/story"
)

func (a *app) compareCommand() *cobra.Command {
	var address, batch, source, finalURL string
	var status int
	cmd := &cobra.Command{
		Use:   "compare --url URL OLD NEW",
		Short: "Offline: two copies of a page in, a change as JSON out",
		Long: `Compares two copies of a page as a visit would: prints the change as JSON, with
its outcome. Files may be gzip-compressed. --batch reads lines
{"id","url","old","new"[,"status","final_url","source"]} (status and final_url
are the new response's, where it was not 200 or was redirected) and prints
{"id","outcome","classes":[…],"fields":[…]}, or {"id","error"}, in order.
` + exitHelp,
		Example: `  stakeout compare --url https://whisperx.ai/en/intel/50193 monday.html tuesday.html
  stakeout compare --batch pairs.jsonl`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			if batch != "" {
				return a.compareBatch(batch)
			}
			if address == "" || len(args) != 2 {
				return badUsage("compare: expected --url and two files, OLD and NEW, or --batch")
			}
			cfg, err := a.config()
			if err != nil {
				return err
			}
			v, src, err := comparison(cfg, compareJob{URL: address, Old: args[0], New: args[1], Status: status, FinalURL: finalURL, Source: source})
			if err != nil {
				return err
			}
			return a.printJSON(a.compared(v, src))
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "the address that the page came from")
	cmd.Flags().StringVar(&batch, "batch", "", "compare many pairs, as `FILE` says; - for standard input")
	cmd.Flags().StringVar(&source, "source", "", "read by the rules of this source")
	cmd.Flags().IntVar(&status, "status", 200, "HTTP status of the new response")
	cmd.Flags().StringVar(&finalURL, "final-url", "", "where the new response was redirected to")
	return cmd
}

type compareJob struct {
	ID       json.RawMessage `json:"id"`
	URL      string          `json:"url"`
	Old      string          `json:"old"`
	New      string          `json:"new"`
	Status   int             `json:"status"`
	FinalURL string          `json:"final_url"`
	Source   string          `json:"source"`
}

// comparedJSON is a change with the outcome that it came of.
type comparedJSON struct {
	Outcome story.Outcome `json:"outcome"`
	Reason  string        `json:"reason,omitempty"`
	story.Change
}

// compareAnswer is a line of a batch's answers.
type compareAnswer struct {
	ID      json.RawMessage     `json:"id"`
	Outcome story.Outcome       `json:"outcome,omitempty"`
	Reason  string              `json:"reason,omitempty"`
	Event   story.Event         `json:"event,omitempty"`
	Classes []story.Class       `json:"classes"`
	Fields  []story.FieldChange `json:"fields"`
	Error   string              `json:"error,omitempty"`
}

// comparison reads both copies alike and judges the newer one.
func comparison(cfg *configs.Config, job compareJob) (change.Verdict, *configs.Source, error) {
	src, err := sourceFor(cfg, job.Source, job.URL, crawlFlags{})
	if err != nil {
		return change.Verdict{}, nil, err
	}
	oldBody, err := readMaybeGzip(job.Old)
	if err != nil {
		return change.Verdict{}, nil, err
	}
	newBody, err := readMaybeGzip(job.New)
	if err != nil {
		return change.Verdict{}, nil, err
	}
	older := extract.Read(extract.Page{URL: job.URL, Body: oldBody}, src.Rules, nil)
	newer := extract.Read(extract.Page{URL: job.URL, Body: newBody}, src.Rules, nil)
	var before *story.Reading
	if older.Trouble == (story.Trouble{}) {
		before = &older
	}
	return change.Knowledge{Ignore: src.Rules.IgnoredPatterns()}.Judge(before, change.Response{URL: job.URL, FinalURL: job.FinalURL, Status: job.Status}, newer), src, nil
}

func (a *app) compared(v change.Verdict, src *configs.Source) comparedJSON {
	c := v.Change
	c.Source = src.Name
	if c.Classes == nil {
		c.Classes = []story.Class{}
	}
	if c.Fields == nil {
		c.Fields = []story.FieldChange{}
	}
	return comparedJSON{Outcome: v.Outcome, Reason: v.Reason, Change: c}
}

func (a *app) compareBatch(batch string) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.batch(batch, func(line []byte) any {
		var job compareJob
		if err := json.Unmarshal(line, &job); err != nil {
			return compareAnswer{ID: json.RawMessage("null"), Error: `line: expected {"id","url","old","new"}: ` + err.Error()}
		}
		v, src, err := comparison(cfg, job)
		if err != nil {
			return errorAnswer{ID: job.ID, Error: err.Error()}
		}
		c := a.compared(v, src)
		return compareAnswer{ID: job.ID, Outcome: c.Outcome, Reason: c.Reason, Event: c.Event, Classes: c.Classes, Fields: c.Fields}
	})
}

// errorAnswer is the answer to a line that could not be worked on.
type errorAnswer struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}
