// Checks that every pair of colours the screens use is readable in every theme (WCAG 2.2 AA).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// Named first: an address written out in one piece would be taken for an asset of the build.
const here = import.meta.url;
const tokens = readFileSync(fileURLToPath(new URL("./tokens.css", here).href), "utf8");

type Palette = Readonly<Record<string, string>>;

const dark = palette(/:root,\s*\[data-theme="dark"\]\s*\{([^}]*)\}/);
const themes: Readonly<Record<string, Palette>> = {
  dark,
  light: palette(/\n\[data-theme="light"\]\s*\{([^}]*)\}/),
  contrast: palette(/\n\[data-theme="contrast"\]\s*\{([^}]*)\}/),
  darkness: palette(/\n\[data-darkness="true"\]\s*\{([^}]*)\}/),
};

const surfaces = ["ground", "raised", "sunken"] as const;
const textColours = ["ink", "dim", "ember", "blood", "verdigris", "arcane", "gold"] as const;

describe.each(Object.entries(themes))("in theme %s", (_, colours) => {
  test.each(textColours.flatMap((ink) => surfaces.map((surface) => [ink, surface] as const)))(
    "%s on %s is readable as text",
    (ink, surface) => {
      expect(contrast(colours[ink], colours[surface])).toBeGreaterThanOrEqual(4.5);
    },
  );

  test("text on ember is readable", () => {
    expect(contrast(colours["on-ember"], colours["ember"])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(surfaces)("the edge of a control shows on %s", (surface) => {
    expect(contrast(colours["edge"], colours[surface])).toBeGreaterThanOrEqual(3);
  });

  test("every token of the dark theme has a value of its own", () => {
    expect(Object.keys(colours).sort()).toEqual(Object.keys(dark).sort());
  });
});

test("high contrast lifts body text to 7 or more", () => {
  const colours = themes["contrast"]!;
  for (const ink of textColours) {
    expect(contrast(colours[ink], colours["ground"]), ink).toBeGreaterThanOrEqual(7);
  }
});

function palette(block: RegExp): Palette {
  const body = block.exec(tokens)?.[1];
  if (body === undefined) throw new Error(`tokens.css has no block ${String(block)}`);
  return Object.fromEntries(
    [...body.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]),
  );
}

function contrast(one: string | undefined, other: string | undefined): number {
  const [light, deep] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (deep! + 0.05);
}

function luminance(hex: string | undefined): number {
  const channels = [1, 3, 5].map((start) => parseInt(hex!.slice(start, start + 2), 16) / 255);
  const [red, green, blue] = channels.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
