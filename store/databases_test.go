package store_test

import (
	"context"

	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
)

// databases are copied from one whose schema is up to date.
var databases = storetest.NewTemplate(func(url string) error {
	_, err := store.MigrateUp(context.Background(), url)
	return err
})
