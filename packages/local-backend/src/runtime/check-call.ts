// The checks around a call: does the function exist, do the arguments fit, does the result fit. Texts are Convex's.
import { UserError } from "../database/errors.ts";
import type { Transaction } from "../database/transaction.ts";
import { checkValue, type ValidationContext } from "../schema/validator.ts";
import { canonicaliseValue } from "../values/canonical.ts";
import { debugPrint } from "../values/debug-print.ts";
import { isJsonObject, parseJson, type Json, type JsonText } from "../values/json.ts";
import { decodeValue } from "../values/value.ts";
import type { ComponentPath, FunctionKind } from "./analysis.ts";
import type { DeployedFunction, DeployedApp } from "./deployed-app.ts";
import { parseFunctionPath, printFunctionPath, printModulePath } from "./function-path.ts";

const maximumArgumentSize = 16 << 20;

export function printKind(kind: FunctionKind): "Query" | "Mutation" | "Action" {
  return kind === "query" ? "Query" : kind === "mutation" ? "Mutation" : "Action";
}

/**
 * @param kind - what the caller runs it as; `null` for whatever it is
 * @throws UserError when there is no such function for this caller, or it is of another kind
 */
export function findFunction(
  deployment: DeployedApp,
  component: ComponentPath,
  path: string,
  kind: FunctionKind | null,
  publicOnly: boolean,
): DeployedFunction {
  const found = deployment.find(component, path);
  if (found === null || (publicOnly && found.visibility === "internal")) {
    const parsed = parseFunctionPath(path);
    const name = parsed === null ? path : printFunctionPath(parsed);
    throw new UserError(
      publicOnly
        ? `Could not find public function for '${trimDefault(name)}'.`
        : `Could not find function for '${trimDefault(name)}'. Did you forget to run \`npx convex dev\`?`,
      { code: "FunctionNotFound" },
    );
  }
  if (kind !== null && found.kind !== kind) {
    throw new UserError(
      `Trying to execute ${printModulePath(found.path)} as ${printKind(kind)}, but it is defined as ${printKind(found.kind)}.`,
    );
  }
  return found;
}

function trimDefault(name: string): string {
  return name.replace(/:default$/, "");
}

export interface CheckedArguments {
  /** The arguments object. */
  args: Json;
  /** `[{…}]`, keys sorted: what `invoke…` takes. */
  text: JsonText;
  size: number;
}

/** @throws UserError when the arguments are malformed, too large or do not fit the validator */
export function checkArguments(
  fn: DeployedFunction,
  args: Json,
  context: ValidationContext,
): CheckedArguments {
  const single = singleArgument(args);
  const path = printModulePath(fn.path);
  let canonical;
  try {
    canonical = canonicaliseValue(single);
  } catch (error) {
    if (error instanceof UserError) {
      throw new UserError(`Invalid arguments for ${path}: ${error.message}`, { cause: error });
    }
    throw error;
  }
  if (canonical.size > maximumArgumentSize) {
    throw new UserError(
      `Arguments for ${path} are too large (actual: ${formatSize(canonical.size)}, limit: 16 MiB)`,
      { code: "FunctionArgumentsTooLarge" },
    );
  }
  if (!isObject(single)) {
    throw new UserError(
      `Expected to receive an object as the function's argument. Instead received: ${debugPrint(decodeValue(single))}`,
    );
  }
  const problem = checkValue(fn.args, single, context);
  if (problem !== null) {
    throw new UserError(`ArgumentValidationError: ${problem}`, { code: "InvalidArgs" });
  }
  return { args: single, text: `[${canonical.text}]`, size: canonical.size };
}

function singleArgument(args: Json): Json {
  if (!Array.isArray(args)) return args;
  if (args.length === 1 && args[0] !== undefined) return args[0];
  throw new UserError(
    `Expected to receive a single object as the function's argument. Instead received ${args.length} arguments: ${debugPrint(decodeValue(args))}`,
  );
}

/** An object value: `{"$integer": …}` and its like are not. */
function isObject(json: Json): boolean {
  if (!isJsonObject(json)) return false;
  const keys = Object.keys(json);
  return keys.length !== 1 || keys[0]?.startsWith("$") !== true;
}

/** @throws UserError when the result is too large or does not fit the validator */
export function checkResult(
  fn: DeployedFunction,
  text: JsonText,
  context: ValidationContext,
): void {
  // Small results cannot break a limit; lone surrogates are written as escapes.
  const needsWalk = text.length > 16_384 || text.includes("\\ud");
  if (fn.returns === null && !needsWalk) return;
  const value = parseJson(text);
  if (needsWalk) {
    const { size } = canonicaliseValue(value);
    if (size > maximumArgumentSize) {
      throw new UserError(
        `Function ${printModulePath(fn.path)} return value is too large (actual: ${formatSize(size)}, limit: 16 MiB)`,
        { code: "FunctionResultTooLarge" },
      );
    }
  }
  if (fn.returns === null) return;
  const problem = checkValue(fn.returns, value, context);
  if (problem !== null) {
    throw new UserError(`ReturnsValidationError: ${problem}`, { code: "InvalidReturnValue" });
  }
}

/** Table names of a component as validators ask for them. */
export function tableContext(tx: Transaction, component: ComponentPath): ValidationContext {
  return { tableNameOf: (tableNumber) => tx.tableName(component, tableNumber) };
}

function formatSize(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(2)} MiB`;
}
