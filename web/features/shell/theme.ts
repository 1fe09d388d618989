// The theme of this device: kept in the browser, set on the page before anything is drawn.

export const themes = ["dark", "light", "contrast"] as const;
export type Theme = (typeof themes)[number];

const KEY = "torchkeeper:theme";

/** The stored theme; dark where none is stored or storage is closed to us. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return themes.find((theme) => theme === stored) ?? "dark";
  } catch {
    return "dark";
  }
}

/** Shows a theme and keeps it for the next visit. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  const colour = { dark: "#12100e", light: "#f6f2ea", contrast: "#000000" }[theme];
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", colour);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing still shows the theme for this visit.
  }
}
