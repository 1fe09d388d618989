// The schema text of the deploys between the old and the new shape: what to write where, for one change.
import { isEquivalent } from "../schema/inclusion.ts";
import { editAt, editObjects, type Segment } from "../schema/path.ts";
import {
  flatUnion,
  printFlat,
  printKey,
  type ObjectField,
  type Validator,
  ownField,
} from "../schema/validator.ts";
import type { Change } from "./change.ts";

/** The document type that holds the old and the new form of what changes, and is otherwise the old one. */
export function widened(change: Change, document: Validator): Validator {
  const { at, before, after, toAt } = change;
  const parent = at.slice(0, -1);
  const last = at.at(-1);
  const withField = (segment: Segment | undefined, field: ObjectField) =>
    editObjects(document, parent, (object) =>
      segment?.kind === "field"
        ? { type: "object", value: { ...object.value, [segment.name]: field } }
        : object,
    );
  switch (change.change) {
    case "required-field-added":
    case "field-made-required":
      return after === null
        ? document
        : withField(last, { fieldType: unionOf(before, after), optional: true });
    case "field-removed":
      return before === null ? document : withField(last, { fieldType: before, optional: true });
    case "field-renamed": {
      const fresh = toAt?.at(-1);
      return editObjects(document, parent, (object) => {
        if (last?.kind !== "field" || fresh?.kind !== "field") return object;
        const old = ownField(object, last.name);
        if (old === undefined || after === null) return object;
        return {
          type: "object",
          value: {
            ...object.value,
            [last.name]: { ...old, optional: true },
            [fresh.name]: { fieldType: after, optional: true },
          },
        };
      });
    }
    case "type-narrowed":
    case "type-replaced":
    case "id-target-changed":
      return after === null ? document : editAt(document, at, (old) => unionOf(old, after));
    default:
      return document;
  }
}

function unionOf(a: Validator | null, b: Validator): Validator {
  if (a === null) return b;
  const members = [...flatUnion(a)];
  for (const item of flatUnion(b))
    if (!members.some((member) => isEquivalent(member, item))) members.push(item);
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { type: "union", value: members };
}

/** The line of the top-level field that holds a place, or the whole table where there is no single one. */
export function schemaLine(
  table: string,
  document: Validator,
  places: readonly (readonly Segment[])[],
): string {
  if (document.type !== "object") return `${printKey(table)}: defineTable(${printFlat(document)})`;
  const names = new Set(places.flatMap(([head]) => (head?.kind === "field" ? [head.name] : [])));
  if (names.size === 0) {
    const fields = Object.entries(document.value).map(([name, field]) => fieldLine(name, field));
    return `${printKey(table)}: defineTable({ ${fields.join(", ")} })`;
  }
  return [...names]
    .flatMap((name) => {
      const field = ownField(document, name);
      return field === undefined ? [] : [fieldLine(name, field)];
    })
    .join(", ");
}

function fieldLine(name: string, field: ObjectField): string {
  const text = printFlat(field.fieldType);
  return `${printKey(name)}: ${field.optional ? `v.optional(${text})` : text}`;
}
