// From definitions to instances: every use of a component under a name is an instance with its own tables.
import { isJsonObject, type Json } from "../values/json.ts";
import type {
  AnalyzedDefinition,
  ComponentInstance,
  ComponentPath,
  EnvBinding,
} from "./analysis.ts";
import { CompileError } from "./app-bundle.ts";

interface Child {
  name: string;
  definitionPath: string;
  environment: [string, EnvBinding][];
}

/**
 * The tree below the app, parents before children.
 *
 * @throws CompileError for duplicate names, unknown definitions, missing or unknown variables, colliding mounts
 */
export function buildComponentTree(
  definitions: ReadonlyMap<string, AnalyzedDefinition>,
  environment: Readonly<Record<string, string>>,
): Map<ComponentPath, ComponentInstance> {
  checkAppVariables(definitions.get(""), environment);
  const instances = new Map<ComponentPath, ComponentInstance>();

  const add = (
    path: ComponentPath,
    name: string,
    definitionPath: string,
    bound: ReadonlyMap<string, EnvBinding> | null,
    httpPrefix: string | null,
  ): void => {
    const definition = definitions.get(definitionPath);
    if (definition === undefined) {
      throw new CompileError(`The component "${path}" has no definition at "${definitionPath}".`);
    }
    const children = new Map<string, ComponentPath>();
    const instance: ComponentInstance = {
      path,
      name,
      definitionPath,
      children,
      environment: bound,
      httpPrefix,
    };
    instances.set(path, instance);
    const mounts = mountsOf(definition);
    for (const child of childrenOf(definition)) {
      if (children.has(child.name)) {
        throw new CompileError(
          `Two components are named "${child.name}" in "${definitionPath || "the app"}". Give one another name: app.use(component, { name: "…" }).`,
        );
      }
      const childPath = path === "" ? child.name : `${path}/${child.name}`;
      children.set(child.name, childPath);
      const mount = mounts.get(child.name);
      const prefix =
        mount === undefined || httpPrefix === null ? null : httpPrefix.replace(/\/$/, "") + mount;
      const bindings = bind(child, definitions.get(child.definitionPath), bound);
      add(childPath, child.name, child.definitionPath, bindings, prefix);
    }
  };
  add("", "", "", null, "/");
  return instances;
}

function childrenOf(definition: AnalyzedDefinition): Child[] {
  const children = definition.definition["childComponents"];
  if (!Array.isArray(children)) return [];
  return children.flatMap((child) => {
    if (!isJsonObject(child)) return [];
    return [
      {
        name: textOf(child["name"]),
        definitionPath: textOf(child["path"]),
        environment: bindingsOf(child["env"] ?? null),
      },
    ];
  });
}

function bindingsOf(json: Json): [string, EnvBinding][] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((pair): [string, EnvBinding][] => {
    if (!Array.isArray(pair)) return [];
    const [name, binding] = pair;
    if (typeof name !== "string" || !isJsonObject(binding)) return [];
    return binding["type"] === "envVar"
      ? [[name, { kind: "variable", name: textOf(binding["name"]) }]]
      : [[name, { kind: "value", value: textOf(binding["value"]) }]];
  });
}

function textOf(json: Json | undefined): string {
  return typeof json === "string" ? json : "";
}

interface DeclaredVariable {
  name: string;
  optional: boolean;
}

function declaredVariables(definition: AnalyzedDefinition | undefined): DeclaredVariable[] {
  const declared = definition?.definition["envVars"];
  if (!Array.isArray(declared)) return [];
  return declared.flatMap((pair) => {
    if (!Array.isArray(pair)) return [];
    const [name, description] = pair;
    if (typeof name !== "string") return [];
    return [{ name, optional: isJsonObject(description) && description["optional"] === true }];
  });
}

/** References to variables of the parent are followed up, so that an instance's bindings name variables of the app. */
function bind(
  child: Child,
  definition: AnalyzedDefinition | undefined,
  parent: ReadonlyMap<string, EnvBinding> | null,
): Map<string, EnvBinding> {
  const declared = declaredVariables(definition);
  const bound = new Map<string, EnvBinding>();
  for (const [name, binding] of child.environment) {
    if (!declared.some((variable) => variable.name === name)) {
      throw new CompileError(
        `The component "${child.name}" declares no environment variable "${name}".`,
      );
    }
    if (binding.kind === "value" || parent === null) bound.set(name, binding);
    else {
      const resolved = parent.get(binding.name);
      if (resolved !== undefined) bound.set(name, resolved);
    }
  }
  const missing = declared.filter((variable) => !variable.optional && !bound.has(variable.name));
  if (missing.length > 0) {
    throw new CompileError(
      `The component "${child.name}" needs environment variables that are not given: ${missing.map((variable) => variable.name).join(", ")}. Bind them with app.use(component, { env: { … } }).`,
    );
  }
  return bound;
}

function checkAppVariables(
  app: AnalyzedDefinition | undefined,
  environment: Readonly<Record<string, string>>,
): void {
  const missing = declaredVariables(app).filter(
    (variable) => !variable.optional && environment[variable.name] === undefined,
  );
  if (missing.length > 0) {
    throw new CompileError(
      `Environment variables that convex.config declares are not set: ${missing.map((variable) => variable.name).join(", ")}. Set them and start again.`,
    );
  }
}

/** Child name to mount prefix, `/prefix/`. */
function mountsOf(definition: AnalyzedDefinition): Map<string, string> {
  const mounts = definition.definition["httpMounts"];
  const byChild = new Map<string, string>();
  if (!isJsonObject(mounts)) return byChild;
  const prefixes = Object.keys(mounts);
  for (const prefix of prefixes) {
    const clash = prefixes.find((other) => other !== prefix && other.startsWith(prefix));
    if (clash !== undefined) {
      throw new CompileError(`The http mounts "${prefix}" and "${clash}" overlap.`);
    }
    byChild.set(textOf(mounts[prefix]).replace("_reference/childComponent/", ""), prefix);
  }
  return byChild;
}
