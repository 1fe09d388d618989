// One monster.
import { createFileRoute } from "@tanstack/react-router";
import { MonsterPage } from "../../../../features/bestiary/bestiary-page";

export const Route = createFileRoute("/_gm/_in/_book/bestiary/$slug")({ component: Monster });

function Monster() {
  const { slug } = Route.useParams();
  return <MonsterPage slug={slug} />;
}
