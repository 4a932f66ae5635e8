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
			"database": text("The history: a SQLite file, or postgres://user:password@host/name. Default: stakeout.db"),
			"contact":  text("An address that tells a webmaster who you are; part of the User-Agent."),
			"web": object("How the page and the API are served.", webKeys, nil, map[string]any{
				"listen":    text("HOST:PORT, or none. Default: " + DefaultListen),
				"password":  secretRef("Opens everything. Without one the page is served to this machine alone."),
				"passwords": map[string]any{"type": "object", "propertyNames": map[string]any{"enum": Roles}, "additionalProperties": map[string]any{"$ref": "#/$defs/secret"}, "description": "Passwords that open a role: read looks, label marks and notes too, admin does all."},
				"tokens": map[string]any{"anyOf": []any{tokenList(), map[string]any{"type": "object", "propertyNames": map[string]any{"enum": Roles}, "additionalProperties": tokenList()}},
					"description": "Open the API and the feeds, as bearer tokens: for reading, or by role."},
				"user_header": text("A header in which a proxy in front names the user that it let in."),
				"users":       map[string]any{"type": "object", "additionalProperties": map[string]any{"enum": Roles}, "description": "Roles of the users that the proxy names; the others read. Default: all are admins"},
				"hosts":       textOrList("Names that the page answers to, beside localhost and addresses."),
			}),
			"exports": map[string]any{"type": "object", "description": "What run writes out on a schedule, by name.",
				"additionalProperties": object("An export.", exportKeys, []string{"format", "path", "schedule"}, map[string]any{
					"format":   map[string]any{"enum": exportFormats, "description": "As of stakeout export."},
					"what":     map[string]any{"enum": []string{"stories", "versions", "changes"}, "default": "stories", "description": "What is written."},
					"where":    text("A filter, without a time."),
					"new":      map[string]any{"type": "boolean", "default": false, "description": "Only what was not written under this name before."},
					"path":     text("Where to; %Y %m %d %H %M %S are the time in UTC."),
					"schedule": text("Cron: when it is written."),
				})},
			"notify": map[string]any{"type": "object", "description": "Whom to tell of what, by name.",
				"additionalProperties": object("A rule.", notifyKeys, []string{"to"}, map[string]any{
					"when":     text("A filter; default: every change but new stories."),
					"trouble":  map[string]any{"type": "boolean", "default": false, "description": "Tell of sources that fell silent or broke, and are well again."},
					"to":       map[string]any{"anyOf": []any{map[string]any{"$ref": "#/$defs/secret"}, map[string]any{"type": "array", "items": map[string]any{"$ref": "#/$defs/secret"}}}, "description": "Addresses of services, or of webhooks."},
					"secret":   secretRef("Signs webhooks (Standard Webhooks)."),
					"digest":   text("Cron: gather messages until then. Default: tell at once."),
					"quiet":    text("Hours without messages, such as 22:00-07:00 Europe/Paris."),
					"limit":    map[string]any{"type": "integer", "minimum": 0, "default": 0, "description": "Messages an hour to a target at most; what is more goes together."},
					"template": text("The words of a message, a Go template of .Changes, .Text and .Rule."),
				})},
			"rechecks": object("Looks at known stories, of all sources together.", rechecksKeys, nil, map[string]any{
				"total": text("Of all hosts together, such as 600/h. Default: no bound"),
				"host":  text("Of each host, such as 60/h. Default: no bound"),
			}),
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
			"secret": map[string]any{"anyOf": []any{
				map[string]any{"type": []string{"string", "number"}, "description": "Text; ${VAR} is read from the environment."},
				object("What a file holds.", secretKeys, secretKeys, map[string]any{"file": text("Its path.")}),
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

// object describes a mapping of the keys that the reader knows.
func object(description string, keys, required []string, properties map[string]any) map[string]any {
	known := map[string]any{}
	for _, key := range keys {
		known[key] = properties[key]
	}
	o := map[string]any{"type": "object", "description": description, "additionalProperties": false, "properties": known}
	if required != nil {
		o["required"] = required
	}
	return o
}

// secrets describes a mapping of names to what may be secret.
func secrets(description string) map[string]any {
	o := map[string]any{"type": "object", "additionalProperties": map[string]any{"$ref": "#/$defs/secret"}}
	if description != "" {
		o["description"] = description
	}
	return o
}

func secretRef(description string) map[string]any {
	return map[string]any{"$ref": "#/$defs/secret", "description": description}
}

// sourceSchema describes each key of a source.
var sourceSchema = map[string]map[string]any{
	"start":    textOrList("Listing pages, feeds, sitemaps or stories; told apart by content. {id} stands for numbers in a row."),
	"hosts":    textOrList("Further hosts that story links may lead to, a port behind a colon where it is not the usual."),
	"stories":  text("Which links are stories: a regular expression; the group id is the story's ID."),
	"items":    text("Of a listing that is JSON: the path to its items, such as data.items[*]."),
	"link":     text("Of a listing that is JSON: the path to each item's address, or an address with paths in braces, such as /news/{slug}."),
	"next":     text("The link from a listing to its next page: a CSS selector; of JSON, the path to it, which begins with $."),
	"pages":    {"type": "integer", "minimum": 0, "maximum": maxPages, "default": DefaultPages, "description": "Further listing pages at most."},
	"misses":   {"type": "integer", "minimum": 1, "maximum": maxMisses, "default": DefaultMisses, "description": "Of a start with {id}: numbers in a row without a story that end a look."},
	"schedule": text("Cron: five fields, CRON_TZ=, a macro, or @every from 1s up."),
	"window":   textOrList("When the source is watched: days, hours and a zone, such as weekdays 06-22 Europe/Paris."),
	"pause":    {"type": "boolean", "default": false, "description": "Keeps the service off the source."},
	"recheck": {"default": "adaptive", "description": "adaptive, never, a cron schedule, or what bounds the policy.", "anyOf": []any{
		map[string]any{"type": "string"},
		object("How long a story waits at most.", recheckKeys, nil, map[string]any{
			"young":  text("In its first week. Default: 24h"),
			"old":    text("From then on. Default: 7d"),
			"retire": text("The age from which on it is looked at no more, or never. Default: 180d"),
		}),
	}},
	"delay":    {"type": "string", "default": DefaultDelay.String(), "description": "Least time between two requests to one host."},
	"parallel": {"type": "integer", "minimum": 1, "maximum": maxParallel, "default": DefaultParallel, "description": "Requests at once to one host."},
	"robots":   {"enum": []string{"obey", "ignore"}, "default": "obey", "description": "Whether robots.txt is obeyed."},
	"hints":    {"enum": []string{"obey", "ignore"}, "default": "obey", "description": "Whether scheduled runs wait for as long as feeds ask for (ttl, updatePeriod, skipHours, max-age)."},
	"private":  {"type": "boolean", "default": false, "description": "Allows loopback and private addresses."},
	"render":   {"type": "boolean", "default": false, "description": "Reads pages through headless Chromium."},
	"headers":  secrets("Headers sent with every request to the source's own hosts."),
	"cookies": {"description": "Cookies are kept while the program runs: keep, or those to begin with.", "anyOf": []any{
		map[string]any{"const": "keep"}, secrets(""),
	}},
	"auth": object("Basic authentication.", authKeys, nil, map[string]any{
		"user": secretRef("Who asks."), "password": secretRef("Of that user."),
	}),
	"login": object("A form that lets us in.", loginKeys, []string{"url", "fields", "success"}, map[string]any{
		"url":     text("The page with the form."),
		"fields":  secrets("What is filled in; the form's other fields are sent as they are."),
		"success": text("A CSS selector of what only a page that let us in shows."),
		"form":    text("A CSS selector of the form, where there are several."),
	}),
	"proxy": text("http://, https://, socks5:// or socks5h://, with user and password where it wants them."),
	"budget": object("The most that the source may ask of its site.", budgetKeys, nil, map[string]any{
		"requests": map[string]any{"type": "string", "pattern": `^\d+/(min|h|d)$`, "description": "Such as 500/h."},
		"bytes":    map[string]any{"type": "string", "pattern": `^\d+ ?(B|KB|MB|GB)/(min|h|d)$`, "description": "Such as 50MB/d."},
		"rechecks": map[string]any{"type": "string", "pattern": `^\d+/(min|h|d)$`, "description": "Looks at known stories; such as 60/h."},
	}),
	"fields": {"type": "object", "description": "Where each field is found.", "additionalProperties": map[string]any{"$ref": "#/$defs/rules"}},
	"drop":   textOrList("CSS selectors of what is removed before anything is read."),
	"ignore": textOrList("What doesn't matter: CSS selectors of parts, or patterns of text between slashes."),
	"watch":  textOrList("What matters whatever it looks like: CSS selectors, patterns between slashes, or links."),
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

// tokenList are secrets of programs, each given, or written out as its hash.
func tokenList() map[string]any {
	return map[string]any{"type": "array", "items": map[string]any{"anyOf": []any{map[string]any{"$ref": "#/$defs/secret"}, map[string]any{"type": "string", "pattern": hashedToken.String()}}}}
}
