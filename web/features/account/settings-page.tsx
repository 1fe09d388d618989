// What a GM sets for themselves: name, theme of this device, and the way out.
import { useAuthActions } from "@convex-dev/auth/react";
import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";
import { LiveView } from "../shell/live-view";
import { usePageTitle } from "../shell/use-page-title";
import { ThemeChoice } from "./theme-choice";

export function SettingsPage() {
  usePageTitle("Settings");
  const me = useLive(api.users.me, {});
  const { signOut } = useAuthActions();
  return (
    <main id="content" className="page grid max-w-2xl gap-10">
      <h1 className="text-head">Settings</h1>
      <section className="chapter grid gap-3" aria-labelledby="settings-name">
        <h2 id="settings-name" className="text-lead">
          You
        </h2>
        <LiveView live={me} loading="Your account is loading" lines={2}>
          {(user) =>
            user === null ? (
              <p>This account is gone. Sign out and make a new one.</p>
            ) : (
              <>
                <p className="text-dim">{user.email ?? "No e-mail address"}</p>
                <RenameForm key={user.name} name={user.name} />
              </>
            )
          }
        </LiveView>
      </section>
      <section className="chapter grid gap-3" aria-labelledby="settings-theme">
        <h2 id="settings-theme" className="text-lead">
          Light in the room
        </h2>
        <ThemeChoice />
      </section>
      <section className="chapter grid justify-items-start gap-3" aria-labelledby="settings-out">
        <h2 id="settings-out" className="text-lead">
          Leave
        </h2>
        <Button onClick={() => void signOut()}>Sign out</Button>
      </section>
    </main>
  );
}

function RenameForm({ name }: { name: string }) {
  const [draft, setDraft] = useState(name);
  const rename = useCommand(useMutation(api.users.rename), "here");
  return (
    <form
      className="flex max-w-sm items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void rename.run({ name: draft.trim() });
      }}
    >
      <div className="flex-1">
        <TextField
          label="Name at the table"
          value={draft}
          maxLength={80}
          onChange={setDraft}
          error={rename.refusal?.message ?? null}
        />
      </div>
      <Button type="submit" isPending={rename.isPending} disabled={draft.trim() === name}>
        Save
      </Button>
    </form>
  );
}
