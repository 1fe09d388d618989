import { attributionLine as lineOfContent } from "@torchkeeper/content";
import { expect, test } from "vitest";
import { attributionLine } from "./attribution-line";

test("the licence line on the page is the one that the content is published under", () => {
  expect(attributionLine).toBe(lineOfContent);
});
