#!/usr/bin/env node
// The command line: parses flags, runs a command, prints, and turns failures into exit code 2.
import { runCommandLine } from "./commands/program.ts";

process.exitCode = await runCommandLine(process.argv, {
  write: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
