package configs

import "encoding/json"

// Schema is the JSON Schema (2020-12) of a configuration, as it is published in
// configs/schema.json. It is made from the same lists of keys that the reader
// goes by.
func Schema() ([]byte, error) {
	source := map[string]any{}
	for _, key := range sourceKeys {
		source[key] = sourceSchema[key]
	}
	rule := map[string]any{}
	for _, key := range ruleKeys {
		rule[key] = ruleSchema[key]
	}
	doc := map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "stakeout configuration",
		"description": "What stakeout watches: one file, or every *.yaml of a folder.",
		"type":        "object", "additionalProperties": false,
		"properties": map[string]any{
			"database": text("The SQLite file of the history. Default: stakeout.db"),
			"contact":  text("An address that tells a webmaster who you are; part of the User-Agent."),
			"sources": map[string]any{"type": "object", "description": "What to watch, by name.",
				"propertyNames":        map[string]any{"pattern": `^[^\s/:]{1,100}$`},
				"additionalProperties": map[string]any{"$ref": "#/$defs/source"}},
		},
		"$defs": map[string]any{
			"source": map[string]any{"type": "object", "additionalProperties": false, "required": []string{"start"}, "properties": source},
			"rule": map[string]any{"anyOf": []any{
				map[string]any{"type": "string", "description": "A CSS selector."},
				map[string]any{"type": "object", "additionalProperties": false, "properties": rule},
			}},
			"rules": map[string]any{"anyOf": []any{
				map[string]any{"$ref": "#/$defs/rule"},
				map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"$ref": "#/$defs/rule"}},
			}},
		},
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	return append(b, '\n'), err
}

func text(description string) map[string]any {
	return map[string]any{"type": "string", "description": description}
}

func textOrList(description string) map[string]any {
	return map[string]any{"description": description, "anyOf": []any{
		map[string]any{"type": "string"},
		map[string]any{"type": "array", "items": map[string]any{"type": "string"}},
	}}
}

// sourceSchema describes each key of a source.
var sourceSchema = map[string]map[string]any{
	"start":    textOrList("Listing pages, feeds, sitemaps or stories; told apart by content. {id} stands for numbers in a row."),
	"hosts":    textOrList("Further hosts that story links may lead to, a port behind a colon where it is not the usual."),
	"stories":  text("Which links are stories: a regular expression; the group id is the story's ID."),
	"next":     text("The link from a listing to its next page: a CSS selector."),
	"pages":    {"type": "integer", "minimum": 0, "maximum": maxPages, "default": DefaultPages, "description": "Further listing pages at most."},
	"schedule": text("Cron: five fields, CRON_TZ=, a macro, or @every from 1s up."),
	"recheck":  {"type": "string", "default": "adaptive", "description": "adaptive, never, or a cron schedule."},
	"delay":    {"type": "string", "default": DefaultDelay.String(), "description": "Least time between two requests to one host."},
	"parallel": {"type": "integer", "minimum": 1, "maximum": maxParallel, "default": DefaultParallel, "description": "Requests at once to one host."},
	"robots":   {"enum": []string{"obey", "ignore"}, "default": "obey", "description": "Whether robots.txt is obeyed."},
	"private":  {"type": "boolean", "default": false, "description": "Allows loopback and private addresses."},
	"render":   {"const": false, "default": false, "description": "Reading pages through a browser; not available in this version."},
	"fields":   {"type": "object", "description": "Where each field is found.", "additionalProperties": map[string]any{"$ref": "#/$defs/rules"}},
	"drop":     textOrList("CSS selectors of what is removed before anything is read."),
	"ignore":   textOrList("What doesn't matter: CSS selectors of parts, or patterns of text between slashes."),
	"watch":    textOrList("What matters whatever it looks like: CSS selectors, patterns between slashes, or links."),
}

// ruleSchema describes each key of a rule.
var ruleSchema = map[string]map[string]any{
	"css":    text("A CSS selector."),
	"attr":   text("The attribute to take instead of the text."),
	"label":  text("The value beside or after this label."),
	"meta":   text("A <meta> by name, property or itemprop."),
	"jsonld": text("A property of the page's JSON-LD, dotted."),
	"regexp": text("A regular expression; group 1 is taken."),
	"split":  text("What stands between several values in one text."),
	"layout": text("A Go time layout."),
	"zone":   text("An IANA time zone, of times that state none."),
	"all":    {"type": "boolean", "description": "Take every match."},
}
