// Starts the app: theme first, so that nothing flashes, then the router.
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource/vollkorn/latin-400.css";
import "@fontsource/vollkorn/latin-400-italic.css";
import "@fontsource/vollkorn/latin-900.css";
import "@fontsource/vollkorn/latin-ext-900.css";
import "@fontsource/unifrakturcook/latin-700.css";
import "./styles/app.css";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { chosenTheme, showTheme } from "./features/shell/theme";
import { routeTree } from "./routeTree.gen";

const router = createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

showTheme(chosenTheme() ?? "dark");

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id `root`");
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
