// One campaign: its sessions, newest first, and who belongs to it.
import { Link, useNavigate } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { LiveView } from "../shell/live-view";
import { usePageTitle } from "../shell/use-page-title";
import { NewNameForm } from "./new-name-form";

const statusWords = {
  planning: "in preparation",
  active: "at the table",
  completed: "played",
  archived: "put away",
};

export function CampaignPage({ campaignId }: { campaignId: Id<"campaigns"> }) {
  const campaign = useLive(api.campaigns.get, { campaignId });
  usePageTitle(campaign.status === "here" ? campaign.data.campaign.name : "Campaign");
  return (
    <main id="content" className="page grid gap-8">
      <LiveView
        live={campaign}
        loading="The campaign is loading"
        onward={<Link to="/">All campaigns</Link>}
      >
        {({ campaign: { name, description }, role, members }) => (
          <>
            <header>
              <h1 className="text-head">{name}</h1>
              {description !== "" && <p className="text-dim">{description}</p>}
            </header>
            <Sessions campaignId={campaignId} mayCreate={role === "gm" || role === "coGm"} />
            <section className="chapter" aria-labelledby="members">
              <h2 id="members" className="mb-2 text-lead">
                People
              </h2>
              <ul>
                {members.map((member) => (
                  <li
                    key={member.userId}
                    className="flex justify-between gap-4 border-b border-line py-2"
                  >
                    <span>{member.name}</span>
                    <span className="text-dim">
                      {member.role === "coGm" ? "co-GM" : member.role === "gm" ? "GM" : member.role}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          </>
        )}
      </LiveView>
    </main>
  );
}

function Sessions({ campaignId, mayCreate }: { campaignId: Id<"campaigns">; mayCreate: boolean }) {
  const sessions = useLive(api.sessions.list, { campaignId });
  const create = useCommand(useMutation(api.sessions.create), "here");
  const navigate = useNavigate();
  return (
    <section className="chapter grid gap-4" aria-labelledby="sessions">
      <h2 id="sessions" className="text-lead">
        Sessions
      </h2>
      <LiveView live={sessions} loading="Sessions are loading">
        {(list) => (
          <>
            {list.length === 0 && (
              <p className="text-dim">
                No session yet. Name the first evening and open it: the join code is inside.
              </p>
            )}
            <ul>
              {list.map((session) => (
                <li key={session._id} className="border-b border-line">
                  <Link
                    to="/sessions/$sessionId"
                    params={{ sessionId: session._id }}
                    className="flex min-h-14 flex-wrap items-baseline justify-between gap-x-4 px-1 py-3 no-underline hover:bg-raised"
                  >
                    <span className="font-display text-lead font-black">{session.name}</span>
                    <span className="text-small text-dim">{statusWords[session.status]}</span>
                  </Link>
                </li>
              ))}
            </ul>
            {mayCreate && (
              <NewNameForm
                label="Session name"
                placeholder={`Evening ${String(list.length + 1)}`}
                action="Make the session"
                isPending={create.isPending}
                refusal={create.refusal?.message ?? null}
                onSubmit={(name) => {
                  void create.run({ campaignId, name }).then((sessionId) => {
                    if (sessionId !== undefined) {
                      void navigate({ to: "/sessions/$sessionId", params: { sessionId } });
                    }
                  });
                }}
              />
            )}
          </>
        )}
      </LiveView>
    </section>
  );
}
