// The GM's home: campaigns, and the way to the next table.
import { Link, useNavigate } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { LiveView } from "../shell/live-view";
import { NewNameForm } from "./new-name-form";
import { usePageTitle } from "../shell/use-page-title";

const roleWords = {
  gm: "you run it",
  coGm: "you help run it",
  player: "you play",
  spectator: "you watch",
};

export function HomePage() {
  usePageTitle("Campaigns");
  const campaigns = useLive(api.campaigns.list, {});
  const create = useCommand(useMutation(api.campaigns.create), "here");
  const navigate = useNavigate();
  return (
    <main id="content" className="page grid gap-8">
      <h1 className="text-head">Campaigns</h1>
      <LiveView live={campaigns} loading="Campaigns are loading">
        {(list) =>
          list.length === 0 ? (
            <p className="text-dim">
              No campaign yet. Name one below; a session and the join code come next.
            </p>
          ) : (
            <ul className="border-t-3 border-ink">
              {list.map((campaign) => (
                <li key={campaign._id} className="border-b border-line">
                  <Link
                    to="/campaigns/$campaignId"
                    params={{ campaignId: campaign._id }}
                    className="flex min-h-14 flex-wrap items-baseline justify-between gap-x-4 px-1 py-3 no-underline hover:bg-raised"
                  >
                    <span className="font-display text-title font-black leading-tight">
                      {campaign.name}
                    </span>
                    <span className="text-small text-dim">{roleWords[campaign.role]}</span>
                    {campaign.description !== "" && (
                      <span className="w-full text-dim">{campaign.description}</span>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </LiveView>
      <section className="chapter" aria-labelledby="new-campaign">
        <h2 id="new-campaign" className="mb-3 text-lead">
          New campaign
        </h2>
        <NewNameForm
          label="Campaign name"
          placeholder="The drowned crypt"
          action="Make the campaign"
          isPending={create.isPending}
          refusal={create.refusal?.message ?? null}
          onSubmit={(name) => {
            void create.run({ name }).then((campaignId) => {
              if (campaignId !== undefined) {
                void navigate({ to: "/campaigns/$campaignId", params: { campaignId } });
              }
            });
          }}
        />
      </section>
    </main>
  );
}
