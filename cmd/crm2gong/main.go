// Command crm2gong turns a CRM's exports into what Gong takes.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // time zones by name on machines that have none

	"crm2gong/cmd"
)

func main() {
	os.Exit(cmd.Main(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr))
}
