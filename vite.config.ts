// Builds and serves the web app. In development, calls to the data layer go to a backend on another port.
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => {
  const backend = loadEnv(mode, ".", "TORCHKEEPER_")["TORCHKEEPER_BACKEND"];
  const target = backend ?? "http://127.0.0.1:3210";
  return {
    root: "web",
    plugins: [
      tanstackRouter({
        target: "react",
        autoCodeSplitting: true,
        routesDirectory: "routes",
        generatedRouteTree: "routeTree.gen.ts",
        routeFileIgnorePattern: "\\.test\\.",
      }),
      react(),
      tailwindcss(),
    ],
    build: { outDir: "../dist/web", emptyOutDir: true, sourcemap: true },
    server: {
      proxy: {
        "/api": { target, ws: true },
        "/http": { target },
        "/local": { target },
      },
    },
  };
});
