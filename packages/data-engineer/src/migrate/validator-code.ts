// A validator as source: the condition under which a value fits it.
import { flatUnion, printKey, printLiteral, type Validator } from "../schema/validator.ts";

export interface Condition {
  code: string;
  /** It asks `ctx.db` which table an id belongs to. */
  usesDatabase: boolean;
  /** It calls `isObject`. */
  usesObjects: boolean;
}

/** Declaration that conditions with `usesObjects` need. */
export const isObjectCode = `function isObject(value: any): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ArrayBuffer)
  );
}`;

/** @param ignored - fields that every object may have besides, such as the system's own */
export function conditionFor(
  type: Validator,
  expression: string,
  ignored: readonly string[] = [],
): Condition {
  const uses = { usesDatabase: false, usesObjects: false };
  const make = (
    validator: Validator,
    at: string,
    depth: number,
    extra: readonly string[],
  ): string => {
    const item = depth === 0 ? "item" : `item${depth + 1}`;
    switch (validator.type) {
      case "any":
        return "true";
      case "null":
        return `${at} === null`;
      case "number":
      case "boolean":
      case "string":
        return `typeof ${at} === "${validator.type}"`;
      case "bigint":
      case "commitTs":
        return `typeof ${at} === "bigint"`;
      case "bytes":
        return `${at} instanceof ArrayBuffer`;
      case "literal":
        return `${at} === ${printLiteral(validator.value)}`;
      case "id":
        uses.usesDatabase = true;
        return `(typeof ${at} === "string" && ctx.db.normalizeId(${JSON.stringify(validator.tableName)}, ${at}) !== null)`;
      case "array": {
        const inner = make(validator.value, item, depth + 1, []);
        return inner === "true"
          ? `Array.isArray(${at})`
          : `(Array.isArray(${at}) && ${at}.every((${item}: any) => ${inner}))`;
      }
      case "record": {
        uses.usesObjects = true;
        const inner = make(validator.values.fieldType, item, depth + 1, []);
        const values =
          inner === "true" ? "" : ` && Object.values(${at}).every((${item}: any) => ${inner})`;
        return `(isObject(${at})${values})`;
      }
      case "object": {
        uses.usesObjects = true;
        const known = [...extra, ...Object.keys(validator.value)];
        const names = `${JSON.stringify(known)}.includes(name)`;
        const fields = Object.entries(validator.value).map(([name, field]) => {
          const place = /^[A-Za-z_$][\w$]*$/.test(name)
            ? `${at}.${name}`
            : `${at}[${printKey(name)}]`;
          const inner = make(field.fieldType, place, depth, []);
          if (!field.optional) return inner === "true" ? `${place} !== undefined` : inner;
          return inner === "true" ? "true" : `(${place} === undefined || ${inner})`;
        });
        const tests = [
          `isObject(${at})`,
          `Object.keys(${at}).every((name) => ${names})`,
          ...fields.filter((test) => test !== "true"),
        ];
        return `(${tests.join(" && ")})`;
      }
      case "union": {
        const members = flatUnion(validator);
        if (members.length === 0) return "false";
        const literals = members.filter((member) => member.type === "literal");
        const tests = members
          .filter((member) => member.type !== "literal")
          .map((member) => make(member, at, depth, extra));
        if (literals.length > 1)
          tests.unshift(
            `[${literals.map((member) => (member.type === "literal" ? printLiteral(member.value) : "")).join(", ")}].includes(${at})`,
          );
        else tests.unshift(...literals.map((member) => make(member, at, depth, extra)));
        return tests.length === 1 ? (tests[0] ?? "false") : `(${tests.join(" || ")})`;
      }
    }
  };
  const code = make(type, expression, 0, ignored);
  return { code, ...uses };
}
