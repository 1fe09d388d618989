// The GM's screen during play: three columns on a laptop, one section at a time on a phone. Same pieces.
import { Link } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState, type ReactNode } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useServerTimed } from "../../backend/server-clock-provider";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { LiveRegion } from "../../components/ui/live-region";
import { StatBlock } from "../bestiary/stat-block";
import { MonsterBrowser } from "../bestiary/monster-browser";
import { lastRollWords, useTableRoll } from "../dice/use-table-roll";
import { AddMonsters, AddOneMonster } from "../encounter/add-monster";
import { hasTurns } from "../encounter/fight";
import { FightPanel } from "../encounter/fight-panel";
import { DarknessBanner, useDarkness } from "../light/darkness";
import { LightPanel } from "../light/light-panel";
import { isDark } from "../light/light-words";
import { PartyPanel } from "../party/party-panel";
import { SeatsPanel } from "../sessions/seats-panel";
import { SessionStatus } from "../sessions/session-status";
import { LiveView } from "../shell/live-view";
import { useIsWide } from "../shell/use-is-wide";
import { useWakeLock } from "../shell/use-wake-lock";
import { LastRoll } from "./last-roll";
import { LogPanel } from "./log-panel";
import { SectionTabs } from "./section-tabs";
import { TableBar } from "./table-bar";
import { TurnButtons } from "./turn-buttons";

type SessionView = FunctionReturnType<typeof api.sessions.get>;
type Section = "fight" | "light" | "bestiary" | "log" | "table";

const sections = [
  { id: "fight", label: "Fight" },
  { id: "light", label: "Light" },
  { id: "bestiary", label: "Bestiary" },
  { id: "log", label: "Dice" },
  { id: "table", label: "Table" },
] as const satisfies readonly { id: Section; label: string }[];

export function GmTable({ sessionId }: { sessionId: Id<"sessions"> }) {
  const session = useLive(api.sessions.get, { sessionId });
  return (
    <LiveView
      live={session}
      loading="The table is loading"
      lines={8}
      onward={<Link to="/">All campaigns</Link>}
    >
      {(view) =>
        view.role === "gm" || view.role === "coGm" ? (
          <Table sessionId={sessionId} view={view} />
        ) : (
          <p className="page">
            You do not run this table. <Link to="/play">Play at it</Link>.
          </p>
        )
      }
    </LiveView>
  );
}

function Table({ sessionId, view }: { sessionId: Id<"sessions">; view: SessionView }) {
  const isWide = useIsWide();
  const [section, setSection] = useState<Section>("fight");
  const [sideTab, setSideTab] = useState<"bestiary" | "log" | "table">("table");
  const fightLive = useLive(api.encounters.current, { sessionId });
  const lightsLive = useLive(api.lights.list, { sessionId });
  const fight = fightLive.status === "here" ? fightLive.data : null;
  const lights = lightsLive.status === "here" ? lightsLive.data : [];
  const target = useFightTarget(sessionId, fight?.encounter._id ?? null);
  const { roll, last, isPending: isRolling, hiding } = useTableRoll(sessionId);
  const kindle = useCommand(useMutation(api.lights.light));
  const dark = useServerTimed((now) => isDark(lights, now));
  useDarkness(dark);
  useWakeLock();

  const findMonsters = () => {
    setSection("bestiary");
    setSideTab("bestiary");
  };
  const party = <PartyPanel sessionId={sessionId} onRoll={roll} />;
  const fightPanel = (
    <LiveView live={fightLive} loading="The fight is loading" lines={6}>
      {(current) => (
        <FightPanel
          sessionId={sessionId}
          fight={current}
          preparedId={target.preparedId}
          onPrepared={target.setPreparedId}
          onFindMonsters={findMonsters}
          onRoll={roll}
        />
      )}
    </LiveView>
  );
  const lightPanel = (
    <Panel title="Light">
      <LightPanel sessionId={sessionId} lights={lights} isGm />
    </Panel>
  );
  const bestiary = (
    <Panel title="Bestiary">
      <MonsterBrowser
        entry={(monster) => (
          <>
            <StatBlock monster={monster} onRoll={roll} idPrefix="found" headingLevel={3} />
            <AddMonsters monster={monster} fightFor={target.fightFor} />
          </>
        )}
        action={(monster) => <AddOneMonster monster={monster} fightFor={target.fightFor} />}
      />
    </Panel>
  );
  const log = (
    <LogPanel sessionId={sessionId} hiding={hiding} isRolling={isRolling} onRoll={roll} />
  );
  const table = (
    <Panel title="The table">
      <SessionStatus sessionId={sessionId} status={view.session.status} />
      <SeatsPanel sessionId={sessionId} code={view.joinCode} expiresAt={view.joinCodeExpiresAt} />
      <p>
        <Link
          to="/campaigns/$campaignId"
          params={{ campaignId: view.session.campaignId }}
          className="inline-flex min-h-11 items-center"
        >
          Back to {view.session.campaignName}
        </Link>
      </p>
    </Panel>
  );
  const turnButtons =
    fight !== null && hasTurns(fight) ? <TurnButtons encounterId={fight.encounter._id} /> : null;
  return (
    <div className="table-page">
      <TableBar
        title={view.session.name}
        lights={lights}
        fight={fight}
        end={
          isWide && (
            <Link
              to="/campaigns/$campaignId"
              params={{ campaignId: view.session.campaignId }}
              className="inline-flex min-h-11 items-center"
            >
              {view.session.campaignName}
            </Link>
          )
        }
      />
      {dark && <DarknessBanner onLight={() => void kindle.run({ sessionId, kind: "torch" })} />}
      <LiveRegion text={lastRollWords(last)} />
      {isWide ? (
        <main id="content" className="table-columns flex-1">
          <div className="grid gap-6">
            <Panel title="Party">{party}</Panel>
            {lightPanel}
          </div>
          <div className="grid gap-3">
            <LastRoll sessionId={sessionId} />
            {fightPanel}
            {turnButtons !== null && <div className="thumb-zone">{turnButtons}</div>}
          </div>
          <div className="grid gap-4">
            <SectionTabs
              sections={[
                { id: "table", label: "Table" },
                { id: "bestiary", label: "Bestiary" },
                { id: "log", label: "Dice and log" },
              ]}
              value={sideTab}
              onChange={setSideTab}
            />
            {{ bestiary, log, table }[sideTab]}
          </div>
        </main>
      ) : (
        <>
          {party}
          <main id="content" className="table-columns flex-1">
            {section === "fight" && <LastRoll sessionId={sessionId} />}
            {{ fight: fightPanel, light: lightPanel, bestiary, log, table }[section]}
          </main>
          <div className="thumb-zone mx-0! py-0!">
            {section === "fight" && turnButtons}
            <SectionTabs sections={sections} value={section} onChange={setSection} />
          </div>
        </>
      )}
    </div>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  const id = `panel-${title.toLowerCase().replace(/\s+/g, "-")}`;
  return (
    <section className="chapter grid content-start gap-3" aria-labelledby={id}>
      <div className="chapter-head">
        <h2 id={id}>{title}</h2>
      </div>
      {children}
    </section>
  );
}

/** Where monsters from the bestiary go: the running fight, else the prepared one that is open, else a new one. */
function useFightTarget(sessionId: Id<"sessions">, runningId: Id<"encounters"> | null) {
  const [preparedId, setPreparedId] = useState<Id<"encounters"> | null>(null);
  const list = useLive(api.encounters.list, { sessionId });
  const create = useMutation(api.encounters.create);
  const open =
    list.status === "here" ? list.data.filter((encounter) => !encounter.isCompleted) : [];
  const chosenId = open.some((encounter) => encounter._id === preparedId)
    ? preparedId
    : (open[0]?._id ?? null);
  const fightFor = async () => {
    const known = runningId ?? chosenId;
    if (known !== null) return known;
    const number = list.status === "here" ? list.data.length + 1 : 1;
    const made = await create({ sessionId, name: `Fight ${String(number)}` });
    setPreparedId(made);
    return made;
  };
  return { preparedId: chosenId, setPreparedId, fightFor };
}
