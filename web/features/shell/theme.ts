// The theme of this device: kept in the browser once chosen, set on the page before anything is drawn.

export const themes = ["dark", "light", "contrast"] as const;
export type Theme = (typeof themes)[number];

const KEY = "torchkeeper:theme";
const barColours: Record<Theme, string> = {
  dark: "#12100e",
  light: "#f6f2ea",
  contrast: "#000000",
};

/** The theme chosen on this device; `null` where none was, or where storage is closed to us. */
export function chosenTheme(): Theme | null {
  try {
    const stored = localStorage.getItem(KEY);
    return themes.find((theme) => theme === stored) ?? null;
  } catch {
    return null;
  }
}

/** Shows a theme for this visit. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", barColours[theme]);
}

/** Shows a theme and keeps it for this device. */
export function chooseTheme(theme: Theme): void {
  showTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing still shows the theme for this visit.
  }
}
