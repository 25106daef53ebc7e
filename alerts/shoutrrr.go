package alerts

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/url"

	"github.com/nicholas-fedor/shoutrrr"
	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// shoutrrrService delivers through the library.
type shoutrrrService struct {
	router *router.ServiceRouter
	scheme string
}

func newShoutrrr(r Receiver, u *url.URL) (service, error) {
	sender, err := shoutrrr.CreateSender(u.String())
	if err != nil {
		return nil, errors.New(hideSecrets(r.URL).Replace(fmt.Sprintf("url is not understood: %v", err)))
	}
	sender.Timeout = sendTimeout
	return &shoutrrrService{sender, r.scheme()}, nil
}

// send waits for the library no longer than ctx: the library knows no contexts, and
// its own timeouts end what is left behind.
func (s *shoutrrrService) send(ctx context.Context, title, text string) error {
	params := types.Params{}
	switch s.scheme {
	case "smtp": // the library writes headers as they are given
		params.SetTitle(mime.BEncoding.Encode("UTF-8", title))
	case "generic":
		params.SetTitle(title)
	}
	select {
	case err := <-s.router.SendAsync(text, &params):
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
