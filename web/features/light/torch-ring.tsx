// The torch ring: time left as matchsticks not yet burnt, the minute count inside, the same in words for readers.
import { remainingMs } from "@torchkeeper/rules";
import { lightWords, longestLight, minutesLeft, type TableLight } from "./light-words";
import "./torch-ring.css";

const LOW_MINUTES = 10;
const CENTRE = 60;
const HEAD_RADIUS = 51;

export type TorchRingProps = {
  lights: readonly TableLight[];
  /** Server time, ms since 1970. */
  now: number;
  /** `small` for a bar, `large` for a panel, `great` for a page of its own. */
  size?: "small" | "large" | "great";
};

/** Draws the light that lasts longest; with none left, a ring of ash that says Dark. */
export function TorchRing({ lights, now, size = "large" }: TorchRingProps) {
  const light = longestLight(lights, now);
  const left = light === null ? 0 : remainingMs(light.state, now);
  const minutes = minutesLeft(left);
  const fraction = light === null ? 0 : Math.min(1, left / Math.max(1, light.durationMs));
  const unlit = lights.length === 0 ? "No light is lit" : "Dark: no light burns";
  const label = light === null ? unlit : lightWords(light, now);
  return (
    <svg
      className="torch-ring"
      data-size={size}
      data-state={ringState(light, minutes)}
      viewBox="0 0 120 120"
      role="img"
      aria-label={label}
    >
      <Sticks count={size === "small" ? 20 : 60} fraction={fraction} isSmall={size === "small"} />
      {light?.state.kind === "burning" && size !== "small" && <Flame fraction={fraction} />}
      <Count minutes={minutes} isDark={light === null} isSmall={size === "small"} state={light} />
    </svg>
  );
}

/** The lights beside the longest, as a line of wicks with their minutes. */
export function Wicks({ lights, now }: { lights: readonly TableLight[]; now: number }) {
  const longest = longestLight(lights, now);
  const others = lights.filter(
    (light) => light._id !== longest?._id && remainingMs(light.state, now) > 0,
  );
  if (others.length === 0) return null;
  return (
    <ul className="wicks" aria-label="Other lights">
      {others.map((light) => (
        <li key={light._id} aria-label={lightWords(light, now)} className="flex items-center gap-1">
          <svg width="8" height="18" viewBox="0 0 8 18" aria-hidden>
            <path
              d="M4 0c1 2 3 3 3 5.500A3 3 0 0 1 1 5.500C1 4 2.500 2.500 4 0z"
              fill="var(--ember)"
            />
            <path d="M4 9v9" stroke="var(--dim)" strokeWidth="2" />
          </svg>
          <span aria-hidden>
            <b>{minutesLeft(remainingMs(light.state, now))}</b>{" "}
            <span className="text-dim">{light.bearerName ?? light.name}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The time left as a line along an edge, seen from the corner of the eye. The ring beside it has the words. */
export function Fuse({ lights, now }: { lights: readonly TableLight[]; now: number }) {
  const light = longestLight(lights, now);
  const fraction =
    light === null ? 0 : Math.min(1, remainingMs(light.state, now) / Math.max(1, light.durationMs));
  return (
    <div className="fuse" aria-hidden>
      <span style={{ transform: `scaleX(${fraction.toFixed(4)})` }} />
    </div>
  );
}

function ringState(light: TableLight | null, minutes: number) {
  if (light === null) return "dark";
  if (light.state.kind === "paused") return "paused";
  return minutes <= LOW_MINUTES ? "low" : "burning";
}

function Sticks({
  count,
  fraction,
  isSmall,
}: {
  count: number;
  fraction: number;
  isSmall: boolean;
}) {
  const whole = Math.ceil(fraction * count);
  return (
    <g strokeWidth={isSmall ? 7 : 3.2}>
      {Array.from({ length: count }, (_, index) => {
        const isLit = index < whole;
        const [outer, inner] = isLit ? [57, isSmall ? 47 : 45] : [54, isSmall ? 50 : 51];
        return (
          <line
            key={index}
            className={isLit ? "stick" : "stick-burnt"}
            x1={CENTRE}
            x2={CENTRE}
            y1={CENTRE - outer}
            y2={CENTRE - inner}
            transform={`rotate(${String(((index + 0.5) * 360) / count)} ${String(CENTRE)} ${String(CENTRE)})`}
          />
        );
      })}
    </g>
  );
}

/** Stands upright at the head of what is left, wherever on the ring that is: flames rise. */
function Flame({ fraction }: { fraction: number }) {
  const angle = fraction * 2 * Math.PI;
  const x = CENTRE + HEAD_RADIUS * Math.sin(angle);
  const y = CENTRE - HEAD_RADIUS * Math.cos(angle);
  return (
    <g transform={`translate(${x.toFixed(2)} ${y.toFixed(2)})`}>
      <g className="flame-group">
        <path
          className="flame"
          d="M0 -17c1.700 6 9 9.500 9 18a9 9 0 0 1-18 0c0-4 2.300-6 3.500-10 1.200 1.800 2.300 3 2.700 5.300C-.6 -7 1.200 -11 0 -17z"
        />
        <path
          className="flame-heart"
          d="M.3 -2.500c.9 2 3.700 3.500 3.700 6.300a3.800 3.800 0 0 1-7.600 0C-3.600 1.500-.9 .3 .3 -2.500z"
        />
      </g>
    </g>
  );
}

function Count({
  minutes,
  isDark,
  isSmall,
  state,
}: {
  minutes: number;
  isDark: boolean;
  isSmall: boolean;
  state: TableLight | null;
}) {
  if (isSmall) {
    return (
      <text className="count" x={CENTRE} y={CENTRE + 16} fontSize={46}>
        {isDark ? "–" : minutes}
      </text>
    );
  }
  const unit = state?.state.kind === "paused" ? "paused" : minutes === 1 ? "minute" : "minutes";
  return (
    <>
      <text
        className="count"
        x={CENTRE}
        y={isDark ? CENTRE + 9 : CENTRE + 11}
        fontSize={isDark ? 26 : 42}
      >
        {isDark ? "Dark" : minutes}
      </text>
      {!isDark && (
        <text className="unit" x={CENTRE} y={CENTRE + 26} fontSize={11}>
          {unit}
        </text>
      )}
    </>
  );
}
