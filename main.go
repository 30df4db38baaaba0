// Command langnghe is the product: citizens' feedback and questions on Zalo and
// Messenger, from the webhook to the answer.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/langnghe/langnghe/config"
)

// Exit codes (contract, section 1).
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the command line.
type cli struct {
	Config string `help:"Configuration file (else LANGNGHE_CONFIG, else ./langnghe.yaml if it is there)." placeholder:"FILE"`

	Serve       serveCmd       `cmd:"" default:"withargs" help:"Run the product (the default)."`
	Sandbox     sandboxCmd     `cmd:"" help:"Run the product with both platforms simulated on loopback."`
	Check       checkCmd       `cmd:"" help:"Validate the configuration, reach the database and the channels."`
	Migrate     migrateCmd     `cmd:"" help:"Bring the database's schema up to date, or show where it stands."`
	Token       tokenCmd       `cmd:"" help:"API tokens."`
	User        userCmd        `cmd:"" help:"Staff accounts."`
	Import      importCmd      `cmd:"" help:"Publish procedures, units, contacts or holidays from a file, all of it or nothing."`
	Understand  understandCmd  `cmd:"" help:"Read one utterance a line, write what was understood, one JSON object a line."`
	Healthcheck healthcheckCmd `cmd:"" hidden:"" help:"Ask the running product whether it is well (for containers)."`
	Version     versionCmd     `cmd:"" help:"Version, commit and Go version."`
}

// env is what a command may touch of the world.
type env struct {
	context.Context
	configFile string
	environ    []string
	stdin      io.Reader
	stdout     io.Writer
	stderr     io.Writer
}

// load reads the configuration.
func (e *env) load() (*config.Config, error) { return config.Load(e.configFile, e.environ) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(&env{Context: ctx, environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// errHelped ends the parsing when help was printed.
var errHelped = errors.New("help printed")

// run carries out one command line and returns its exit code.
func run(e *env, args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("langnghe"), kong.Writers(e.stdout, e.stderr),
		kong.Description("Lắng Nghe listens: feedback, complaints and questions of citizens on Zalo and Messenger."),
		kong.Exit(func(int) { panic(errHelped) }), kong.UsageOnError())
	if err != nil {
		return fail(e, exitFailed, err)
	}
	parsed, helped, err := parse(parser, args)
	switch {
	case helped:
		return exitDone
	case err != nil:
		return fail(e, exitUsage, err)
	}
	e.configFile = c.Config
	if err := parsed.Run(e); err != nil {
		return fail(e, exitFailed, err)
	}
	return exitDone
}

// parse reads the command line; kong asks to exit after printing help, which
// is turned into a value here.
func parse(parser *kong.Kong, args []string) (parsed *kong.Context, helped bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			if r != any(errHelped) {
				panic(r)
			}
			helped = true
		}
	}()
	parsed, err = parser.Parse(args)
	return parsed, false, err
}

// fail prints the reasons, one line each.
func fail(e *env, code int, err error) int {
	for _, line := range strings.Split(err.Error(), "\n") {
		fmt.Fprintln(e.stderr, "langnghe:", line)
	}
	return code
}
