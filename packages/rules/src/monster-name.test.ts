import fc from "fast-check";
import { expect, test } from "vitest";
import { displayName, searchText, slugFor } from "./monster-name.ts";

test.each([
  ["Dragon, Fire", "Fire Dragon", "dragon-fire"],
  ["Elemental, Air Greater", "Greater Air Elemental", "elemental-air-greater"],
  ["Goblin, Boss", "Goblin Boss", "goblin-boss"],
  ["Rat, Swarm", "Rat Swarm", "rat-swarm"],
  ["Dung Beetle, Giant", "Giant Dung Beetle", "dung-beetle-giant"],
  ["Owlbear", "Owlbear", "owlbear"],
  ["The Ten-Eyed Oracle", "The Ten-Eyed Oracle", "the-ten-eyed-oracle"],
  ["Will-o'-wisp", "Will-o'-wisp", "will-o-wisp"],
  ["Obe-Ixx Of Azarumne", "Obe-Ixx Of Azarumne", "obe-ixx-of-azarumne"],
  ["  Möwe, Große ", "Große Möwe", "mowe-gro-e"],
])("%j is spoken %j and keyed %j", (name, spoken, slug) => {
  expect(displayName(name)).toBe(spoken);
  expect(slugFor(name)).toBe(slug);
});

test.each([
  ["obe-ixx_of_azarumne", "Obe-Ixx Of Azarumne"],
  ["the_ten-eyed_oracle", "The Ten-Eyed Oracle"],
  ["will-o-wisp", "Will-o'-wisp"],
  ["angel_domini", "Angel, Domini"],
])("the community slug %j gives the key of %j", (community, name) => {
  expect(slugFor(community)).toBe(slugFor(name));
});

test("a slug of a slug is itself, and holds nothing but words and hyphens", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const slug = slugFor(name);
      expect(slugFor(slug)).toBe(slug);
      expect(slug).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/);
    }),
  );
});

test("search finds both word orders, and names typed without signs", () => {
  expect(searchText("Dragon, Fire")).toBe("fire dragon dragon fire");
  expect(searchText("Will-o'-wisp")).toContain("will o wisp");
  expect(searchText("Owlbear")).toBe("owlbear");
});
