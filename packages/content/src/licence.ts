// Under what terms the bestiary stands and whom it owes its figures. Every screen, export and print that shows it says so.

/** The line the licence asks for, word for word: footer, README, every export and print with core text. */
export const attributionLine =
  "Torchkeeper is an independent product published under the Shadowdark RPG Third-Party License and is not affiliated with The Arcane Library, LLC. Shadowdark RPG © 2023 The Arcane Library, LLC.";

/** The licence of the content, which is not the licence of the code. */
export const licenceName = "Shadowdark RPG Third-Party License";

/** What the `source` of a core record says. */
export const coreSource = "Shadowdark RPG core rules";

/** Whose work the content rests on, and what was taken from each. */
export const sourceCredits: readonly { readonly name: string; readonly credit: string }[] = [
  {
    name: "Shadowdark RPG, The Arcane Library, LLC",
    credit: "The game: names, figures and mechanics of the monsters.",
  },
  {
    name: "Open Shadowdark (ashleytowner/open-shadowdark)",
    credit: "The public transcription the figures were taken from, known errors corrected.",
  },
];
