// Where the evening stands, and the step to the next state.
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { SelectField } from "../../components/ui/field";

const states = [
  { value: "planning", label: "in preparation" },
  { value: "active", label: "at the table" },
  { value: "completed", label: "played" },
  { value: "archived", label: "put away" },
] as const;

export type SessionState = (typeof states)[number]["value"];

export type SessionStatusProps = { sessionId: Id<"sessions">; status: SessionState };

export function SessionStatus({ sessionId, status }: SessionStatusProps) {
  const setStatus = useCommand(useMutation(api.sessions.setStatus));
  return (
    <SelectField
      label="This session is"
      value={status}
      options={states}
      onChange={(next) => void setStatus.run({ sessionId, status: next })}
    />
  );
}
