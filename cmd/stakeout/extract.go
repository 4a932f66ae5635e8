package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"stakeout/change"
	"stakeout/collect"
	"stakeout/configs"
	"stakeout/extract"
	"stakeout/story"
)

func (a *app) extractCommand() *cobra.Command {
	var address, batch, source string
	var explain bool
	cmd := &cobra.Command{
		Use:   "extract --url URL [FILE]",
		Short: "Offline: a page in, a story as JSON out",
		Long: `Reads a page from a file, or from standard input, and prints its story as JSON.
Files may be gzip-compressed. --batch reads lines {"id","url","file"[,"source"]}
and prints {"id","outcome","story":{…}}, or {"id","error"} where the file can't
be opened, in order; "-" is standard input, paths are relative to the current
folder.
` + exitHelp,
		Example: `  stakeout extract --url https://whisperx.ai/en/intel/50193 page.html
  stakeout extract --batch pages.jsonl`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if batch != "" {
				return a.extractBatch(batch)
			}
			if address == "" {
				return badUsage("extract: found no --url, expected the address that the page came from")
			}
			return a.extractOne(address, source, args, explain)
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "the address that the page came from")
	cmd.Flags().StringVar(&batch, "batch", "", "read many pages, as `FILE` says; - for standard input")
	cmd.Flags().StringVar(&source, "source", "", "read by the rules of this source")
	cmd.Flags().BoolVar(&explain, "explain", false, "say where each field was read")
	return cmd
}

func (a *app) extractOne(address, source string, args []string, explain bool) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	src, err := sourceFor(cfg, source, address, crawlFlags{})
	if err != nil {
		return err
	}
	body, err := a.readInput(args)
	if err != nil {
		return err
	}
	read := extract.Read(extract.Page{URL: address, Body: body}, src.Rules, nil)
	outcome, s := judged(src, read, address)
	if explain {
		s.Via = read.Via
	}
	if err := a.printJSON(s); err != nil {
		return err
	}
	if outcome.Outcome != story.New {
		return fmt.Errorf("%s: %s: %s", address, outcome.Outcome, outcome.Reason)
	}
	return nil
}

// readInput reads the file that is named, or standard input.
func (a *app) readInput(args []string) ([]byte, error) {
	if len(args) == 0 || args[0] == "-" {
		return readAllMaybeGzip("standard input", a.stdin)
	}
	return readMaybeGzip(args[0])
}

// judged is what a first visit would make of a reading; the story's fields are
// empty where it brings none.
func judged(src *configs.Source, read story.Reading, address string) (change.Verdict, story.Story) {
	v := change.Judge(nil, change.Response{URL: address}, read)
	if v.Outcome != story.New {
		read = story.Reading{URL: address}
	}
	s := collect.AsStory(src, read, address)
	s.Version = 1
	if v.Outcome != story.New {
		s = story.Story{Source: src.Name, URL: address}
	}
	return v, s
}

type extractJob struct {
	ID     json.RawMessage `json:"id"`
	URL    string          `json:"url"`
	File   string          `json:"file"`
	Source string          `json:"source"`
}

type extractAnswer struct {
	ID      json.RawMessage `json:"id"`
	Outcome story.Outcome   `json:"outcome,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Story   *story.Story    `json:"story,omitempty"`
	Error   string          `json:"error,omitempty"`
}

func (a *app) extractBatch(batch string) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.batch(batch, func(line []byte) any {
		var job extractJob
		if err := json.Unmarshal(line, &job); err != nil {
			return extractAnswer{ID: json.RawMessage("null"), Error: `line: expected {"id","url","file"}: ` + err.Error()}
		}
		return extractJobAnswer(cfg, job)
	})
}

func extractJobAnswer(cfg *configs.Config, job extractJob) extractAnswer {
	answer := extractAnswer{ID: job.ID}
	src, err := sourceFor(cfg, job.Source, job.URL, crawlFlags{})
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	body, err := readMaybeGzip(job.File)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	read := extract.Read(extract.Page{URL: job.URL, Body: body}, src.Rules, nil)
	verdict, s := judged(src, read, job.URL)
	answer.Outcome, answer.Reason, answer.Story = verdict.Outcome, verdict.Reason, &s
	return answer
}

// batch answers each line of a file, several at once, in the order of the lines.
func (a *app) batch(path string, answer func(line []byte) any) error {
	var in io.Reader = a.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	type slot chan any
	slots := make(chan slot, 2*runtime.GOMAXPROCS(0))
	var readErr error
	var working sync.WaitGroup
	go func() {
		defer close(slots)
		lines := bufio.NewReaderSize(in, 1<<16)
		for {
			line, err := lines.ReadBytes('\n')
			if line = bytes.TrimSpace(line); len(line) > 0 {
				s := make(slot, 1)
				slots <- s
				working.Go(func() { s <- answer(line) })
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				readErr = err
				return
			}
		}
	}()
	var writeErr error
	for s := range slots {
		v := <-s
		if writeErr == nil {
			writeErr = enc.Encode(v)
		}
	}
	working.Wait()
	if readErr != nil {
		return fmt.Errorf("read %s: %w", path, readErr)
	}
	if writeErr != nil {
		return writeErr
	}
	return out.Flush()
}
