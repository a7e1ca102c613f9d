package upload

import (
	"context"
	"fmt"
	"strings"
	"time"

	"encoding/json"
)

// Integration is one that was registered with Gong. Its id has 64 bits: in JSON
// it is a text, which no reader rounds.
type Integration struct {
	ID         int64
	Name       string
	OwnerEmail string
}

// MarshalJSON writes the id as a text.
func (i Integration) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		OwnerEmail string `json:"owner_email"`
	}{formatID(i.ID), i.Name, i.OwnerEmail})
}

// IntegrationList is the JSON of integration list and register.
type IntegrationList struct {
	FormatVersion int           `json:"format_version"`
	Integrations  []Integration `json:"integrations"`
	// Note says that the one there differs from the one asked for; "" if not.
	Note string `json:"note,omitempty"`
}

// Integrations lists the integrations of the company: none or one.
func (c *Client) Integrations(ctx context.Context) (*IntegrationList, error) {
	list, err := c.integrations(ctx)
	if list == nil {
		list = []Integration{}
	}
	return &IntegrationList{FormatVersion: 1, Integrations: list}, err
}

// FindIntegration gives the id of the only integration that Gong lists.
func (c *Client) FindIntegration(ctx context.Context) (int64, error) {
	list, err := c.integrations(ctx)
	switch {
	case err != nil:
		return 0, err
	case len(list) == 0:
		return 0, &Error{Status: StatusFailed, Message: "Gong has no integration of this company", Hint: "make one with crm2gong integration register"}
	case len(list) > 1:
		var ids []string
		for _, i := range list[:min(len(list), maxNamed)] {
			ids = append(ids, formatID(i.ID)+" ("+clip(i.Name, 120)+")")
		}
		return 0, usage("name one with --integration", "Gong lists %d integrations: %s", len(list), strings.Join(ids, ", "))
	}
	return list[0].ID, nil
}

// Register makes the company's integration. Gong has at most one, so it looks
// first, and gives the one that is there.
func (c *Client) Register(ctx context.Context, name, owner string) (*IntegrationList, error) {
	if strings.TrimSpace(name) == "" || !strings.Contains(owner, "@") {
		return &IntegrationList{FormatVersion: 1, Integrations: []Integration{}}, usage("", "an integration needs a name and the e-mail address of its owner")
	}
	there, err := c.Integrations(ctx)
	if err != nil || len(there.Integrations) > 0 {
		there.note(name, owner)
		return there, err
	}
	id, conflict, putError := c.putIntegration(ctx, name, owner)
	if putError == nil && id != 0 {
		there.Integrations = append(there.Integrations, Integration{id, name, owner})
		return there, nil
	}
	if putError != nil && !conflict {
		return there, putError
	}
	// Taken without an id in the answer, or one was there after all: look again.
	there, err = c.Integrations(ctx)
	if err != nil {
		return there, err
	}
	if len(there.Integrations) == 0 {
		if putError == nil {
			putError = &Error{Status: StatusFailed, Message: "Gong took the registration and lists no integration"}
		}
		return there, registerConflict(putError)
	}
	there.note(name, owner)
	return there, nil
}

func (l *IntegrationList) note(name, owner string) {
	if len(l.Integrations) == 0 {
		return
	}
	if i := l.Integrations[0]; i.Name != name || !strings.EqualFold(i.OwnerEmail, owner) {
		l.Note = fmt.Sprintf("an integration is there already, %s of %s; Gong cannot rename it", quote(i.Name), quote(i.OwnerEmail))
	}
}

// registerConflict words a 409 to a registration with nothing in the list.
func registerConflict(err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	c := *e
	c.Message = strings.Replace(c.Message, "Gong knows the client request id already (409)", "Gong refused the registration (409)", 1)
	c.Message = strings.TrimSuffix(c.Message, ", although this run has not sent it before")
	c.Hint = "another CRM may be connected, which integration list does not show: disconnect it in Gong first"
	return &c
}

// Deletion says how an integration is deleted.
type Deletion struct {
	// Confirm is given the integration and returns what the user typed: its
	// exact name, or nothing is deleted.
	Confirm func(Integration) (string, error)
	// NoWait returns when Gong has taken the request; deleting takes up to 24
	// hours.
	NoWait bool
}

// DeleteIntegration deletes an integration with all accounts, contacts, deals,
// leads and users in it, and sets its state aside.
func (s *Session) DeleteIntegration(ctx context.Context, id int64, d Deletion) (*IntegrationList, error) {
	left := &IntegrationList{FormatVersion: 1, Integrations: []Integration{}}
	list, err := s.Client.integrations(ctx)
	if err != nil {
		return left, err
	}
	left.Integrations = append(left.Integrations, list...)
	var target *Integration
	for i := range list {
		if list[i].ID == id {
			target = &list[i]
		}
	}
	if target == nil {
		return left, &Error{Status: StatusFailed, Message: "Gong lists no integration " + formatID(id), Hint: "see crm2gong integration list"}
	}
	typed, err := d.Confirm(*target)
	if err != nil {
		return left, err
	}
	if typed != target.Name {
		return left, usage("type its exact name, or give it with --confirm", "integration %s is not deleted: its name is not %s", formatID(id), quote(typed))
	}
	release, err := s.Store.lock(id, s.Clock.now())
	if err != nil {
		return left, err
	}
	defer release()
	request := newRequestID("delete", 1, s.Clock.now())
	if err := s.Client.deleteIntegration(ctx, id, request); err != nil {
		return left, err
	}
	if !d.NoWait {
		status, err := s.Client.poll(ctx, id, request, Event{})
		if err != nil {
			return left, err
		}
		if status.done() != finishedDone {
			return left, &Error{Status: StatusPartial, Message: "Gong could not delete the integration: " + status.words(), RequestID: clip(string(status.RequestID), maxRequestID)}
		}
	}
	left.Integrations = []Integration{}
	return left, s.Store.setAside(id, s.Clock.now())
}

// poll asks for the status until it is final. Gong may not know the request at
// once, so that a 404 in the beginning only means to ask again.
func (c *Client) poll(ctx context.Context, integration int64, id string, about Event) (*requestStatus, error) {
	began := c.options.Clock.now()
	wait := c.options.PollInterval
	for {
		about.Kind, about.Wait, about.Message = Processing, wait, "waiting for Gong"
		c.options.Notify(about)
		if err := c.options.Clock.sleep(ctx, wait); err != nil {
			return nil, err
		}
		status, err := c.requestStatus(ctx, integration, id)
		waited := c.options.Clock.now().Sub(began)
		switch {
		case err != nil && notFound(err) && waited < min(notFoundPatience, c.options.PollTimeout):
		case err != nil:
			return nil, err
		case status.done() != finishedNot:
			return status, nil
		}
		if waited >= c.options.PollTimeout {
			return nil, &Error{Status: StatusFailed, Message: "Gong has not finished " + id + " within " + c.options.PollTimeout.String(), Hint: "go on later; allow more with --poll-timeout"}
		}
		wait = min(wait*3/2, c.options.PollMax)
	}
}

// notFoundPatience is how long an accepted request may be unknown to
// request-status.
const notFoundPatience = 10 * time.Minute

func notFound(err error) bool {
	e, ok := err.(*Error)
	return ok && e.notFound
}

type finished uint8

const (
	finishedNot finished = iota // also a word that is not known: Gong may add some
	finishedDone
	finishedFailed
)

func (s *requestStatus) done() finished {
	switch strings.ToUpper(string(s.Status)) {
	case "DONE":
		return finishedDone
	case "FAILED":
		return finishedFailed
	}
	return finishedNot
}

func (s *requestStatus) words() string {
	for _, e := range s.Errors {
		return quote(string(e.Description))
	}
	return "it gave no reason"
}
