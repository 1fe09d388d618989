// The first screen of a player: the code and a name, nothing else.
import { useState, type SyntheticEvent } from "react";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";
import { ErrorNotice } from "../../components/ui/notice";
import { joinCodeProblem, readJoinCode } from "./join-code";

const NAME_LENGTH = 40;

export type JoinFormProps = {
  /** The code from the link, if the player came by one. */
  initialCode?: string;
  initialName?: string;
  /** False for a player who is signed in already and has a name. */
  asksName?: boolean;
  isPending?: boolean;
  /** What the server said no with. */
  refusal?: string | null;
  onJoin: (entry: { code: string; name: string }) => void;
};

export function JoinForm({
  initialCode = "",
  initialName = "",
  asksName = true,
  isPending = false,
  refusal = null,
  onJoin,
}: JoinFormProps) {
  const [code, setCode] = useState(initialCode);
  const [name, setName] = useState(initialName);
  const [wasSent, setWasSent] = useState(false);
  const codeProblem = joinCodeProblem(code);
  const nameProblem =
    asksName && name.trim() === "" ? "Type the name the table knows you by." : null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (codeProblem !== null || nameProblem !== null) return;
    onJoin({ code: readJoinCode(code), name: name.trim() });
  };
  return (
    <form onSubmit={submit} noValidate className="grid max-w-sm gap-4">
      <TextField
        label="Table code"
        className="code-input"
        value={code}
        onChange={setCode}
        placeholder="ABC 234"
        autoCapitalize="characters"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={12}
        error={wasSent ? codeProblem : null}
      />
      {asksName && (
        <TextField
          label="Your name"
          value={name}
          onChange={setName}
          autoComplete="nickname"
          maxLength={NAME_LENGTH}
          hint="Your own, not your character’s: that comes next."
          error={wasSent ? nameProblem : null}
        />
      )}
      {refusal !== null && <ErrorNotice message={refusal} />}
      <Button type="submit" tone="primary" className="button-thumb" isPending={isPending}>
        {isPending ? "Taking a seat…" : "Join the table"}
      </Button>
    </form>
  );
}
