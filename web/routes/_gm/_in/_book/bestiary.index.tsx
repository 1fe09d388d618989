// The bestiary.
import { createFileRoute } from "@tanstack/react-router";
import { BestiaryPage } from "../../../../features/bestiary/bestiary-page";

export const Route = createFileRoute("/_gm/_in/_book/bestiary/")({ component: BestiaryPage });
