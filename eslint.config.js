// Lint: typed rules everywhere, Convex's rules on convex/, accessibility on web/, and the walls between folders.
import js from "@eslint/js";
import convexPlugin from "@convex-dev/eslint-plugin";
import jsxA11y from "eslint-plugin-jsx-a11y-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** One wall: files of a folder may not import what the patterns name. The last block that matches a file wins. */
const wall = (files, regex, message) => ({
  files,
  ignores: ["**/*.test.{ts,tsx}", "**/*.test-support.ts", "**/test/**"],
  rules: { "no-restricted-imports": ["error", { patterns: [{ regex, message }] }] },
});

/** The rooms of the local backend, each with those that it may not look into. */
const rooms = {
  values: "store|schema|auth|database|subscriptions|runtime|scheduler|sync|http|admin",
  store: "schema|auth|database|subscriptions|runtime|scheduler|sync|http|admin",
  schema: "store|auth|database|subscriptions|runtime|scheduler|sync|http|admin",
  auth: "store|schema|database|subscriptions|runtime|scheduler|sync|http|admin",
  database: "subscriptions|runtime|scheduler|sync|http|admin",
  subscriptions: "runtime|scheduler|sync|http|admin",
  runtime: "subscriptions|scheduler|sync|http|admin",
  scheduler: "subscriptions|sync|http|admin",
  sync: "http|admin",
  http: "sync|admin",
  admin: "sync|http",
};

export default defineConfig(
  globalIgnores([
    "**/dist/**",
    "**/node_modules/**",
    "convex/_generated/**",
    "web/routeTree.gen.ts",
    "packages/*/test/fixtures/**",
    "packages/*/test/corpus/**",
    ".torchkeeper/**",
    "test-results/**",
    "playwright-report/**",
  ]),
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        URL: "readonly",
        fetch: "readonly",
        performance: "readonly",
        Buffer: "readonly",
      },
    },
  },
  {
    files: ["**/*.test.{ts,tsx}", "e2e/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
  ...convexPlugin.configs.recommended,
  {
    files: ["web/**/*.tsx"],
    extends: [jsxA11y.configs.recommended],
    plugins: { "react-hooks": reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  wall(["packages/rules/**"], "^(convex|react|node:|@torchkeeper/)", "rules imports nothing"),
  wall(
    ["packages/content/**"],
    "^(convex|react|@torchkeeper/(?!rules))",
    "content imports rules only",
  ),
  wall(
    ["convex/**"],
    "^(react|@torchkeeper/(?!rules|content)|(\\.\\./)+(web|packages)/)",
    "convex/ imports rules and content only",
  ),
  wall(
    ["web/**"],
    "^(@torchkeeper/(?!rules|content)|node:|(\\.\\./)+packages/)",
    "web/ imports rules, types of content, and convex/_generated",
  ),
  wall(
    ["packages/local-backend/src/**"],
    "^(react|@torchkeeper/|convex-data-engineer)",
    "the local backend knows nothing of ours",
  ),
  // Later blocks replace earlier ones, so each repeats the package's own wall.
  ...Object.entries(rooms).map(([room, closed]) =>
    wall(
      [`packages/local-backend/src/${room}/**`],
      `^(react|@torchkeeper/|convex-data-engineer|(\\.\\./)+(${closed})/)`,
      `${room}/ may not import from this room of the local backend`,
    ),
  ),
  wall(
    ["packages/data-engineer/src/**"],
    "^(react|@torchkeeper/(?!local-backend$)|@torchkeeper/local-backend/)",
    "the data engineer uses the local backend's public entry only",
  ),
);
