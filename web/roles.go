package web

import (
	"context"
	"net/http"
)

// Role says what someone may do: read; mark as well, star, label, note and save
// filters; or all, which is to change the configuration.
type Role int

// The roles, each with what those before it may.
const (
	Nobody Role = iota
	Reader
	Labeller
	Admin
)

// RoleOf is the role of a name in the configuration; Nobody for another name.
func RoleOf(name string) Role {
	switch name {
	case "read":
		return Reader
	case "label":
		return Labeller
	case "admin":
		return Admin
	}
	return Nobody
}

type roleKey struct{}

// roleOf is the role that a request was let in with.
func roleOf(r *http.Request) Role {
	role, _ := r.Context().Value(roleKey{}).(Role)
	return role
}

func withRole(r *http.Request, role Role) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), roleKey{}, role))
}

// only lets those with a role do something.
func (s *server) only(role Role, do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if roleOf(r) < role {
			s.problem(w, r, http.StatusForbidden, "you may look at this, and not change it: ask for the role that may")
			return
		}
		do(w, r)
	}
}
