// Every table and index of the data layer. Each index names its reader; what a copied field copies is said beside it.
import { authTables } from "@convex-dev/auth/server";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import {
  abilityScores,
  campaignRole,
  characterAlignment,
  className,
  difficulty,
  eventKind,
  itemKind,
  lightKind,
  lightState,
  migrationName,
  monsterFields,
  preferences,
  rolledDie,
  rosterEntry,
  sessionStatus,
  treasure,
  userRole,
} from "./lib/validators";

/** What every combatant has, monster or character. */
const combatantBase = {
  encounterId: v.id("encounters"),
  /** Copy of `monsters.name` or `characters.name`; kept by lib/monsterCopies.ts and lib/characterCopies.ts. */
  name: v.string(),
  /** Tells several of a kind apart ("Goblin 2"); absent for the only one. */
  number: v.optional(v.number()),
  /** d20 + DEX, rolled or typed; absent until then. */
  initiative: v.optional(v.number()),
  /** DEX modifier, which breaks ties of initiative. */
  dexterity: v.number(),
  isHidden: v.boolean(),
};

export default defineSchema({
  // Tables of the sign-in library. Its indexes carry its own names and it reads them itself.
  ...authTables,
  authSessions: defineTable(authTables.authSessions.validator)
    .index("userId", ["userId"])
    // maintenance.pruneSignIns
    .index("by_expirationTime", ["expirationTime"]),
  authRefreshTokens: defineTable(authTables.authRefreshTokens.validator)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("sessionId", ["sessionId"])
    .index("sessionIdAndParentRefreshTokenId", ["sessionId", "parentRefreshTokenId"])
    // maintenance.pruneSignIns
    .index("by_expirationTime", ["expirationTime"]),

  // The library's users with what the game adds. Rows are made by lib/accounts.ts alone, so its own index on
  // e-mail and phone is not needed.
  users: defineTable({
    name: v.string(),
    /** Lower case, trimmed; absent for players who came by a join code. */
    email: v.optional(v.string()),
    isAnonymous: v.boolean(),
    role: userRole,
    preferences,
  })
    // campaigns.addMember (invite by e-mail), lib/accounts.ts (one user per e-mail)
    .index("by_email", ["email"]),

  campaigns: defineTable({
    name: v.string(),
    description: v.string(),
    /** Who made it; also a member with role "gm". */
    gmId: v.id("users"),
  }),

  /** Many-to-many between users and campaigns, and the source of what a person may do. */
  campaignMembers: defineTable({
    campaignId: v.id("campaigns"),
    userId: v.id("users"),
    role: campaignRole,
  })
    // lib/access.ts (may this user?), campaigns.get (members)
    .index("by_campaignId_and_userId", ["campaignId", "userId"])
    // campaigns.list, characters.listCharactersByUser
    .index("by_userId", ["userId"]),

  sessions: defineTable({
    campaignId: v.id("campaigns"),
    /** Copy of `campaigns.name`; kept by lib/campaignCopies.ts. */
    campaignName: v.string(),
    /** Copy of `campaigns.gmId`, which never changes. */
    gmId: v.id("users"),
    name: v.string(),
    description: v.string(),
    status: sessionStatus,
    scheduledDate: v.optional(v.number()),
    currentEncounterId: v.optional(v.id("encounters")),
    /** For the GMs of the campaign only. */
    sessionNotes: v.string(),
    /** Present while players may join, with the instant from which it no longer works. */
    joinCode: v.optional(v.string()),
    joinCodeExpiresAt: v.optional(v.number()),
  })
    // sessions.list (newest first), lib/campaignCopies.ts
    .index("by_campaignId", ["campaignId"])
    // sessions.listMine (newest first)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_gmId", ["gmId"])
    // sessions.listMine with a status
    .index("by_gmId_and_status", ["gmId", "status"])
    // lib/joinCodes.ts
    .index("by_joinCode", ["joinCode"]),

  /** Seats: many-to-many between users and sessions, with the character that plays. */
  sessionPlayers: defineTable({
    sessionId: v.id("sessions"),
    /** Copy of `sessions.campaignId`, which never changes. */
    campaignId: v.id("campaigns"),
    userId: v.id("users"),
    characterId: v.optional(v.id("characters")),
    /** 1, 2, 3 … clockwise round the table. */
    seatNumber: v.number(),
  })
    // lib/seats.ts (players in seat order, next free number)
    .index("by_sessionId_and_seatNumber", ["sessionId", "seatNumber"])
    // lib/access.ts (has this user a seat here?)
    .index("by_sessionId_and_userId", ["sessionId", "userId"])
    // sessions.mySeats (newest first), characters.listCharactersByUser
    .index("by_userId", ["userId"])
    // lib/seats.ts (does the user still sit anywhere in this campaign?)
    .index("by_campaignId_and_userId", ["campaignId", "userId"])
    // lib/seats.ts (the tables at which a character sits)
    .index("by_characterId", ["characterId"]),

  characters: defineTable({
    userId: v.id("users"),
    name: v.string(),
    class: className,
    level: v.number(),
    experience: v.number(),
    abilityScores,
    hitPoints: v.number(),
    maxHitPoints: v.number(),
    /** Derived from Dexterity and worn armour; kept by lib/armor.ts. */
    armorClass: v.number(),
    ancestry: v.optional(v.string()),
    alignment: v.optional(characterAlignment),
    title: v.optional(v.string()),
    background: v.optional(v.string()),
    portrait: v.optional(v.string()),
    isArchived: v.boolean(),
  })
    // characters.listAllMine (newest first, archived ones too)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_userId", ["userId"])
    // characters.listCharactersByUser
    .index("by_userId_and_isArchived", ["userId", "isArchived"])
    // characters.findByName (the operator's look-up)
    .index("by_name", ["name"]),

  items: defineTable({
    characterId: v.id("characters"),
    name: v.string(),
    kind: itemKind,
    quantity: v.number(),
    /** Gear slots of the whole line. */
    slots: v.number(),
    /** Worn or in hand; counts for armour class when it is armour or a shield. */
    isEquipped: v.boolean(),
  })
    // lib/items.ts (a character's things, oldest first)
    .index("by_characterId", ["characterId"]),

  monsters: defineTable({
    ...monsterFields,
    /** Absent in rows older than migrations.migrateMonstersAddSource. */
    source: v.optional(v.string()),
    /** True once a person changed the row; seeding leaves it alone from then on. */
    isUserEdited: v.optional(v.boolean()),
  })
    // monsters.getBySlug
    .index("by_slug", ["slug"])
    // lib/monsterSeeding.ts
    .index("by_source_and_slug", ["source", "slug"])
    // monsters.paginatedMonsters by the filters that are set
    .index("by_level_and_name", ["level", "name"])
    .index("by_type_and_level_and_name", ["type", "level", "name"])
    .index("by_alignment_and_level_and_name", ["alignment", "level", "name"])
    .index("by_type_and_alignment_and_level_and_name", ["type", "alignment", "level", "name"])
    // monsters.similar (same type and level, oldest first)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_type_and_level", ["type", "level"])
    // monsters.listByOrigin (the core bestiary, or everything else)
    .index("by_isOfficial_and_level", ["isOfficial", "level"])
    // monsters.searchMonsters
    .searchIndex("search_monsters", {
      searchField: "name",
      filterFields: ["type", "alignment", "isOfficial"],
    }),

  encounters: defineTable({
    sessionId: v.id("sessions"),
    /** Copy of `sessions.name`; kept by lib/sessionCopies.ts. */
    sessionName: v.string(),
    /** Copy of `sessions.gmId`, which never changes. */
    gmId: v.id("users"),
    name: v.string(),
    description: v.string(),
    /** Summary of the monsters among the combatants; kept by lib/roster.ts. */
    monsters: v.array(rosterEntry),
    /** Derived from the party and `monsters`; kept by lib/difficulty.ts. */
    difficulty,
    treasure: v.array(treasure),
    /** Sum of the experience of `treasure`, which every character gets in full. */
    experienceReward: v.number(),
    isStarted: v.boolean(),
    isCompleted: v.boolean(),
    /** 0 until initiative is taken, then 1, 2, 3 … */
    round: v.number(),
    turnCombatantId: v.optional(v.id("combatants")),
  })
    // encounters.list (newest first), lib/sessionCopies.ts
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_sessionId", ["sessionId"])
    // lib/difficulty.ts (the party changed: which encounters are still open?)
    .index("by_sessionId_and_isCompleted", ["sessionId", "isCompleted"]),

  /** One row per creature in an encounter, so that taps on two monsters never conflict. */
  combatants: defineTable(
    v.union(
      v.object({
        ...combatantBase,
        kind: v.literal("monster"),
        monsterId: v.id("monsters"),
        /** Copies of the monster as it was when added: a running fight does not change under the GM's hands. */
        hitDice: v.string(),
        level: v.number(),
        armorClass: v.number(),
        hitPoints: v.number(),
        maxHitPoints: v.number(),
      }),
      v.object({
        ...combatantBase,
        kind: v.literal("character"),
        /** Hit points and armour class are the character's own, in `characters`. */
        characterId: v.id("characters"),
      }),
    ),
  )
    // lib/combatants.ts (everybody in an encounter)
    .index("by_encounterId", ["encounterId"])
    // lib/characterCopies.ts, lib/seats.ts
    .index("by_characterId", ["characterId"])
    // lib/monsterCopies.ts
    .index("by_monsterId", ["monsterId"]),

  lights: defineTable({
    sessionId: v.id("sessions"),
    kind: lightKind,
    name: v.string(),
    bearerName: v.optional(v.string()),
    state: lightState,
    durationMs: v.number(),
    /** The call that puts a burning light out when its time is over. */
    expiryId: v.optional(v.id("_scheduled_functions")),
  })
    // lights.list (newest first), lights.light (room for one more?)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_sessionId", ["sessionId"])
    // lights.pauseAll, lights.resumeAll, lib/lights.ts (is it dark now?)
    .index("by_sessionId_and_state_kind", ["sessionId", "state.kind"]),

  rolls: defineTable({
    sessionId: v.id("sessions"),
    userId: v.id("users"),
    /** Name as it was when the dice fell: history, not a copy to keep. */
    who: v.string(),
    label: v.optional(v.string()),
    expression: v.string(),
    dice: v.array(rolledDie),
    total: v.number(),
    isPrivate: v.boolean(),
  })
    // rolls.recent for GMs (newest first)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_sessionId", ["sessionId"])
    // rolls.recent for everybody else
    .index("by_sessionId_and_isPrivate", ["sessionId", "isPrivate"]),

  /** The evening in prose, written by lib/eventLog.ts. */
  events: defineTable({
    sessionId: v.id("sessions"),
    kind: eventKind,
    text: v.string(),
    isGmOnly: v.boolean(),
    /** Who caused it; absent when a timer did. */
    actorId: v.optional(v.id("users")),
  })
    // events.recent for GMs (newest first)
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes -- its order is by creation, the longer one's is not
    .index("by_sessionId", ["sessionId"])
    // events.recent for everybody else
    .index("by_sessionId_and_isGmOnly", ["sessionId", "isGmOnly"]),

  /** Failed attempts to join, which slow down guessing. Pruned by maintenance.pruneJoinAttempts. */
  joinAttempts: defineTable({ code: v.string(), at: v.number() })
    // lib/joinCodes.ts (failures with this code in the last minute)
    .index("by_code_and_at", ["code", "at"])
    // lib/joinCodes.ts (all failures in the last minute), maintenance.pruneJoinAttempts
    .index("by_at", ["at"]),

  /** Where each migration stands, so that it can be resumed and shown. */
  migrations: defineTable({
    name: migrationName,
    cursor: v.union(v.string(), v.null()),
    processed: v.number(),
    changed: v.number(),
    isDone: v.boolean(),
    startedAt: v.number(),
    finishedAt: v.optional(v.number()),
  })
    // lib/migrationProgress.ts
    .index("by_name", ["name"]),
});
