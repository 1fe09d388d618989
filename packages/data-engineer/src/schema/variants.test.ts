// A discriminator that the other fields of a condition settle already.
import { expect, test } from "vitest";
import { impliesConstant } from "./variants.ts";
import { parseValidator } from "./validator.ts";

const text = { fieldType: { type: "string" }, optional: false };
const literal = (value: string) => ({ fieldType: { type: "literal", value }, optional: false });
const variants = {
  type: "union",
  value: [
    { type: "object", value: { kind: literal("all"), name: text } },
    { type: "object", value: { kind: literal("one"), name: text, modelId: text } },
    { type: "object", value: { kind: literal("two"), name: text, toolId: text, modelId: text } },
  ],
};

test.each([
  ["a field of one variant", ["name", "toolId"], '"two"', true],
  ["a field of two variants", ["name", "modelId"], '"two"', false],
  ["a field of all variants", ["name"], '"all"', false],
  ["a field of another variant", ["toolId"], '"one"', false],
  ["fields that no variant has together", ["toolId", "nothing"], '"two"', false],
])("%s", (_name, present, constant, expected) => {
  expect(impliesConstant(parseValidator(variants), present, "kind", constant)).toBe(expected);
});

test("variants of an object inside the document count by its own fields", () => {
  const document = parseValidator({
    type: "object",
    value: { name: text, state: { fieldType: variants, optional: false } },
  });
  expect(impliesConstant(document, ["state.toolId"], "state.kind", '"two"')).toBe(true);
  expect(impliesConstant(document, ["name"], "state.kind", '"two"')).toBe(false);
});
