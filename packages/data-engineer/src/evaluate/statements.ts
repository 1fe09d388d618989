// Runs statements over abstract values: branches are run one after the other and joined, loop bodies once.
import ts from "typescript6";
import type { LoopContext } from "../model/model.ts";
import { bindPattern } from "./binding.ts";
import { consumeIteration } from "./reads.ts";
import { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import type { BranchPoint } from "./facts.ts";
import { enumValue } from "./enums.ts";
import { loopElement } from "./collections.ts";
import { predicatesOf } from "./predicates.ts";
import { onlyCounts } from "./row-uses.ts";
import type { Predicate } from "../model/model.ts";
import { refineByType } from "./type-hints.ts";
import { undefinedValue, union, unknown, walk, type RowsValue, type Value } from "./values.ts";

/** How a statement ends: the next one runs, or the function or loop is left on every path. */
export type Completion = "normal" | "return" | "throw" | "break" | "continue";

/** @param atEnd - called when the block is left at its end, still on the branch that leads there */
export function runBlock(
  e: Evaluator,
  statements: readonly ts.Statement[],
  env: Environment,
  atEnd?: () => void,
): Completion {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined)
      env.declare(statement.name.text, { k: "function", node: statement, env, self: null });
    else if (ts.isClassDeclaration(statement) && statement.name !== undefined)
      env.declare(statement.name.text, { k: "class", node: statement, env });
  }
  const depth = e.branches.length;
  for (const statement of statements) {
    const completion = runStatement(e, statement, env);
    if (completion !== "normal") {
      e.branches.length = depth;
      return completion;
    }
  }
  atEnd?.();
  e.branches.length = depth;
  return "normal";
}

export function runStatement(e: Evaluator, statement: ts.Statement, env: Environment): Completion {
  if (ts.isBlock(statement)) return runBlock(e, statement.statements, new Environment(env));
  if (ts.isVariableStatement(statement)) {
    declare(e, statement.declarationList, env);
    return "normal";
  }
  if (ts.isExpressionStatement(statement)) {
    e.evaluate(statement.expression, env);
    return "normal";
  }
  if (ts.isReturnStatement(statement)) {
    const value =
      statement.expression === undefined ? undefinedValue : e.evaluate(statement.expression, env);
    e.noteReturn(value);
    return "return";
  }
  if (ts.isIfStatement(statement)) return runIf(e, statement, env);
  if (ts.isThrowStatement(statement)) {
    e.facts.thrown.push({
      node: statement,
      entry: e.entry,
      isCaught: e.catching > 0,
      trace: [...e.trace],
    });
    e.evaluate(statement.expression, env);
    return "throw";
  }
  if (ts.isForOfStatement(statement)) return runForOf(e, statement, env);
  if (ts.isForStatement(statement)) return runFor(e, statement, env);
  if (ts.isForInStatement(statement)) {
    const local = new Environment(env);
    e.evaluate(statement.expression, env);
    declareLoopVariable(e, statement.initializer, unknown, local);
    return runLoopBody(e, { over: "unknown" }, statement.statement, local);
  }
  if (ts.isWhileStatement(statement) || ts.isDoStatement(statement)) {
    inspectCondition(e, e.evaluate(statement.expression, env));
    const completion = runLoopBody(e, { over: "while" }, statement.statement, new Environment(env));
    const endless =
      statement.expression.kind === ts.SyntaxKind.TrueKeyword && completion === "return";
    return endless ? "return" : "normal";
  }
  if (ts.isSwitchStatement(statement)) return runSwitch(e, statement, env);
  if (ts.isTryStatement(statement)) return runTry(e, statement, env);
  if (ts.isLabeledStatement(statement)) return runStatement(e, statement.statement, env);
  if (ts.isBreakStatement(statement)) return "break";
  if (ts.isContinueStatement(statement)) return "continue";
  if (ts.isEnumDeclaration(statement))
    env.declare(statement.name.text, enumValue(e, statement, env));
  return "normal";
}

function declare(e: Evaluator, list: ts.VariableDeclarationList, env: Environment): void {
  for (const declaration of list.declarations) {
    let value =
      declaration.initializer === undefined
        ? undefinedValue
        : e.evaluate(declaration.initializer, env);
    if (declaration.type !== undefined) value = refineByType(e, value, declaration.type);
    bindPattern(e, declaration.name, value, env);
  }
}

/** A condition looks at arguments: they count as checked. */
export function inspectCondition(e: Evaluator, condition: Value): void {
  for (const part of walk(condition)) if (part.k === "arg") e.facts.inspect(e.entry, part.path);
}

function runIf(e: Evaluator, statement: ts.IfStatement, env: Environment): Completion {
  const condition = e.evaluate(statement.expression, env);
  inspectCondition(e, condition);
  if (condition.k === "const") {
    const taken = condition.value ? statement.thenStatement : statement.elseStatement;
    return taken === undefined ? "normal" : runStatement(e, taken, new Environment(env));
  }
  const then: BranchPoint = {
    node: statement,
    branch: "then",
    holds: { condition, negated: false },
  };
  const otherwise: BranchPoint = {
    node: statement,
    branch: "else",
    holds: { condition, negated: true },
  };
  const mark = e.log.mark();
  const depth = e.branches.length;
  e.branches.push(then);
  const thenCompletion = runStatement(e, statement.thenStatement, new Environment(env));
  const thenChanges = e.log.undo(mark);
  e.branches.length = depth;
  e.branches.push(otherwise);
  const elseCompletion =
    statement.elseStatement === undefined
      ? "normal"
      : runStatement(e, statement.elseStatement, new Environment(env));
  const elseChanges = e.log.undo(mark);
  e.branches.length = depth;
  if (thenCompletion !== "normal" && elseCompletion !== "normal")
    return thenCompletion === elseCompletion ? thenCompletion : "return";
  if (thenCompletion !== "normal") {
    e.log.apply(elseChanges);
    e.branches.push(otherwise);
  } else if (elseCompletion !== "normal") {
    e.log.apply(thenChanges);
    e.branches.push(then);
  } else {
    e.log.join(thenChanges, elseChanges);
  }
  return "normal";
}

function runSwitch(e: Evaluator, statement: ts.SwitchStatement, env: Environment): Completion {
  const subject = e.evaluate(statement.expression, env);
  inspectCondition(e, subject);
  const depth = e.branches.length;
  let allLeave = statement.caseBlock.clauses.length > 0;
  let hasDefault = false;
  statement.caseBlock.clauses.forEach((clause, index) => {
    if (ts.isDefaultClause(clause)) hasDefault = true;
    else e.evaluate(clause.expression, env);
    const mark = e.log.mark();
    e.branches.push({ node: statement, branch: String(index) });
    const completion = runBlock(e, clause.statements, new Environment(env));
    const changes = e.log.undo(mark);
    e.branches.length = depth;
    if (completion === "return" || completion === "throw") return;
    if (clause.statements.length > 0 || index === statement.caseBlock.clauses.length - 1)
      allLeave = false;
    e.log.join(changes, new Map());
  });
  return allLeave && hasDefault ? "return" : "normal";
}

function runTry(e: Evaluator, statement: ts.TryStatement, env: Environment): Completion {
  const mark = e.log.mark();
  const caughtHere = statement.catchClause !== undefined && !throwsAgain(statement.catchClause);
  if (caughtHere) e.catching++;
  let completion = runBlock(e, statement.tryBlock.statements, new Environment(env));
  if (caughtHere) e.catching--;
  const tried = e.log.undo(mark);
  if (statement.catchClause === undefined) {
    e.log.apply(tried);
  } else {
    const local = new Environment(env);
    const variable = statement.catchClause.variableDeclaration;
    if (variable !== undefined) bindPattern(e, variable.name, unknown, local);
    const caught = runBlock(e, statement.catchClause.block.statements, local);
    const changes = e.log.undo(mark);
    e.log.join(tried, changes);
    if (caught === "normal") completion = "normal";
  }
  if (statement.finallyBlock !== undefined) {
    const last = runBlock(e, statement.finallyBlock.statements, new Environment(env));
    if (last !== "normal") return last;
  }
  return completion;
}

function throwsAgain(clause: ts.CatchClause): boolean {
  const throws = (node: ts.Node): boolean =>
    ts.isThrowStatement(node) ||
    (!ts.isFunctionLike(node) && (ts.forEachChild(node, throws) ?? false));
  return throws(clause.block);
}

function runFor(e: Evaluator, statement: ts.ForStatement, env: Environment): Completion {
  const local = new Environment(env);
  const { initializer, condition, incrementor } = statement;
  if (initializer !== undefined) {
    if (ts.isVariableDeclarationList(initializer)) {
      for (const declaration of initializer.declarations) {
        if (declaration.initializer !== undefined) e.evaluate(declaration.initializer, local);
        bindPattern(e, declaration.name, unknown, local);
      }
    } else {
      e.evaluate(initializer, local);
    }
  }
  // Steps of more than one go through batches.
  const isSingleStep =
    incrementor === undefined || /\+\+|--|\+= 1$|-= 1$/.test(incrementor.getText());
  const isEndless = condition === undefined && incrementor === undefined;
  let loop: LoopContext = { over: isSingleStep && !isEndless ? "unknown" : "while" };
  if (condition !== undefined && isSingleStep) {
    const bound = e.evaluate(condition, local);
    loop = loopOfCondition(bound);
  }
  const completion = runLoopBody(e, loop, statement.statement, local);
  if (incrementor !== undefined) e.evaluate(incrementor, local);
  return completion;
}

/** `i < 10` walks a literal number of times, `i < rows.length` the rows. */
function loopOfCondition(condition: Value): LoopContext {
  if (condition.k !== "compare") return { over: "unknown" };
  for (const side of [condition.right, condition.left]) {
    if (side.k === "const" && typeof side.value === "number")
      return { over: "literal", size: side.value };
    if (side.k === "count" && side.reads[0] !== undefined)
      return { over: "rows", read: side.reads[0] };
    if (side.k === "arg") return { over: "argument" };
  }
  return { over: "unknown" };
}

function runLoopBody(
  e: Evaluator,
  loop: LoopContext,
  body: ts.Statement,
  env: Environment,
): Completion {
  const mark = e.log.mark();
  const depth = e.branches.length;
  const completion = e.inLoop(loop, () => runStatement(e, body, env));
  e.branches.length = depth;
  const changes = e.log.undo(mark);
  e.log.join(changes, new Map());
  return completion === "return" ? "return" : "normal";
}

function runForOf(e: Evaluator, statement: ts.ForOfStatement, env: Environment): Completion {
  let iterated = e.evaluate(statement.expression, env);
  if (iterated.k === "query") {
    iterated = consumeIteration(
      e,
      iterated,
      statement.expression,
      leavesEarly(statement.statement),
    );
  } else if (iterated.k === "union" && iterated.options.some((option) => option.k === "query")) {
    iterated = union(
      ...iterated.options.map((option) =>
        option.k === "query"
          ? consumeIteration(e, option, statement.expression, leavesEarly(statement.statement))
          : option,
      ),
    );
  }
  const { element, loop, rows } = loopElement(e, iterated);
  const local = new Environment(env);
  declareLoopVariable(e, statement.initializer, element, local);
  const mark = e.log.mark();
  const depth = e.branches.length;
  e.inLoop(loop, () => {
    if (rows.length === 0) runStatement(e, statement.statement, local);
    else runBodyOverRows(e, rows, statement.statement, local);
  });
  e.branches.length = depth;
  const changes = e.log.undo(mark);
  e.log.join(changes, new Map());
  return "normal";
}

/** Leading `if (…) continue` of a body, or one `if` around all of it, are filters on the rows walked. */
function runBodyOverRows(
  e: Evaluator,
  rows: RowsValue[],
  body: ts.Statement,
  env: Environment,
): void {
  const statements = ts.isBlock(body) ? [...body.statements] : [body];
  const predicates: Predicate[] = [];
  let index = 0;
  for (; index < statements.length; index++) {
    const statement = statements[index];
    if (statement === undefined) break;
    if (ts.isVariableStatement(statement) && isPure(statement)) {
      runStatement(e, statement, env);
      continue;
    }
    if (!ts.isIfStatement(statement) || statement.elseStatement !== undefined) break;
    const isLast = index === statements.length - 1;
    const skips = isContinue(statement.thenStatement);
    if ((!skips && !isLast) || !isPure(statement.expression)) break;
    const condition = e.evaluate(statement.expression, env);
    inspectCondition(e, condition);
    predicates.push(...predicatesOf(e, condition, { js: rows }, skips));
    if (!skips) {
      index++;
      e.branches.push({ node: statement, branch: "then" });
      runStatement(e, statement.thenStatement, new Environment(env));
      break;
    }
  }
  const rest = statements.slice(index);
  const counts = onlyCounts(index > 0 && rest.length === 0 ? bodyOf(statements.at(-1)) : rest);
  for (const item of rows)
    e.useRows(
      {
        ...item,
        stages: predicates.length > 0 ? [...item.stages, "filter"] : item.stages,
        predicates: [...item.predicates, ...predicates],
      },
      counts ? "length" : "iterate",
      {},
      e.loops.length - 1,
    );
  runBlock(e, rest, env);
}

/** What an `if` around a whole loop body does. */
function bodyOf(statement: ts.Statement | undefined): readonly ts.Statement[] {
  return statement !== undefined && ts.isIfStatement(statement) ? [statement.thenStatement] : [];
}

function isContinue(statement: ts.Statement): boolean {
  if (ts.isContinueStatement(statement)) return true;
  return (
    ts.isBlock(statement) &&
    statement.statements.length === 1 &&
    statement.statements[0] !== undefined &&
    ts.isContinueStatement(statement.statements[0])
  );
}

function isPure(node: ts.Node): boolean {
  let pure = true;
  const visit = (inner: ts.Node): void => {
    if (ts.isAwaitExpression(inner)) pure = false;
    else ts.forEachChild(inner, visit);
  };
  visit(node);
  return pure;
}

/** Whether a loop body can stop the iteration before the end. */
function leavesEarly(body: ts.Statement): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found || ts.isFunctionLike(node)) return;
    if (ts.isBreakStatement(node) || ts.isReturnStatement(node)) {
      found = true;
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function declareLoopVariable(
  e: Evaluator,
  initializer: ts.ForInitializer,
  value: Value,
  env: Environment,
): void {
  if (ts.isVariableDeclarationList(initializer)) {
    for (const declaration of initializer.declarations)
      bindPattern(e, declaration.name, value, env);
  } else if (ts.isIdentifier(initializer)) {
    env.assign(initializer.text, value, e.log);
  }
}
