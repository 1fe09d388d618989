// The page around the sign-in form: signs in, says what failed, and goes on to where the visitor was heading.
import { useAuthActions } from "@convex-dev/auth/react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useConvexAuth } from "convex/react";
import { useEffect } from "react";
import { useCommand } from "../../backend/use-command";
import { ChoiceRow } from "../../components/ui/choice";
import { SignInForm, type AccountEntry } from "./sign-in-form";
import { usePageTitle } from "../shell/use-page-title";

export type Flow = "signIn" | "signUp";

export type SignInPageProps = {
  flow: Flow;
  onFlow: (flow: Flow) => void;
  /** Path to go on to; the home page if absent. */
  next?: string;
};

export function SignInPage({ flow, onFlow, next }: SignInPageProps) {
  usePageTitle(flow === "signIn" ? "Sign in" : "Sign up");
  const navigate = useNavigate();
  const { signIn } = useAuthActions();
  const { isAuthenticated } = useConvexAuth();
  const command = useCommand(
    (entry: AccountEntry) =>
      signIn("password", {
        flow,
        email: entry.email,
        password: entry.password,
        ...(flow === "signUp" ? { name: entry.name } : {}),
      }),
    "here",
  );
  useEffect(() => {
    if (isAuthenticated) void navigate({ to: next ?? "/", replace: true });
  }, [isAuthenticated, navigate, next]);
  return (
    <main id="content" className="page grid gap-6">
      <h1 className="text-head">{flow === "signIn" ? "Welcome back" : "Keep the torch"}</h1>
      <ChoiceRow
        label="Account"
        value={flow}
        options={[
          { value: "signIn", label: "I have an account" },
          { value: "signUp", label: "I am new" },
        ]}
        onChange={onFlow}
      />
      <SignInForm
        key={flow}
        flow={flow}
        isPending={command.isPending || isAuthenticated}
        refusal={command.refusal?.message ?? null}
        onSubmit={(entry) => void command.run(entry)}
      />
      <p className="text-dim">
        Only the GM needs an account. Players <Link to="/join">join with a code</Link>.
      </p>
    </main>
  );
}
