// Package handlers is the product's HTTP side: webhooks of the platforms, the
// REST API, health and metrics, and the public pages. What makes the product
// speak to a citizen leaves here as an event of the inbox; nothing is sent
// from a request.
package handlers
