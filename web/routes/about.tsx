// Licences and thanks.
import { createFileRoute } from "@tanstack/react-router";
import { AboutPage } from "../features/shell/about-page";

export const Route = createFileRoute("/about")({ component: AboutPage });
