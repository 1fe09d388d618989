// Every light of the table with what may be done to it: pause, more or less time, out.
import { remainingMs, type LightKind } from "@torchkeeper/rules";
import { Flame, Pause, Play } from "lucide-react";
import { Button } from "../../components/ui/button";
import { lightWords, minutesLeft, type TableLight } from "./light-words";

/** What can be lit, with its name; `lightSpell` is the id that the data layer uses. */
export const lightChoices: readonly { kind: LightKind; name: string }[] = [
  { kind: "torch", name: "Torch" },
  { kind: "lantern", name: "Lantern" },
  { kind: "lightSpell", name: "Light spell" },
  { kind: "campfire", name: "Campfire" },
];

const steps = [-10, -5, -1, 1, 5, 10] as const;

export type LightListProps = {
  lights: readonly TableLight[];
  now: number;
  /** Without these a player sees the lights and may put them out only. */
  onPause?: (id: string) => void;
  onResume?: (id: string) => void;
  onAdjust?: (id: string, deltaMinutes: number) => void;
  onExtinguish: (id: string) => void;
  onRemove?: (id: string) => void;
};

export function LightList(props: LightListProps) {
  return (
    <ul className="grid" aria-label="Lights">
      {props.lights.map((light) => (
        <LightRow key={light._id} light={light} {...props} />
      ))}
    </ul>
  );
}

function LightRow({
  light,
  now,
  onPause,
  onResume,
  onAdjust,
  onExtinguish,
  onRemove,
}: LightListProps & { light: TableLight }) {
  const left = remainingMs(light.state, now);
  const isOut = left <= 0;
  return (
    <li className="border-b border-line py-2">
      <div className="flex items-baseline justify-between gap-3">
        <p className="min-w-0">
          <b>{light.name}</b>
          {light.bearerName !== null && <span className="text-dim"> · {light.bearerName}</span>}
        </p>
        <p className="whitespace-nowrap" aria-label={lightWords(light, now)}>
          {isOut ? (
            <span className="text-dim">out</span>
          ) : (
            <>
              <b className="text-lead">{minutesLeft(left)}</b>
              <span className="text-small text-dim">
                {light.state.kind === "paused" ? " min, paused" : " min"}
              </span>
            </>
          )}
        </p>
      </div>
      <div className="mt-1 flex flex-wrap gap-1">
        {isOut && onRemove !== undefined && (
          <Button tone="quiet" onClick={() => onRemove(light._id)}>
            Clear away
          </Button>
        )}
        {!isOut && light.state.kind === "burning" && onPause !== undefined && (
          <Button onClick={() => onPause(light._id)} aria-label={`Pause ${light.name}`}>
            <Pause size={18} strokeWidth={1.5} aria-hidden /> Pause
          </Button>
        )}
        {!isOut && light.state.kind === "paused" && onResume !== undefined && (
          <Button onClick={() => onResume(light._id)} aria-label={`Resume ${light.name}`}>
            <Play size={18} strokeWidth={1.5} aria-hidden /> Resume
          </Button>
        )}
        {!isOut && (
          <Button onClick={() => onExtinguish(light._id)} aria-label={`Put out ${light.name}`}>
            Put out
          </Button>
        )}
      </div>
      {!isOut && onAdjust !== undefined && (
        <div
          className="mt-1 grid grid-cols-6"
          role="group"
          aria-label={`Minutes left of ${light.name}`}
        >
          {steps.map((step) => (
            <Button
              key={step}
              className="-ms-px rounded-none px-0"
              onClick={() => onAdjust(light._id, step)}
              aria-label={`${light.name}: ${step < 0 ? "take" : "add"} ${String(Math.abs(step))} minutes`}
            >
              {step < 0 ? "−" : "+"}
              {Math.abs(step)}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
}

/** The kinds of light as buttons. */
export function LightButtons({
  isLit,
  onLight,
}: {
  /** Whether something burns already: then another light is not the first thing to do. */
  isLit: boolean;
  onLight: (kind: LightKind) => void;
}) {
  return (
    <div className="flex flex-wrap gap-2" role="group" aria-label="Light something">
      {lightChoices.map((choice, index) => (
        <Button
          key={choice.kind}
          tone={index === 0 && !isLit ? "primary" : "plain"}
          onClick={() => onLight(choice.kind)}
        >
          {index === 0 && <Flame size={18} strokeWidth={1.5} aria-hidden />}
          {index === 0 ? "Light a torch" : choice.name}
        </Button>
      ))}
    </div>
  );
}
