package upload

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"crm2gong/mapping/gong"
)

const (
	pathEntities     = "/v2/crm/entities"
	pathStatus       = "/v2/crm/request-status"
	pathIntegrations = "/v2/crm/integrations"
	pathSchema       = "/v2/crm/entity-schema"
)

// postEntities sends one part. hooks tell of each attempt. A nil error means
// that Gong has the part.
func (c *Client) postEntities(ctx context.Context, integration int64, p *part, path string, unknown bool, before func() error, after func(verdict) error) error {
	filename := p.Type + ".ldjson"
	return c.do(ctx, &call{
		method: http.MethodPost, path: pathEntities,
		query:       url.Values{"integrationId": {formatID(integration)}, "objectType": {p.Type}, "clientRequestId": {p.ID}},
		contentType: multipartType,
		size:        p.Bytes + frameSize(filename),
		body:        func() (io.ReadCloser, error) { return openMultipart(path, filename, p.Bytes) },
		creates:     true, unknown: unknown,
		// A part that is sent wants at least one look at what became of it.
		keep: 1,
		read: func(_ int, body []byte) error {
			var a accepted
			if err := decode(body, &a); err != nil {
				return err
			}
			if string(a.ClientRequestID) != p.ID {
				return errors.New("it does not name our client request id")
			}
			return nil
		},
		before: before, after: after, part: p,
	})
}

// requestStatus asks what became of a client request id.
func (c *Client) requestStatus(ctx context.Context, integration int64, id string) (*requestStatus, error) {
	var s *requestStatus
	err := c.do(ctx, &call{
		method: http.MethodGet, path: pathStatus,
		query: url.Values{"integrationId": {formatID(integration)}, "clientRequestId": {id}},
		read: func(_ int, body []byte) error {
			s = new(requestStatus)
			if err := decode(body, s); err != nil {
				return err
			}
			if s.Status == "" {
				return errors.New("it has no status")
			}
			return nil
		},
	})
	return s, err
}

// integrations lists what was registered.
func (c *Client) integrations(ctx context.Context) ([]Integration, error) {
	var list []Integration
	err := c.do(ctx, &call{
		method: http.MethodGet, path: pathIntegrations,
		read: func(_ int, body []byte) error {
			var a integrationList
			if err := decode(body, &a); err != nil {
				return err
			}
			if a.Integrations == nil && !bytes.Contains(body, []byte("requestId")) {
				return errors.New("it lists no integrations")
			}
			list = []Integration{}
			if a.Integrations == nil {
				return nil
			}
			for _, i := range *a.Integrations {
				list = append(list, Integration{i.ID.n, string(i.Name), string(i.OwnerEmail)})
			}
			return nil
		},
	})
	return list, err
}

// putIntegration registers one. conflict is true where Gong answered 409.
func (c *Client) putIntegration(ctx context.Context, name, owner string) (id int64, conflict bool, err error) {
	body, err := json.Marshal(map[string]string{"name": name, "ownerEmail": owner})
	if err != nil {
		return 0, false, failed(err, "register")
	}
	err = c.do(ctx, &call{
		method: http.MethodPut, path: pathIntegrations,
		contentType: "application/json", size: int64(len(body)), body: fixed(body), creates: true,
		read: func(_ int, body []byte) error {
			var a struct {
				ID looseInt `json:"integrationId"`
			}
			if err := decode(body, &a); err != nil {
				return err
			}
			if !a.ID.set {
				return errors.New("it has no integrationId")
			}
			id = a.ID.n
			return nil
		},
		after: func(v verdict) error { conflict = v.outcome == outcomeConflict; return nil },
	})
	return id, conflict, err
}

// deleteIntegration asks Gong to delete an integration and all of its data.
func (c *Client) deleteIntegration(ctx context.Context, integration int64, id string) error {
	return c.do(ctx, &call{
		method: http.MethodDelete, path: pathIntegrations,
		query:   url.Values{"integrationId": {formatID(integration)}, "clientRequestId": {id}},
		creates: true,
		read:    func(_ int, body []byte) error { return decode(body, new(accepted)) },
	})
}

// schema reads the custom fields that Gong has for a type.
func (c *Client) schema(ctx context.Context, integration int64, t gong.ObjectType) ([]schemaField, error) {
	var fields []schemaField
	err := c.do(ctx, &call{
		method: http.MethodGet, path: pathSchema,
		query: url.Values{"integrationId": {formatID(integration)}, "objectType": {t.String()}},
		read: func(_ int, body []byte) error {
			var a schemaAnswer
			if err := decode(body, &a); err != nil {
				return err
			}
			if a.Fields == nil {
				return errors.New("it has no objectTypeToSelectedFields")
			}
			fields = (*a.Fields)[t.String()]
			return nil
		},
	})
	return fields, err
}

// postSchema sends the full list of a type's custom fields. Sent twice it does
// what it does once.
func (c *Client) postSchema(ctx context.Context, integration int64, t gong.ObjectType, body []byte) error {
	return c.do(ctx, &call{
		method: http.MethodPost, path: pathSchema,
		query:       url.Values{"integrationId": {formatID(integration)}, "objectType": {t.String()}},
		contentType: "application/json", size: int64(len(body)), body: fixed(body),
		read: func(_ int, body []byte) error { return decode(body, new(accepted)) },
	})
}

// maxObjects is how many ids Gong answers in one call; it drops the rest
// silently.
const maxObjects = 100

// objects reads records back, at most maxObjects; those that Gong does not have
// are not in the map. The ids stand in the body of a GET, as Gong wants it.
func (c *Client) objects(ctx context.Context, integration int64, t gong.ObjectType, ids []string) (map[string]map[string]json.RawMessage, error) {
	body, err := json.Marshal(ids)
	if err != nil {
		return nil, failed(err, "read back")
	}
	var objects map[string]map[string]json.RawMessage
	err = c.do(ctx, &call{
		method: http.MethodGet, path: pathEntities,
		query:       url.Values{"integrationId": {formatID(integration)}, "objectType": {t.String()}},
		contentType: "application/json", size: int64(len(body)), body: fixed(body),
		read: func(_ int, body []byte) error {
			var a objectsAnswer
			if err := decode(body, &a); err != nil {
				return err
			}
			if a.Objects == nil {
				return errors.New("it has no crmObjectsMap")
			}
			objects = *a.Objects
			return nil
		},
	})
	return objects, err
}

// fixed gives a body that is already there.
func fixed(body []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}
