package river

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Queue is how many rounds wait and run, in all processes.
type Queue struct {
	Waiting int           `json:"waiting"`
	Running int           `json:"running"`
	Longest time.Duration `json:"-"` // that one has waited
	Leader  string        `json:"leader"`
}

// Look looks at the queue of a Postgres; a queue of nothing where no worker ever ran.
func Look(ctx context.Context, address string) (Queue, error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return Queue{}, fmt.Errorf("queue: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return look(ctx, conn)
}

func look(ctx context.Context, db interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}) (q Queue, err error) {
	var seconds float64
	err = db.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state IN ('available', 'scheduled')), count(*) FILTER (WHERE state = 'running'),
		coalesce(extract(epoch FROM now() - min(scheduled_at) FILTER (WHERE state = 'available' AND scheduled_at <= now())), 0)::float8,
		coalesce((SELECT leader_id FROM river_leader WHERE expires_at > now() LIMIT 1), '')
		FROM river_job WHERE kind = $1 AND state IN ('available', 'scheduled', 'running')`, roundArgs{}.Kind()).Scan(&q.Waiting, &q.Running, &seconds, &q.Leader)
	if none := new(pgconn.PgError); errors.As(err, &none) && none.Code == "42P01" {
		return Queue{}, nil // the tables come with the first worker
	}
	if err != nil {
		return Queue{}, fmt.Errorf("queue: %w", err)
	}
	q.Longest = time.Duration(seconds * float64(time.Second))
	return q, nil
}
