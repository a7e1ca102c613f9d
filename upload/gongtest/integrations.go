package gongtest

import (
	"encoding/json"
	"io"
	"net/http"

	"crm2gong/mapping/gong"
)

func (x *exchange) getIntegrations() {
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	list := append([]integration{}, x.g.integrations...)
	x.answer(http.StatusOK, map[string]any{"requestId": x.requestID(), "integrations": list})
}

func (x *exchange) putIntegration() {
	var in struct{ Name, OwnerEmail string }
	body, err := io.ReadAll(io.LimitReader(x.r.Body, 1<<20))
	if err != nil || json.Unmarshal(body, &in) != nil || in.Name == "" || in.OwnerEmail == "" {
		x.refuse(http.StatusBadRequest, "name and ownerEmail are required")
		return
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	if len(x.g.integrations) > 0 {
		x.refuse(http.StatusConflict, "Your organization already has an active GENERIC CRM integration. Only 1 active integration is supported. Please disconnect the existing GENERIC CRM integration before creating a new Generic CRM integration")
		return
	}
	i := integration{DefaultIntegration + int64(len(x.g.uploads)), in.Name, in.OwnerEmail}
	x.g.integrations = append(x.g.integrations, i)
	x.call.Taken = true
	x.answer(http.StatusOK, map[string]any{"requestId": x.requestID(), "integrationId": i.ID})
}

// deleteIntegration takes the request; its data are gone at once, its status is
// read as that of a file.
func (x *exchange) deleteIntegration() {
	if !x.integration() || !x.requestParameter() {
		return
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	if x.g.byRequest[x.call.Request] != nil {
		x.refuse(http.StatusConflict, "A request with clientRequestId "+x.call.Request+" was already made")
		return
	}
	x.g.take(&Upload{Request: x.call.Request, Processed: 1})
	x.g.integrations = nil
	x.g.objects = map[gong.ObjectType]map[string]*object{}
	x.g.schemas = map[gong.ObjectType][]schemaField{}
	x.call.Taken = true
	x.answer(http.StatusCreated, map[string]any{"requestId": x.requestID(), "clientRequestId": x.call.Request})
}
