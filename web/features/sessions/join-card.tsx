// What the GM shows the table: the code, the link and the QR code, or the offer to open the table.
import { Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/notice";
import { dayAndTime } from "../dice/clock-time";
import { isLocalOnly } from "./join-origin";
import { joinLink, showJoinCode } from "./join-code";
import { QrCode } from "./qr-code";
import "./join-card.css";

export type JoinCardProps = {
  /** `null` while nobody may join. */
  code: string | null;
  expiresAt: number | null;
  /** Whether `expiresAt` is past, by the server's clock. */
  isExpired: boolean;
  /** Where phones reach this app, for instance "http://192.168.1.20:3210". */
  origin: string;
  isPending?: boolean;
  onRenew: () => void;
  onClose: () => void;
};

export function JoinCard(props: JoinCardProps) {
  const { code, expiresAt, isExpired, origin, isPending = false, onRenew, onClose } = props;
  if (code === null || isExpired) {
    return (
      <EmptyState
        action={
          <Button tone="primary" onClick={onRenew} isPending={isPending}>
            Make a new code
          </Button>
        }
      >
        {isExpired ? "The last code has run out." : "Nobody can join right now."} Players already
        seated stay seated.
      </EmptyState>
    );
  }
  const link = joinLink(origin, code);
  return (
    <div className="grid gap-4 sm:grid-cols-[1fr_9.5rem]">
      <div className="grid content-start gap-2">
        <p className="label">Players open the link, or type this code at {origin}/join</p>
        <p className="join-code" data-testid="join-code" aria-label={`Code ${spell(code)}`}>
          {showJoinCode(code)}
        </p>
        <p>
          <a href={link}>{link}</a>
        </p>
        {isLocalOnly(origin) && (
          <p className="notice notice-warning text-small">
            This address works on this machine only. Phones need the server on the local network.
          </p>
        )}
        {expiresAt !== null && <p className="label">Works until {dayAndTime(expiresAt)}.</p>}
        <div className="flex flex-wrap gap-2">
          <CopyButton text={link} />
          <Button onClick={onRenew} isPending={isPending}>
            New code
          </Button>
          <Button onClick={onClose} isPending={isPending}>
            Close the door
          </Button>
        </div>
      </div>
      <QrCode text={link} label={`QR code of ${link}`} />
    </div>
  );
}

/** Copies where the browser lets it; over plain http on the local network it may not, so it selects nothing and says so. */
function CopyButton({ text }: { text: string }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("refused");
    }
  };
  const words = {
    idle: "Copy link",
    copied: "Copied",
    refused: "Copy it by hand",
  };
  return (
    <Button onClick={() => void copy()}>
      <Copy size={18} strokeWidth={1.5} aria-hidden />
      <span role="status">{words[state]}</span>
    </Button>
  );
}

function spell(code: string): string {
  return [...code].join(" ");
}
