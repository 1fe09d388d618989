// Test projects by environment: Node for the packages, the edge runtime for the data layer, a DOM for the interface.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: ["packages/*/{src,test}/**/*.test.ts", "scripts/**/*.test.{ts,mjs}"],
          exclude: ["**/node_modules/**", "**/fixtures/**", "**/corpus/**"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "convex",
          environment: "edge-runtime",
          include: ["convex/**/*.test.ts"],
          server: { deps: { inline: ["convex-test"] } },
          testTimeout: 30_000,
        },
      },
      {
        // The same tests of the data layer, on the real engine of the local backend.
        test: {
          name: "convex-local",
          environment: "node",
          include: ["convex/**/*.test.ts"],
          env: { TORCHKEEPER_TEST_ENGINE: "local" },
          testTimeout: 30_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: "ui",
          environment: "happy-dom",
          include: ["web/**/*.test.{ts,tsx}"],
          testTimeout: 30_000,
        },
      },
    ],
  },
});
