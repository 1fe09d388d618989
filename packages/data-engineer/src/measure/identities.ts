// Who calls: people that the documents of a call are tied to, then others, then nobody.
import type { Model } from "../model/model.ts";
import { peopleTiedTo } from "./arguments.ts";
import type { JsonObject } from "./json.ts";
import { claimValue, measuredIssuer, type Seeder } from "./seed.ts";

/** People tried per document. */
const perDocument = 6;

/**
 * Identities that may be allowed to make a call about some documents, the likeliest first; null is a stranger.
 *
 * @param places - the documents the call names and those they lead to, nearest first
 */
export function identitiesFor(
  model: Model,
  seeder: Seeder,
  places: readonly { table: string; row: number }[],
  row: number,
): (JsonObject | null)[] {
  const { data, graph } = seeder;
  const people = graph.people;
  if (people === null || data.count(people) === 0) return claimsOnly(seeder, places, row);
  const found = new Set<string>();
  for (const place of places)
    if (place.table === people) {
      const id = data.idsOf(people)[place.row];
      if (id !== undefined) found.add(id);
    }
  for (const place of places) {
    const id = data.idsOf(place.table)[place.row];
    if (id === undefined || place.table === people) continue;
    for (const person of peopleTiedTo(id, place.table, { data, people }).slice(0, perDocument))
      found.add(person);
  }
  const own = data.idsOf(people)[row % data.count(people)];
  if (own !== undefined) found.add(own);
  return [...[...found].map((id) => identityOf(model, seeder, id)), null];
}

/** The claims of a seeded person: what the sign-in library, or the project's own look-up, expects. */
export function identityOf(model: Model, seeder: Seeder, id: string): JsonObject {
  const { data, constraints } = seeder;
  const place = data.placeOf(id);
  const document = place === undefined ? undefined : data.document(place.table, place.row);
  const identity: JsonObject = { issuer: measuredIssuer, subject: id };
  for (const [field, claim] of constraints.get(place?.table ?? "")?.claims ?? []) {
    const value = document?.[field];
    if (typeof value === "string") identity[claim] = value;
  }
  const { subject } = identity;
  if (typeof subject === "string") identity["tokenIdentifier"] ??= `${measuredIssuer}|${subject}`;
  if (model.schema.tables.some((table) => table.name === "authSessions")) {
    const [session] = data.rowsBy("authSessions", "userId", id);
    const ids = data.idsOf("authSessions");
    identity["subject"] = `${id}|${ids[session ?? 0] ?? "session"}`;
  }
  for (const [claim, fields] of [
    ["email", ["email"]],
    ["name", ["name", "displayName", "username"]],
  ] as const) {
    const value = fields.map((field) => document?.[field]).find((item) => typeof item === "string");
    if (value !== undefined) identity[claim] = value;
  }
  identity["emailVerified"] = true;
  return identity;
}

/** Projects that keep the token's own text in their documents and have no table of people. */
function claimsOnly(
  { data, constraints }: Seeder,
  places: readonly { table: string; row: number }[],
  row: number,
): (JsonObject | null)[] {
  const people: JsonObject[] = [];
  for (const place of places) {
    const document = data.document(place.table, place.row);
    for (const [field, claim] of constraints.get(place.table)?.claims ?? []) {
      const value = document?.[field];
      if (typeof value === "string") people.push(person(value, claim));
    }
  }
  people.push(person(claimValue("subject", row), "subject"));
  return [...people, null];
}

function person(value: string, claim: "subject" | "tokenIdentifier"): JsonObject {
  const subject = claim === "subject" ? value : (value.split("|").at(-1) ?? value);
  return {
    issuer: measuredIssuer,
    subject,
    tokenIdentifier: claim === "tokenIdentifier" ? value : `${measuredIssuer}|${subject}`,
    email: `${subject}@example.com`,
    emailVerified: true,
    name: subject,
  };
}
