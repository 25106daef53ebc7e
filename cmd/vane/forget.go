package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vane"
	"vane/dashboards/access"
)

func (a *app) forgetCommand() *cobra.Command {
	var posts, authors []string
	cmd := &cobra.Command{
		Use:   "forget",
		Short: "delete posts, or all posts of an author, for good",
		Long: `Forget deletes posts by their ids, and all posts of authors by their pseudonyms, as
vane search --json and exports show them: the rows, their part in every trend, their texts in
the evidence of hotspots, and what the crawler knows of them. Collected or delivered once
more, they are not stored. There is no way back. Stop a running vane first: it holds the
crawler's part.`,
		Example: "  vane forget --post 0123456789abcdef0123456789abcdef\n  vane forget --author fedcba9876543210fedcba9876543210",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(posts)+len(authors) == 0 {
				return wrongUse("forget needs --post ID or --author KEY")
			}
			ids, err := parseIDs("--post", posts)
			if err != nil {
				return err
			}
			keys, err := parseIDs("--author", authors)
			if err != nil {
				return err
			}
			return a.forget(cmd.Context(), ids, keys)
		},
	}
	cmd.Flags().StringSliceVar(&posts, "post", nil, "`ID` of a post, 32 hexadecimal digits; may be repeated")
	cmd.Flags().StringSliceVar(&authors, "author", nil, "pseudonym `KEY` of an author, 32 hexadecimal digits; may be repeated")
	return cmd
}

// parseIDs reads ids that a user typed.
func parseIDs(flag string, texts []string) ([]vane.ID, error) {
	var ids []vane.ID
	for _, text := range texts {
		id, err := vane.ParseID(text)
		if err != nil {
			return nil, wrongUse("%s: %v", flag, err)
		}
		if id.IsZero() {
			return nil, wrongUse("%s: the id is empty", flag)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (a *app) forget(ctx context.Context, posts, authors []vane.ID) (err error) {
	var opened stack
	defer opened.close(&err)
	state, err := a.openState(ctx, &opened) // first: another vane may hold it, and nothing is deleted yet
	if err != nil {
		return err
	}
	store, err := a.openReader(ctx, &opened)
	if err != nil {
		return err
	}
	for _, id := range slices.Concat(posts, authors) {
		if err := a.record(ctx, access.Deleted, id.String()); err != nil {
			return err
		}
	}
	forgotten, err := store.Forget(ctx, posts, authors)
	if len(forgotten.Posts) > 0 { // whatever failed: they are not to be collected again
		err = errors.Join(err, state.Forget(ctx, forgotten.Posts))
	}
	if err != nil {
		return unfinished(err, forgotten.Posts)
	}
	if a.json {
		return a.printJSON(forgotten)
	}
	fmt.Fprintf(a.out, "不再收录 %d 条信息；其中已入库的已永久删除。\n", len(forgotten.Posts))
	return nil
}

// unfinished says how to finish: an author's posts that are deleted may no longer be
// found by the author.
func unfinished(err error, posts []vane.ID) error {
	if len(posts) == 0 {
		return err
	}
	ids := make([]string, len(posts))
	for i, id := range posts {
		ids[i] = id.String()
	}
	return fmt.Errorf("%d posts are deleted and will not be stored again, but something of them is still on the disk: %w; once that is mended run: vane forget --post %s", len(posts), err, strings.Join(ids, ","))
}
