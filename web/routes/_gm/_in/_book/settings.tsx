// The GM's settings.
import { createFileRoute } from "@tanstack/react-router";
import { SettingsPage } from "../../../../features/account/settings-page";

export const Route = createFileRoute("/_gm/_in/_book/settings")({ component: SettingsPage });
