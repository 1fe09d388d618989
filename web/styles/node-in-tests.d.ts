// The two calls of Node that tests here use to read a style sheet; the app itself never sees Node.
declare module "node:fs" {
  export function readFileSync(path: string, encoding: "utf8"): string;
}
declare module "node:url" {
  export function fileURLToPath(url: string): string;
}
