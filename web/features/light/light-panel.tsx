// The lights of a table with all that GM or player may do to them.
import type { LightKind } from "@torchkeeper/rules";
import { useMutation } from "convex/react";
import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asId } from "../../backend/ids";
import { useServerNow } from "../../backend/server-clock-provider";
import { useCommand } from "../../backend/use-command";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";
import { LightButtons, LightList } from "./light-list";
import { longestLight, type TableLight } from "./light-words";
import { TorchRing, Wicks } from "./torch-ring";

const NAME_LENGTH = 60;

export type LightPanelProps = {
  sessionId: Id<"sessions">;
  lights: readonly TableLight[];
  isGm: boolean;
};

export function LightPanel({ sessionId, lights, isGm }: LightPanelProps) {
  const now = useServerNow();
  const [bearer, setBearer] = useState("");
  const light = useCommand(useMutation(api.lights.light));
  const pause = useCommand(useMutation(api.lights.pause));
  const resume = useCommand(useMutation(api.lights.resume));
  const adjust = useCommand(useMutation(api.lights.adjust));
  const extinguish = useCommand(useMutation(api.lights.extinguish));
  const remove = useCommand(useMutation(api.lights.remove));
  const id = (text: string) => asId<"lights">(text);
  const kindle = (kind: LightKind) => {
    const bearerName = bearer.trim();
    void light
      .run({ sessionId, kind, ...(bearerName === "" ? {} : { bearerName }) })
      .then((lit) => {
        if (lit !== undefined) setBearer("");
      });
  };
  return (
    <div className="grid gap-4">
      {lights.length > 0 && (
        <div className="flex flex-wrap items-center gap-4 pt-3">
          <TorchRing lights={lights} now={now} />
          <div className="grid flex-1 gap-3">
            <Wicks lights={lights} now={now} />
            {isGm && <PauseAll sessionId={sessionId} lights={lights} />}
          </div>
        </div>
      )}
      {lights.length > 0 && (
        <LightList
          lights={lights}
          now={now}
          onPause={isGm ? (key) => void pause.run({ lightId: id(key) }) : undefined}
          onResume={isGm ? (key) => void resume.run({ lightId: id(key) }) : undefined}
          onAdjust={
            isGm
              ? (key, deltaMinutes) => void adjust.run({ lightId: id(key), deltaMinutes })
              : undefined
          }
          onExtinguish={(key) => void extinguish.run({ lightId: id(key) })}
          onRemove={isGm ? (key) => void remove.run({ lightId: id(key) }) : undefined}
        />
      )}
      {lights.length === 0 && (
        <p className="text-dim">Nothing burns yet. Light a torch when the party goes in.</p>
      )}
      <LightButtons isLit={longestLight(lights, now) !== null} onLight={kindle} />
      <TextField
        label="Who carries it (optional)"
        value={bearer}
        maxLength={NAME_LENGTH}
        autoComplete="off"
        onChange={setBearer}
      />
    </div>
  );
}

function PauseAll({
  sessionId,
  lights,
}: {
  sessionId: Id<"sessions">;
  lights: readonly TableLight[];
}) {
  const pauseAll = useCommand(useMutation(api.lights.pauseAll));
  const resumeAll = useCommand(useMutation(api.lights.resumeAll));
  const burns = lights.some((light) => light.state.kind === "burning");
  const waits = lights.some((light) => light.state.kind === "paused");
  if (burns) {
    return (
      <Button onClick={() => void pauseAll.run({ sessionId })} isPending={pauseAll.isPending}>
        <Pause size={18} strokeWidth={1.5} aria-hidden /> Pause all
      </Button>
    );
  }
  if (!waits) return null;
  return (
    <Button onClick={() => void resumeAll.run({ sessionId })} isPending={resumeAll.isPending}>
      <Play size={18} strokeWidth={1.5} aria-hidden /> Resume all
    </Button>
  );
}
