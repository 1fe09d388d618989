// Sign in or sign up with e-mail and password, in one form that says which it is.
import { useState, type SyntheticEvent } from "react";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";
import { ErrorNotice } from "../../components/ui/notice";

export type AccountEntry = { email: string; password: string; name: string };

const SHORTEST_PASSWORD = 8;

export type SignInFormProps = {
  flow: "signIn" | "signUp";
  isPending?: boolean;
  refusal?: string | null;
  onSubmit: (entry: AccountEntry) => void;
};

export function SignInForm({ flow, isPending = false, refusal = null, onSubmit }: SignInFormProps) {
  const [entry, setEntry] = useState<AccountEntry>({ email: "", password: "", name: "" });
  const [wasSent, setWasSent] = useState(false);
  const isNew = flow === "signUp";
  const problems = entryProblems(entry, isNew);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (Object.values(problems).every((problem) => problem === null)) {
      onSubmit({ ...entry, email: entry.email.trim(), name: entry.name.trim() });
    }
  };
  const shown = (problem: string | null) => (wasSent ? problem : null);
  return (
    <form onSubmit={submit} noValidate className="grid max-w-sm gap-4">
      {isNew && (
        <TextField
          label="Your name"
          autoComplete="name"
          maxLength={80}
          value={entry.name}
          error={shown(problems.name)}
          onChange={(name) => setEntry({ ...entry, name })}
        />
      )}
      <TextField
        label="E-mail"
        type="email"
        autoComplete="email"
        value={entry.email}
        error={shown(problems.email)}
        onChange={(email) => setEntry({ ...entry, email })}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete={isNew ? "new-password" : "current-password"}
        hint={isNew ? `At least ${String(SHORTEST_PASSWORD)} characters.` : undefined}
        value={entry.password}
        error={shown(problems.password)}
        onChange={(password) => setEntry({ ...entry, password })}
      />
      {refusal !== null && <ErrorNotice message={refusal} />}
      <Button type="submit" tone="primary" className="button-thumb" isPending={isPending}>
        {isPending ? "One moment…" : isNew ? "Make an account" : "Sign in"}
      </Button>
    </form>
  );
}

function entryProblems(entry: AccountEntry, isNew: boolean) {
  return {
    name: isNew && entry.name.trim() === "" ? "Type the name your players know." : null,
    email: /^\S+@\S+$/.test(entry.email.trim())
      ? null
      : "Type an e-mail address, like mira@example.org.",
    password:
      entry.password === ""
        ? "Type your password."
        : isNew && entry.password.length < SHORTEST_PASSWORD
          ? `Use at least ${String(SHORTEST_PASSWORD)} characters; this one has ${String(entry.password.length)}.`
          : null,
  };
}
