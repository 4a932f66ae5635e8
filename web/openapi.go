package web

import (
	"net/http"
	"reflect"
	"strings"
	"time"

	"stakeout/filter"
	"stakeout/story"
)

// operation is an address of the API, for its description.
type operation struct {
	path, about string
	params      []param
	answer      any // a value of the answer's type; nil for kind
	kind        string
}

type param struct {
	name, in, about string
	kind            string // of JSON Schema; "" for string
}

// operations are the addresses of the API. What they answer is described from the
// very types that the handlers write.
func operations() []operation {
	filters := []param{{"q", "query", "a filter in one line: class:fact -disclosed:yes \"death toll\"", ""}}
	for _, key := range filter.Keys {
		filters = append(filters, param{key, "query", "the condition " + key + " alone", ""})
	}
	limit := param{"limit", "query", "how many, 1 to 1000; default 50", "integer"}
	after := param{"after", "query", "the next of the page before", ""}
	source := param{"source", "path", "the source's name", ""}
	id := param{"id", "path", "the story's ID, slashes written %2F", ""}
	number := param{"n", "path", "the version, from 1", "integer"}
	address := param{"url", "path", "an address, as it is", ""}
	return []operation{
		{"/api/stories", "Stories as they stand, the latest changed first.", append([]param{limit, after}, filters...), storiesJSON{}, ""},
		{"/api/stories/{source}/{id}", "A story as it stands.", []param{source, id}, story.Story{}, ""},
		{"/api/stories/{source}/{id}/versions", "Its versions.", []param{source, id}, versionsJSON{}, ""},
		{"/api/stories/{source}/{id}/versions/{n}", "One of its versions, with its place in the chain.", []param{source, id, number}, versionJSON{}, ""},
		{"/api/changes", "Changes behind a cursor, in the order of recording.", append([]param{limit, after}, filters...), changesJSON{}, ""},
		{"/api/sources", "How every source is.", nil, sourcesJSON{}, ""},
		{"/api/search", "Stories by the words of any of their versions, best first.", []param{limit, {"q", "query", "words, \"a phrase\", -word, word*", ""}}, hitsJSON{}, ""},
		{"/feeds/changes.atom", "Changes as an Atom feed.", filters, nil, "application/atom+xml"},
		{"/feeds/stories.atom", "Stories as an Atom feed.", filters, nil, "application/atom+xml"},
		{"/timemap/link/{url}", "The versions of an address (RFC 7089).", []param{address}, nil, "application/link-format"},
		{"/timegate/{url}", "Leads to the version at Accept-Datetime.", []param{address}, nil, ""},
		{"/memento/{time}/{url}", "The page of an address as it stood at a time.", []param{{"time", "path", "YYYYMMDDhhmmss, UTC", ""}, address}, nil, "text/html"},
		{"/events", "Changes as they are recorded (server-sent events).", append([]param{after}, filters...), nil, "text/event-stream"},
		{"/healthz", "Whether the program is up and its history can be read.", nil, healthJSON{}, ""},
		{"/metrics", "Numbers for Prometheus.", nil, nil, "text/plain"},
	}
}

type object = map[string]any

// openAPI describes the API (OpenAPI 3.1).
func (s *server) openAPI(w http.ResponseWriter, r *http.Request) {
	d := describer{schemas: object{}}
	problem := object{"description": "An error (RFC 9457).", "content": object{"application/problem+json": object{"schema": d.of(reflect.TypeFor[problemJSON]())}}}
	paths := object{}
	for _, o := range operations() {
		ok := object{"description": o.about}
		switch {
		case o.answer != nil:
			ok["content"] = object{"application/json": object{"schema": d.of(reflect.TypeOf(o.answer))}}
		case o.kind != "":
			ok["content"] = object{o.kind: object{"schema": object{"type": "string"}}}
		}
		params := []object{}
		for _, p := range o.params {
			kind := p.kind
			if kind == "" {
				kind = "string"
			}
			params = append(params, object{"name": p.name, "in": p.in, "description": p.about, "required": p.in == "path", "schema": object{"type": kind}})
		}
		paths[o.path] = object{"get": object{"summary": o.about, "operationId": operationID(o.path), "parameters": params,
			"responses": object{"200": ok, "default": problem}}}
	}
	s.answer(w, r, object{
		"openapi": "3.1.0",
		"info":    object{"title": "stakeout", "version": s.Version, "description": "What was collected, and what changed in it.", "license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"paths":   paths, "components": object{"schemas": d.schemas, "securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}},
		"security": []object{{}, {"token": []string{}}},
	})
}

// operationID is a path as a name.
func operationID(path string) string {
	return strings.Trim(strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(path), "_")
}

// describer makes JSON Schemas of Go types, as encoding/json writes them.
type describer struct {
	schemas object
}

func (d describer) of(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[story.Moment]():
		return object{"type": []string{"string", "null"}, "description": "RFC 3339, or a day alone"}
	case reflect.TypeFor[story.Word]():
		return object{"type": "array", "prefixItems": []object{{"enum": []string{"=", "-", "+"}}, {"type": "string"}}, "minItems": 2, "maxItems": 2}
	case reflect.TypeFor[story.FieldChange]():
		return d.fieldChange()
	}
	switch t.Kind() {
	case reflect.Pointer:
		inner := d.of(t.Elem())
		if kind, ok := inner["type"].(string); ok {
			inner["type"] = []string{kind, "null"}
		}
		return inner
	case reflect.Slice:
		return object{"type": "array", "items": d.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": d.of(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Struct:
		return d.ref(t)
	}
	return object{"type": "string"}
}

// ref describes a struct once, under its name.
func (d describer) ref(t reflect.Type) object {
	name := strings.TrimSuffix(t.Name(), "JSON")
	ref := object{"$ref": "#/components/schemas/" + name}
	if d.schemas[name] != nil {
		return ref
	}
	d.schemas[name] = object{} // so that a type may hold itself
	properties, required := object{}, []string{}
	d.fields(t, properties, &required)
	d.schemas[name] = object{"type": "object", "properties": properties, "required": required}
	return ref
}

func (d describer) fields(t reflect.Type, properties object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			d.fields(f.Type, properties, required)
			continue
		}
		if name == "-" || name == "" || !f.IsExported() {
			continue
		}
		properties[name] = d.of(f.Type)
		if !strings.Contains(options, "omit") {
			*required = append(*required, name)
		}
	}
}

// fieldChange is written by hand, since it marshals itself.
func (d describer) fieldChange() object {
	d.schemas["FieldChange"] = object{"type": "object", "required": []string{"field", "class", "old", "new"}, "properties": object{
		"field": object{"type": "string"}, "class": object{"type": "string"}, "at": object{"type": "integer"}, "was": object{"type": "integer"},
		"old":   object{"type": []string{"string", "array"}, "items": object{"type": "string"}},
		"new":   object{"type": []string{"string", "array"}, "items": object{"type": "string"}},
		"words": object{"type": "array", "items": d.of(reflect.TypeFor[story.Word]())},
		"facts": object{"type": "array", "items": d.of(reflect.TypeFor[story.TypedFact]())},
	}}
	return object{"$ref": "#/components/schemas/FieldChange"}
}
