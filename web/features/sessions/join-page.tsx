// From a code to a seat: signs a new player in, or seats one who is signed in already.
import { useAuthActions } from "@convex-dev/auth/react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useAction, useConvexAuth } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "../../../convex/_generated/api";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { PulseLines } from "../../components/ui/pulse";
import { HomeLink } from "../shell/wordmark";
import { JoinForm } from "./join-form";
import "./join-card.css";
import { usePageTitle } from "../shell/use-page-title";

export function JoinPage({ code = "" }: { code?: string }) {
  usePageTitle("Join the table");
  const { isLoading, isAuthenticated } = useConvexAuth();
  const me = useLive(api.users.me, isAuthenticated ? {} : "skip");
  const name = me.status === "here" ? (me.data?.name ?? null) : null;
  // Signing in turns the newcomer into somebody known before the seat is found: the form stays until then.
  const [isJoining, setIsJoining] = useState(false);
  const isKnown = isAuthenticated && name !== null;
  return (
    <>
      <header className="border-b border-line px-4">
        <HomeLink />
      </header>
      <main id="content" className="page grid max-w-xl gap-6">
        <h1 className="text-head">Join the table</h1>
        {!isJoining && (isLoading || (isAuthenticated && me.status === "pending")) ? (
          <PulseLines label="One moment" lines={4} height="2.75rem" />
        ) : !isJoining && isKnown ? (
          <JoinAgain code={code} name={name} />
        ) : (
          <JoinFirst code={code} onJoining={setIsJoining} />
        )}
      </main>
    </>
  );
}

function JoinFirst({ code, onJoining }: { code: string; onJoining: (isJoining: boolean) => void }) {
  const { signIn } = useAuthActions();
  const { isAuthenticated } = useConvexAuth();
  const navigate = useNavigate();
  const [wasJoined, setWasJoined] = useState(false);
  const seats = useLive(api.sessions.mySeats, wasJoined && isAuthenticated ? {} : "skip");
  const join = useCommand(
    (entry: { code: string; name: string }) => signIn("table", entry),
    "here",
  );
  const newest = seats.status === "here" ? seats.data[0] : undefined;
  useEffect(() => {
    if (newest === undefined) return;
    void navigate({
      to: "/play/$sessionId",
      params: { sessionId: newest.sessionId },
      replace: true,
    });
  }, [newest, navigate]);
  return (
    <JoinForm
      initialCode={code}
      isPending={join.isPending || wasJoined}
      refusal={join.refusal?.message ?? null}
      onJoin={(entry) => {
        onJoining(true);
        void join.run(entry).then((result) => {
          const isIn = result?.signingIn === true;
          setWasJoined(isIn);
          onJoining(isIn);
        });
      }}
    />
  );
}

function JoinAgain({ code, name }: { code: string; name: string }) {
  const navigate = useNavigate();
  const join = useCommand(useAction(api.sessions.joinWithCode), "here");
  return (
    <>
      <p>
        You are <b>{name}</b> on this device.{" "}
        <Link to="/play" className="inline-block py-2">
          Your tables
        </Link>
      </p>
      <JoinForm
        initialCode={code}
        asksName={false}
        isPending={join.isPending}
        refusal={join.refusal?.message ?? null}
        onJoin={(entry) => {
          void join.run({ code: entry.code }).then((result) => {
            if (result !== undefined) {
              void navigate({ to: "/play/$sessionId", params: { sessionId: result.sessionId } });
            }
          });
        }}
      />
    </>
  );
}
