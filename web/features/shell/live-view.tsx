// Draws the three states of a live query: a quiet pulse, the refusal where the content would be, or the content.
import type { ReactNode } from "react";
import type { Live } from "../../backend/use-live";
import { ErrorNotice } from "../../components/ui/notice";
import { PulseLines } from "../../components/ui/pulse";

export type LiveViewProps<Data> = {
  live: Live<Data>;
  /** What is on its way, for screen readers. */
  loading: string;
  lines?: number;
  /** Ways on, under a refusal. */
  onward?: ReactNode;
  children: (data: Data) => ReactNode;
};

export function LiveView<Data>({ live, loading, lines, onward, children }: LiveViewProps<Data>) {
  switch (live.status) {
    case "pending":
      return <PulseLines label={loading} lines={lines} />;
    case "refused":
      return <ErrorNotice message={live.refusal.message}>{onward}</ErrorNotice>;
    case "here":
      return children(live.data);
    default:
      return live satisfies never;
  }
}
