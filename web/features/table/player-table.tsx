// The player's phone: own sheet, with torch and turn always on top; the fight in words; the dice.
import { useAuthActions } from "@convex-dev/auth/react";
import { Link } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asId } from "../../backend/ids";
import { useServerTimed } from "../../backend/server-clock-provider";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button, buttonClass } from "../../components/ui/button";
import { ErrorNotice } from "../../components/ui/notice";
import { LiveRegion } from "../../components/ui/live-region";
import { PulseLines } from "../../components/ui/pulse";
import { ThemeChoice } from "../account/theme-choice";
import { NewCharacter } from "../characters/new-character";
import { SheetPanel } from "../characters/sheet-panel";
import { lastRollWords, useTableRoll } from "../dice/use-table-roll";
import { hasTurns, type Fight } from "../encounter/fight";
import { InitiativeList } from "../encounter/initiative-list";
import { TurnRail } from "../encounter/turn-rail";
import { DarknessBanner, useDarkness } from "../light/darkness";
import { LightPanel } from "../light/light-panel";
import { isDark } from "../light/light-words";
import { LiveView } from "../shell/live-view";
import { useWakeLock } from "../shell/use-wake-lock";
import { LastRoll } from "./last-roll";
import { LogPanel } from "./log-panel";
import { SectionTabs } from "./section-tabs";
import { TableBar } from "./table-bar";

type Section = "sheet" | "fight" | "light" | "log";

const sections = [
  { id: "sheet", label: "Sheet" },
  { id: "fight", label: "Fight" },
  { id: "light", label: "Light" },
  { id: "log", label: "Dice" },
] as const satisfies readonly { id: Section; label: string }[];

export function PlayerTable({ sessionId }: { sessionId: Id<"sessions"> }) {
  const session = useLive(api.sessions.get, { sessionId });
  const me = useLive(api.users.me, {});
  const seats = useLive(api.sessions.mySeats, {});
  if (session.status === "refused") return <NoSeat message={session.refusal.message} />;
  if (session.status === "pending" || me.status !== "here" || seats.status !== "here") {
    return (
      <main id="content" className="page">
        <PulseLines label="Your seat is loading" lines={8} />
      </main>
    );
  }
  const seat = seats.data.find((own) => own.sessionId === sessionId);
  if (me.data === null || seat === undefined) {
    return (
      <NoSeat message="You have no seat at this table. Join it with the code your GM shows." />
    );
  }
  return (
    <Seat
      sessionId={sessionId}
      title={session.data.session.name}
      userId={me.data._id}
      characterId={seat.characterId}
    />
  );
}

/** One clear message and the way on, for a seat that was taken away or never was. */
function NoSeat({ message }: { message: string }) {
  return (
    <main id="content" className="page grid gap-4">
      <h1 className="text-head">No seat here</h1>
      <ErrorNotice message={message}>
        <Link to="/join" className={buttonClass("primary")}>
          Join with a code
        </Link>
      </ErrorNotice>
    </main>
  );
}

type SeatProps = {
  sessionId: Id<"sessions">;
  title: string;
  userId: Id<"users">;
  characterId: Id<"characters"> | null;
};

function Seat({ sessionId, title, userId, characterId }: SeatProps) {
  const [section, setSection] = useState<Section>("sheet");
  const fightLive = useLive(api.encounters.current, { sessionId });
  const lightsLive = useLive(api.lights.list, { sessionId });
  const { roll, last, isPending: isRolling } = useTableRoll(sessionId);
  const kindle = useCommand(useMutation(api.lights.light));
  const fight = fightLive.status === "here" ? fightLive.data : null;
  const lights = lightsLive.status === "here" ? lightsLive.data : [];
  const dark = useServerTimed((now) => isDark(lights, now));
  useDarkness(dark);
  useWakeLock();
  return (
    <div className="table-page">
      <TableBar title={title} lights={lights} fight={fight} ownCharacterId={characterId} />
      {dark && <DarknessBanner onLight={() => void kindle.run({ sessionId, kind: "torch" })} />}
      <LiveRegion text={lastRollWords(last)} />
      <main
        id="content"
        className="mx-auto grid w-full max-w-2xl flex-1 content-start gap-4 px-4 py-4"
      >
        {section !== "log" && characterId !== null && <LastRoll sessionId={sessionId} />}
        {section === "sheet" &&
          (characterId === null ? (
            <NewCharacter sessionId={sessionId} userId={userId} />
          ) : (
            <>
              <SheetPanel sessionId={sessionId} characterId={characterId} onRoll={roll} />
              <LeaveTable />
            </>
          ))}
        {section === "fight" && (
          <LiveView live={fightLive} loading="The fight is loading" lines={5}>
            {(current) => <PlayerFight fight={current} ownCharacterId={characterId} />}
          </LiveView>
        )}
        {section === "light" && <LightPanel sessionId={sessionId} lights={lights} isGm={false} />}
        {section === "log" && (
          <LogPanel sessionId={sessionId} isRolling={isRolling} onRoll={roll} />
        )}
      </main>
      {characterId !== null && (
        <div className="thumb-zone mx-0! py-0!">
          <div className="mx-auto max-w-2xl">
            <SectionTabs sections={sections} value={section} onChange={setSection} />
          </div>
        </div>
      )}
    </div>
  );
}

function PlayerFight({
  fight,
  ownCharacterId,
}: {
  fight: Fight | null;
  ownCharacterId: Id<"characters"> | null;
}) {
  const set = useCommand(useMutation(api.encounters.setInitiative));
  if (fight === null) {
    return <p className="py-4 text-dim">No fight now. When one begins, its turns show here.</p>;
  }
  return (
    <section className="chapter grid gap-3" aria-labelledby="player-fight">
      <h2 id="player-fight" className="text-lead">
        {fight.encounter.name}
      </h2>
      {hasTurns(fight) ? (
        <TurnRail combatants={fight.combatants} />
      ) : (
        <>
          <p className="text-dim">Roll d20 + DEX, and type it beside your name.</p>
          <InitiativeList
            combatants={fight.combatants}
            maySet={(combatant) =>
              ownCharacterId !== null && combatant.characterId === ownCharacterId
            }
            onSet={(combatantId, initiative) =>
              void set.run({ combatantId: asId<"combatants">(combatantId), initiative })
            }
          />
        </>
      )}
    </section>
  );
}

function LeaveTable() {
  const { signOut } = useAuthActions();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <section className="chapter mt-6 grid justify-items-start gap-3">
      <h2 className="text-lead">This phone</h2>
      <ThemeChoice />
      <Link to="/play" className="inline-flex min-h-11 items-center">
        Your tables
      </Link>
      {isAsking ? (
        <>
          <p>A player has no password: signed out, this phone cannot come back to the character.</p>
          <div className="flex flex-wrap gap-2">
            <Button tone="danger" onClick={() => void signOut()}>
              Sign out all the same
            </Button>
            <Button onClick={() => setIsAsking(false)}>Stay</Button>
          </div>
        </>
      ) : (
        <Button onClick={() => setIsAsking(true)}>Sign out</Button>
      )}
    </section>
  );
}
