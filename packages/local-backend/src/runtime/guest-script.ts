// The script that makes an empty context a realm: a file beside this one when built, bundled from `guest/realm.ts` when running
// from sources. It must be one plain script, because a realm has neither modules nor packages.
// Cast: esbuild is loaded only when running from sources, through require, which has no types.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

let script: string | null = null;

/** JavaScript whose value is `setUp` of `guest/realm.ts`. */
export function guestScript(): string {
  script ??= `(function () { ${load()}\nreturn convexRealm.setUp; })()`;
  return script;
}

function load(): string {
  if (!import.meta.url.endsWith(".ts")) {
    return readFileSync(new URL("./guest-realm.js", import.meta.url), "utf8");
  }
  const require = createRequire(import.meta.url);
  const esbuild = require("esbuild") as {
    buildSync(options: object): { outputFiles: { text: string }[] };
  };
  const [output] = esbuild.buildSync({
    ...guestBuildOptions,
    entryPoints: [fileURLToPath(new URL("./guest/realm.ts", import.meta.url))],
    write: false,
  }).outputFiles;
  if (output === undefined) throw new Error("The realm script compiled to nothing");
  return output.text;
}

/** esbuild's options for the built file `guest-realm.js`; the package's build uses the same. */
export const guestBuildOptions = {
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "node20",
  globalName: "convexRealm",
  minify: true,
  keepNames: true,
} as const;
