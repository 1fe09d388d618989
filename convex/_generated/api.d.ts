/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import type * as auth from "../auth.js";
import type * as campaigns from "../campaigns.js";
import type * as characters from "../characters.js";
import type * as clock from "../clock.js";
import type * as content from "../content.js";
import type * as copies from "../copies.js";
import type * as crons from "../crons.js";
import type * as encounters from "../encounters.js";
import type * as events from "../events.js";
import type * as http from "../http.js";
import type * as items from "../items.js";
import type * as lib_access from "../lib/access.js";
import type * as lib_accounts from "../lib/accounts.js";
import type * as lib_armor from "../lib/armor.js";
import type * as lib_campaignCopies from "../lib/campaignCopies.js";
import type * as lib_characterAccess from "../lib/characterAccess.js";
import type * as lib_characterCopies from "../lib/characterCopies.js";
import type * as lib_characterInput from "../lib/characterInput.js";
import type * as lib_combatants from "../lib/combatants.js";
import type * as lib_difficulty from "../lib/difficulty.js";
import type * as lib_encounterAccess from "../lib/encounterAccess.js";
import type * as lib_encounterShapes from "../lib/encounterShapes.js";
import type * as lib_enlisting from "../lib/enlisting.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_eventLog from "../lib/eventLog.js";
import type * as lib_hitPoints from "../lib/hitPoints.js";
import type * as lib_identity from "../lib/identity.js";
import type * as lib_items from "../lib/items.js";
import type * as lib_joinCodes from "../lib/joinCodes.js";
import type * as lib_lights from "../lib/lights.js";
import type * as lib_migrationProgress from "../lib/migrationProgress.js";
import type * as lib_monsterCopies from "../lib/monsterCopies.js";
import type * as lib_monsterQueries from "../lib/monsterQueries.js";
import type * as lib_monsterSeeding from "../lib/monsterSeeding.js";
import type * as lib_party from "../lib/party.js";
import type * as lib_passwords from "../lib/passwords.js";
import type * as lib_roster from "../lib/roster.js";
import type * as lib_seats from "../lib/seats.js";
import type * as lib_sessionCopies from "../lib/sessionCopies.js";
import type * as lib_shapes from "../lib/shapes.js";
import type * as lib_signInProviders from "../lib/signInProviders.js";
import type * as lib_turns from "../lib/turns.js";
import type * as lib_typedText from "../lib/typedText.js";
import type * as lib_validators from "../lib/validators.js";
import type * as lights from "../lights.js";
import type * as maintenance from "../maintenance.js";
import type * as migrations from "../migrations.js";
import type * as monsters from "../monsters.js";
import type * as rolls from "../rolls.js";
import type * as sessions from "../sessions.js";
import type * as signIns from "../signIns.js";
import type * as users from "../users.js";

/**
 * A utility for referencing Convex functions in your app's API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
declare const fullApi: ApiFromModules<{
  auth: typeof auth;
  campaigns: typeof campaigns;
  characters: typeof characters;
  clock: typeof clock;
  content: typeof content;
  copies: typeof copies;
  crons: typeof crons;
  encounters: typeof encounters;
  events: typeof events;
  http: typeof http;
  items: typeof items;
  "lib/access": typeof lib_access;
  "lib/accounts": typeof lib_accounts;
  "lib/armor": typeof lib_armor;
  "lib/campaignCopies": typeof lib_campaignCopies;
  "lib/characterAccess": typeof lib_characterAccess;
  "lib/characterCopies": typeof lib_characterCopies;
  "lib/characterInput": typeof lib_characterInput;
  "lib/combatants": typeof lib_combatants;
  "lib/difficulty": typeof lib_difficulty;
  "lib/encounterAccess": typeof lib_encounterAccess;
  "lib/encounterShapes": typeof lib_encounterShapes;
  "lib/enlisting": typeof lib_enlisting;
  "lib/errors": typeof lib_errors;
  "lib/eventLog": typeof lib_eventLog;
  "lib/hitPoints": typeof lib_hitPoints;
  "lib/identity": typeof lib_identity;
  "lib/items": typeof lib_items;
  "lib/joinCodes": typeof lib_joinCodes;
  "lib/lights": typeof lib_lights;
  "lib/migrationProgress": typeof lib_migrationProgress;
  "lib/monsterCopies": typeof lib_monsterCopies;
  "lib/monsterQueries": typeof lib_monsterQueries;
  "lib/monsterSeeding": typeof lib_monsterSeeding;
  "lib/party": typeof lib_party;
  "lib/passwords": typeof lib_passwords;
  "lib/roster": typeof lib_roster;
  "lib/seats": typeof lib_seats;
  "lib/sessionCopies": typeof lib_sessionCopies;
  "lib/shapes": typeof lib_shapes;
  "lib/signInProviders": typeof lib_signInProviders;
  "lib/turns": typeof lib_turns;
  "lib/typedText": typeof lib_typedText;
  "lib/validators": typeof lib_validators;
  lights: typeof lights;
  maintenance: typeof maintenance;
  migrations: typeof migrations;
  monsters: typeof monsters;
  rolls: typeof rolls;
  sessions: typeof sessions;
  signIns: typeof signIns;
  users: typeof users;
}>;
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;
