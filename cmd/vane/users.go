package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"vane/dashboards/access"
)

func (a *app) usersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "users",
		Short: "who may see and do what: list, add, remove, token",
		Long: `Users lists who may log in to the board and use the API. Without users everything is
open on loopback; as soon as there is one, everybody logs in. A reader sees
everything, an analyst also corrects and exports, an admin may do all. What these
commands change holds at once in a running vane.`,
		Example: "  vane users add 李雷 --role analyst\n  vane users\n  vane users token 李雷\n  vane users remove 李雷",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listUsers() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "list the users", Args: cobra.NoArgs, Example: "  vane users list --json",
			RunE: func(*cobra.Command, []string) error { return a.listUsers() },
		},
		a.usersAddCommand(), a.usersTokenCommand(),
		&cobra.Command{
			Use: "remove NAME", Short: "remove a user with his tokens and logins", Args: cobra.ExactArgs(1), Example: "  vane users remove 李雷",
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.changeUser(cmd.Context(), access.UserRemoved, args[0], func(u *access.Users) error { return u.Remove(args[0]) })
			},
		},
	)
	return cmd
}

func (a *app) usersAddCommand() *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "add a user, or give one a new password and role",
		Long: `Add asks for a password at the terminal, or reads it as one line from standard
input. A user who is there already gets the new password and role, which ends his
logins.`,
		Example: "  vane users add 李雷 --role analyst\n  vane users add 韩梅梅 --role reader < password.txt",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := access.ParseRole(role)
			if err != nil {
				return wrongUse("--role: %v", err)
			}
			password, err := a.readPassword()
			if err != nil {
				return err
			}
			return a.changeUser(cmd.Context(), access.UserAdded, args[0], func(u *access.Users) error { return u.Add(args[0], r, password) })
		},
	}
	cmd.Flags().StringVar(&role, "role", string(access.Reader), "reader, analyst or admin")
	return cmd
}

func (a *app) usersTokenCommand() *cobra.Command {
	var revoke bool
	cmd := &cobra.Command{
		Use:   "token NAME",
		Short: "make an API token for a user's programs",
		Long: `Token prints a new API token, which has its user's role. It is shown this once: only
its hash is kept. Programs send it as "Authorization: Bearer TOKEN".`,
		Example: "  vane users token 李雷\n  vane users token 李雷 --revoke",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if revoke {
				return a.changeUser(cmd.Context(), access.TokenRevoked, args[0], func(u *access.Users) error { return u.RevokeTokens(args[0]) })
			}
			return a.changeUser(cmd.Context(), access.TokenMade, args[0], func(u *access.Users) error {
				token, err := u.AddToken(args[0], time.Now())
				if err == nil {
					fmt.Fprintln(a.out, token)
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&revoke, "revoke", false, "end every token of the user instead")
	return cmd
}

// changeUser makes a change, once it is recorded.
func (a *app) changeUser(ctx context.Context, what access.Action, name string, change func(*access.Users) error) error {
	if err := a.record(ctx, what, name); err != nil {
		return err
	}
	return change(a.users())
}

// record writes into the audit log what somebody at the terminal is about to do.
func (a *app) record(ctx context.Context, what access.Action, object string) error {
	ctx = access.WithIdentity(ctx, access.Identity{Name: access.Local, Role: access.Admin})
	return a.audit().Record(ctx, time.Now(), what, object)
}

// readPassword asks for a password twice at a terminal, without showing it, or reads
// one line from whatever else standard input is.
func (a *app) readPassword() (string, error) {
	if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return a.askPassword(int(f.Fd()))
	}
	line, err := bufio.NewReader(io.LimitReader(a.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func (a *app) askPassword(terminal int) (string, error) {
	var typed [2]string
	for i, prompt := range []string{"密码：", "再输一次："} {
		fmt.Fprint(a.errOut, prompt)
		line, err := term.ReadPassword(terminal)
		fmt.Fprintln(a.errOut)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(line)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ: try again")
	}
	return typed[0], nil
}

// listedUser is a user without his secrets.
type listedUser struct {
	Name   string      `json:"name"`
	Role   access.Role `json:"role"`
	Tokens int         `json:"tokens"`
}

func (a *app) listUsers() error {
	users, err := a.users().List()
	if err != nil {
		return err
	}
	list := []listedUser{}
	t := newTable(table.Row{"用户", "角色", "令牌"}, 2)
	for _, u := range users {
		list = append(list, listedUser{u.Name, u.Role, len(u.Tokens)})
		t.AppendRow(table.Row{u.Name, u.Role, len(u.Tokens)})
	}
	switch {
	case a.json:
		return a.printJSON(list)
	case len(list) == 0:
		fmt.Fprintln(a.out, "没有用户：本机访问无需登录。")
	default:
		a.printTable(t)
	}
	return nil
}
