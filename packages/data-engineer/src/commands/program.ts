// The commands and their flags.
import { Command, CommanderError, Help, Option } from "commander";
import { ToolFailure } from "../project/failure.ts";
import { migrationKinds } from "../migrate/spec.ts";
import { toolVersion } from "../version.ts";
import { audit, type AuditFlags } from "./audit.ts";
import { diff, snapshot } from "./diff.ts";
import { defaultDocumentation, docs, type DocsFlags } from "./docs.ts";
import { migrateList, migrateNew, type NewFlags, type StatusFlags } from "./migrate.ts";
import type { MeasureFlags } from "./measure.ts";
import { formats } from "../report/formats.ts";
import type { Output } from "./output.ts";
import { explainFunction, indexes, patterns } from "./patterns.ts";
import type { CommonFlags } from "./report-options.ts";

function engineOption(): Option {
  return oneOf(
    "--engine <engine>",
    "what tells types where the source does not: TypeScript, started when first needed, or nothing",
    ["ts6", "none"],
  );
}

/** A flag with a closed list of values, the first of which is the default. */
function oneOf(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).default(values[0]);
}

const format = (...values: string[]) =>
  oneOf("--format <format>", "what the output is written as", values);

const examples = `
Examples:
  convex-data-engineer audit                      findings of the project in this folder
  convex-data-engineer audit --fix                apply what cannot change results, then report
  convex-data-engineer explain messages:list      the story of one function
  convex-data-engineer diff main --check          what the schema change since a git ref breaks

Exit codes: 0 clean, 1 findings (drift, breaking changes, budgets passed), 2 the tool could not do its work.`;

/**
 * Runs one command line.
 *
 * @param argv - as of `process.argv`
 * @returns exit code: 0 clean, 1 findings (or drift, or breaking changes), 2 the tool could not do its work
 */
export async function runCommandLine(argv: readonly string[], output: Output): Promise<number> {
  let code = 0;
  const program = new Command("convex-data-engineer")
    .description("Audits, explains, migrates and documents the data layer of a Convex project")
    .version(toolVersion)
    .addHelpText("after", examples)
    .configureHelp({
      // A switch is off unless it is given: saying so for each is noise.
      optionDescription: (option) =>
        Help.prototype.optionDescription
          .call(new Help(), option)
          .replace(/ \(default: (false|\[\])\)$/, ""),
    })
    .exitOverride()
    .configureOutput({ writeOut: output.write, writeErr: output.error });
  const auditCommand = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument("[dir]", "project folder", ".")
      .addOption(format(...formats))
      .addOption(
        oneOf("--level <level>", "least severity that is shown and makes the exit code 1", [
          "warning",
          "error",
          "info",
        ]),
      )
      .option("--since <ref>", "only findings on lines changed since a git ref")
      .option("--baseline <file>", "drop the findings recorded in a file")
      .option("--write-baseline <file>", "record all findings in a file")
      .option(
        "--no-exec",
        "do not run the project's modules; read schema and validators from the source",
      )
      .addOption(engineOption())
      .option("--no-cache", "neither use nor write the cache")
      .option("--show-unknown", "list the reads that could not be followed", false);
  auditCommand("audit", "report what is wrong or costly in schema, reads, writes and functions")
    .option("--fix", "apply the fixes that cannot change what the program returns", false)
    .action(async (dir: string, flags: AuditFlags) => {
      code = await audit(dir, flags, output);
    });
  auditCommand("fix", "the same as `audit --fix`").action(
    async (dir: string, flags: AuditFlags) => {
      code = await audit(dir, { ...flags, fix: true }, output);
    },
  );
  const common = (command: Command) =>
    command
      .option("--no-exec", "do not run the project's modules")
      .addOption(engineOption())
      .option("--no-cache", "neither use nor write the cache");
  common(
    program
      .command("patterns")
      .description("the access-pattern matrix: every read, and every index with its readers")
      .argument("[dir]", "project folder", ".")
      .option("--measured <file>", "documents as measured: the JSON that `measure` wrote")
      .addOption(format("md", "json", "csv")),
  ).action(async (dir: string, flags: CommonFlags & { format: string; measured?: string }) => {
    code = await patterns(dir, flags, output);
  });
  common(
    program
      .command("indexes")
      .description("the exact indexes to add, use, remove and rename for the program as a whole")
      .argument("[dir]", "project folder", ".")
      .addOption(format("text", "json"))
      .option("--apply", "declare the indexes to add in the schema", false),
  ).action(async (dir: string, flags: CommonFlags & { format: string; apply: boolean }) => {
    code = await indexes(dir, flags, output);
  });
  common(
    program
      .command("explain")
      .description("what one function reads, by which index, at what cost, and what re-runs it")
      .argument("<function>", "address, such as messages:list or folder/file:name")
      .argument("[dir]", "project folder", ".")
      .addOption(format("text", "json")),
  ).action(async (name: string, dir: string, flags: CommonFlags & { format: string }) => {
    code = await explainFunction(name, dir, flags, output);
  });
  common(
    program
      .command("diff")
      .description(
        "what a schema change does to a deployment with documents, and the steps that carry it over",
      )
      .argument("<before>", "git ref, schema file, exported schema (JSON) or project folder")
      .argument("[after]", "the same; the project as it stands when left out")
      .option("--dir <dir>", "project folder", ".")
      .addOption(format("text", "json"))
      .option("--check", "exit 1 when a breaking change has no migration", false),
  ).action(
    async (
      before: string,
      after: string | undefined,
      flags: CommonFlags & { format: string; dir: string; check: boolean },
    ) => {
      code = await diff(before, after, flags, output);
    },
  );
  common(
    program
      .command("snapshot")
      .description("the schema as JSON, for `diff` to compare with later")
      .argument("[dir]", "project folder", "."),
  ).action(async (dir: string, flags: CommonFlags) => {
    code = await snapshot(dir, flags, output);
  });
  const migrate = program.command("migrate").description("migrations: write, list, status");
  common(
    migrate
      .command("new")
      .description("write a migration and its test")
      .argument("<kind>", migrationKinds.join(", "))
      .requiredOption("--table <table>", "the table it walks")
      .option(
        "--field <path>",
        "the field it works on, as `diff` writes it: a.b, list[].a, <variant>.a",
      )
      .option("--to <name>", "the new field, table, or type")
      .option("--value <json>", "the value of a backfill")
      .option("--from <path>", "a backfill from another field, or from `reference.field`")
      .option("--map <json>", "old to new values")
      .option("--function", "a function for you to fill in gives the value of a backfill")
      .option("--before <schema>", "the schema as it was: git ref, file or snapshot (HEAD)")
      .option("--name <name>", "name of the migration")
      .addOption(
        new Option(
          "--shape <shape>",
          "plain, or with the component @convex-dev/migrations",
        ).choices(["plain", "component"]),
      )
      .option("--dir <dir>", "project folder", ".")
      .option("--print", "print the code instead of writing files", false)
      .option("--force", "replace files that are there", false),
  ).action(async (kind: string, flags: NewFlags) => {
    code = await migrateNew(kind, flags, output);
  });
  for (const [name, description, withStatus] of [
    ["list", "the project's migrations", false],
    ["status", "what the schema says of each migration, and how far a deployment is", true],
  ] as const) {
    const command = migrate
      .command(name)
      .description(description)
      .argument("[dir]", "project folder", ".")
      .addOption(format("text", "json"));
    if (withStatus)
      command
        .option("--url <url>", "a deployment to ask, such as http://127.0.0.1:3210")
        .option("--admin-key <key>", "its admin key (CONVEX_SELF_HOSTED_ADMIN_KEY)");
    common(command).action(async (dir: string, flags: StatusFlags) => {
      code = await migrateList(dir, flags, withStatus, output);
    });
  }
  common(
    program
      .command("docs")
      .description(
        "write the data model page: diagram, relationships, access patterns, why each index is there",
      )
      .argument("[dir]", "project folder", ".")
      .option("--out <file>", `Markdown page (default: <dir>/${defaultDocumentation})`)
      .option("--html <file>", "one self-contained HTML page with the diagram drawn")
      .option("--measured <file>", "documents as measured: the JSON that `measure` wrote")
      .option("--check", "write nothing; exit 1 when the page is out of date", false),
  ).action(async (dir: string, flags: DocsFlags) => {
    code = await docs(dir, flags, output);
  });
  common(
    program
      .command("measure")
      .description(
        "run queries, mutations and actions on a local backend over made-up data of two sizes: documents read, and what grows",
      )
      .argument("[dir]", "project folder", ".")
      .option(
        "--seed <count>",
        "documents per table at the larger size; the smaller is a quarter",
        "800",
      )
      .option(
        "--calls <file>",
        "JSON of arguments and identity by function, where made-up ones do not do",
      )
      .option("--run <file>", "ES module that drives the seeded backend itself, or exports `calls`")
      .option(
        "--env <name=value>",
        "variable of the deployment; may be repeated",
        (value: string, known: string[]) => [...known, value],
        [],
      )
      .option("--env-file <file>", "variables of the deployment, NAME=VALUE in lines")
      .addOption(format("md", "json"))
      .option("--check", "exit 1 when a function is proven to scan a table", false),
  ).action(async (dir: string, flags: MeasureFlags) => {
    // Loaded late: the backend is large.
    const { measure } = await import("./measure.ts");
    code = await measure(dir, flags, output);
  });
  common(
    program
      .command("mcp")
      .description("serve the same as tools for AI assistants, over standard input and output")
      .argument("[dir]", "project folder", ".")
      .option("--allow-writes", "let tools write migration files", false),
  ).action(async (dir: string, flags: CommonFlags & { allowWrites: boolean }) => {
    // Loaded late: the other commands need none of it.
    const { mcp } = await import("./mcp.ts");
    code = await mcp(dir, flags);
  });
  program
    .command("skill")
    .description("print the text that tells an assistant how to use the tools")
    .action(async () => {
      const { skillText } = await import("../mcp/skill.ts");
      output.write(skillText);
    });
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof ToolFailure) output.error(`convex-data-engineer: ${error.message}\n`);
    else if (isSystemError(error))
      output.error(
        `convex-data-engineer: ${error.message}. Check that the path is right and may be ${/open|mkdir|write|rename|copy/.test(error.syscall ?? "") ? "written" : "used"}.\n`,
      );
    else
      output.error(
        `convex-data-engineer: unexpected failure: ${error instanceof Error ? error.message : String(error)}\n${process.env["DATA_ENGINEER_DEBUG"] !== undefined && error instanceof Error ? `${error.stack ?? ""}\n` : ""}`,
      );
    return 2;
  }
}

/** The file system said no: a wrong path or missing rights, nothing the tool could know of. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
