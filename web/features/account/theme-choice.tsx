// Choosing the theme: this device keeps it, the account remembers it as the start for other devices.
import { useMutation } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "../../../convex/_generated/api";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { ChoiceRow } from "../../components/ui/choice";
import { chooseTheme, chosenTheme, showTheme, themes, type Theme } from "../shell/theme";

const themeNames: Record<Theme, string> = {
  dark: "Dark",
  light: "Light",
  contrast: "High contrast",
};

export function ThemeChoice() {
  const [chosen, setChosen] = useState(chosenTheme);
  const me = useLive(api.users.me, {});
  const remember = useCommand(useMutation(api.users.updatePreferences));
  const account = me.status === "here" ? (me.data?.preferences.theme ?? null) : null;
  return (
    <ChoiceRow
      label="Theme"
      value={chosen ?? account ?? "dark"}
      options={themes.map((value) => ({ value, label: themeNames[value] }))}
      onChange={(next) => {
        setChosen(next);
        chooseTheme(next);
        void remember.run({ theme: next });
      }}
    />
  );
}

/** Shows the account's theme on a device on which none was chosen. */
export function useAccountTheme(): void {
  const me = useLive(api.users.me, {});
  const theme = me.status === "here" ? (me.data?.preferences.theme ?? null) : null;
  useEffect(() => {
    if (theme !== null && chosenTheme() === null) showTheme(theme);
  }, [theme]);
}
