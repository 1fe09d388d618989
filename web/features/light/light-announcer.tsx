// Reads out when a light passes ten, five and one minute, and when it goes out.
import { crossedWarning } from "@torchkeeper/rules";
import { useState } from "react";
import { LiveRegion } from "../../components/ui/live-region";
import type { TableLight } from "./light-words";

export function LightAnnouncer({ lights, now }: { lights: readonly TableLight[]; now: number }) {
  const [seenAt, setSeenAt] = useState(now);
  const [words, setWords] = useState("");
  if (now !== seenAt) {
    setSeenAt(now);
    const due = lights.flatMap((light) => {
      const minutes = crossedWarning(light.state, seenAt, now);
      return minutes === null ? [] : [warning(light.name, minutes)];
    });
    if (due.length > 0) setWords(due.join(" "));
  }
  return <LiveRegion text={words} />;
}

function warning(name: string, minutes: number): string {
  if (minutes === 0) return `${name} goes out.`;
  return minutes === 1 ? `${name}: one minute left.` : `${name}: ${String(minutes)} minutes left.`;
}
