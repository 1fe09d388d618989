// The bestiary as a page of its own, and the page of one monster.
import { Link } from "@tanstack/react-router";
import { api } from "../../../convex/_generated/api";
import { useLive } from "../../backend/use-live";
import { LiveView } from "../shell/live-view";
import { MonsterBrowser } from "./monster-browser";
import { RollingStatBlock } from "./rolling-stat-block";
import { usePageTitle } from "../shell/use-page-title";

export function BestiaryPage() {
  usePageTitle("Bestiary");
  return (
    <main id="content" className="page grid gap-4">
      <h1 className="text-head">Bestiary</h1>
      <MonsterBrowser
        entry={(monster) => (
          <>
            <RollingStatBlock monster={monster} />
            <p className="pt-2 text-small">
              <Link
                to="/bestiary/$slug"
                params={{ slug: monster.slug }}
                className="inline-block py-2"
              >
                A page of its own
              </Link>
            </p>
          </>
        )}
      />
    </main>
  );
}

export function MonsterPage({ slug }: { slug: string }) {
  const monster = useLive(api.monsters.getBySlug, { slug });
  usePageTitle(monster.status === "here" ? monster.data.displayName : "Bestiary");
  return (
    <main id="content" className="page grid gap-4">
      <p>
        <Link to="/bestiary" className="inline-flex min-h-11 items-center">
          Bestiary
        </Link>
      </p>
      <LiveView live={monster} loading="The monster is loading" lines={8}>
        {(found) => <RollingStatBlock monster={found} headingLevel={1} />}
      </LiveView>
    </main>
  );
}
