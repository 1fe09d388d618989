// Faults of the server itself under a function: whoever called learns nothing of them, whoever operates it everything.
import { expect, test } from "vitest";
import type { FileStorage } from "./file-storage.ts";
import { CallFailed, openProject } from "./runner-project.test-support.ts";

const diskGone = (): never => {
  throw new RangeError("the disk is gone");
};
const brokenStorage: FileStorage = {
  getUrl: diskGone,
  getMetadata: diskGone,
  generateUploadUrl: diskGone,
  delete: diskGone,
  store: diskGone,
  get: diskGone,
};

test.each(["mutation", "action"] as const)(
  "a fault under %s is logged with its error, and its caller told nothing of it",
  async (kind) => {
    const logged: unknown[] = [];
    const project = await openProject("semantics", {
      storage: brokenStorage,
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (fields) => logged.push(fields["err"]),
      },
    });
    try {
      const call =
        kind === "mutation"
          ? project.mutation("files:storeInMutation", { text: "x" })
          : project.action("files:store", { text: "x" });
      const failure: unknown = await call.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CallFailed);
      expect(String(failure)).not.toContain("disk");
      expect(logged).toContainEqual(expect.objectContaining({ message: "the disk is gone" }));
      expect(logged.every((error) => error instanceof Error)).toBe(true);
    } finally {
      await project.close();
    }
  },
);
